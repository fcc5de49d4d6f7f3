"""What a plan answers when it says no, with stable codes.

A file of its own because the played scenario (pure) and the services raise the same refusals.
"""

from liuke.kit.errors import BadInput, Refused


class SelfReferral(Refused):
    """Nobody invites themselves."""

    code = "self_referral"


class AlreadyBound(Refused):
    """The person has joined already; who invited them is final."""

    code = "already_bound"


class Loop(Refused):
    """The inviter stands below the person they would invite."""

    code = "loop"


class UnknownInviter(Refused):
    """There is no such inviter."""

    code = "unknown_inviter"


class UnknownPerson(Refused):
    """There is no such person."""

    code = "unknown_member"


class UnknownOrder(Refused):
    """There is no such order."""

    code = "unknown_order"


class DuplicateOrder(Refused):
    """An order with this number was already paid."""

    code = "duplicate_order"


class BadAmount(Refused):
    """An amount of money is not negative, and a refund or pay-out is more than zero."""

    code = "bad_amount"


class AlreadyConfirmed(Refused):
    """The order is confirmed already."""

    code = "already_confirmed"


class OrderRefunded(Refused):
    """The order was refunded completely and cannot be confirmed any more."""

    code = "order_refunded"


class AlreadyRefunded(Refused):
    """The order was refunded completely already, or this notice of a refund was."""

    code = "already_refunded"


class RefundExceedsPaid(Refused):
    """The refund is larger than what is left of the payment."""

    code = "refund_exceeds_paid"


class PayoutAboveBalance(Refused):
    """The pay-out is larger than the confirmed balance."""

    code = "payout_above_balance"


class PlanRefused(BadInput):
    """The plan cannot be understood; `path` says where."""

    code = "bad_plan_value"

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message} ({self.code})")
        self.path = path


class UnknownPlanField(PlanRefused):
    """The plan has a field that no rule reads."""

    code = "unknown_plan_field"


class UnknownPlanValue(PlanRefused):
    """The field knows a few words, and this is none of them."""

    code = "unknown_plan_value"


class MissingPlanField(PlanRefused):
    """The plan lacks a field without which nothing can be paid."""

    code = "missing_plan_field"


class ScenarioRefused(BadInput):
    """The scenario file cannot be played; the text says which place and why."""

    code = "malformed_scenario"
