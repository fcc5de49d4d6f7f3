"""Why a pay-out is refused, with stable codes. A file of its own because the API says the reasons before one asks."""

from liuke.kit.errors import Refused
from liuke.referral.refusals import PayoutAboveBalance


class NotVerified(Refused):
    """Verify your real name first."""

    code = "payout_identity"


class Minor(Refused):
    """Commissions are not paid out to minors."""

    code = "payout_minor"


class Frozen(Refused):
    """Pay-outs of this member are frozen; the message says why."""

    code = "payout_frozen"


class OneOpen(Refused):
    """The last pay-out has not ended yet."""

    code = "payout_open"


class BelowMinimum(Refused):
    """Less than the least that is paid out."""

    code = "payout_minimum"


class NoWay(Refused):
    """There is no WeChat or bank account to pay to."""

    code = "payout_no_payee"


class NoTerms(Refused):
    """No plan says how commissions are taxed."""

    code = "payout_no_terms"


class KeyTaken(Refused):
    """The key belongs to a pay-out of another amount or way."""

    code = "payout_key_taken"


class TooLate(Refused):
    """The pay-out was released already, or has ended."""

    code = "payout_too_late"


__all__ = ["BelowMinimum", "Frozen", "KeyTaken", "Minor", "NoTerms", "NoWay", "NotVerified", "OneOpen",
           "PayoutAboveBalance", "TooLate"]
