"""What the packs of a plan hold and will cost, as the module that gives them says: `settings.LIUKE_INVITATIONS`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from liuke.kit.errors import Refused
from liuke.referral.packs import NO_PACKS, PackWorth
from liuke.referral.plans import Plan


@dataclass(frozen=True, slots=True)
class Priced:
    """A pack by its name. Each content has `says`, `fen` and `basis`, why it is expected to cost so much.

    `missing`: nobody gives such a pack any more, so it costs nothing.
    """

    name: str
    contents: Sequence[Any]
    missing: bool = False

    @property
    def fen(self) -> int:
        return sum(each.fen for each in self.contents)


@dataclass(frozen=True, slots=True)
class Promise:
    """Both sides' packs; None where the plan promises none."""

    referrer: Priced | None
    referee: Priced | None
    worth: PackWorth


def promised(plan: Plan) -> Promise:
    """The packs that the plan names, as they stand now; a few statements for each of their parts."""
    pack = plan.terms.welcome_pack
    if pack is None:
        return Promise(None, None, NO_PACKS)
    referrer, referee = _priced(pack.referrer), _priced(pack.referee)
    return Promise(referrer, referee, PackWorth(
        referrer_fen=referrer.fen if referrer else 0, referee_fen=referee.fen if referee else 0,
        most_per_referrer=pack.cap_per_referrer))


def _priced(name: str) -> Priced | None:
    if not name:
        return None
    try:
        return Priced(name, import_string(f"{settings.LIUKE_INVITATIONS}.contents_of")(name))
    except Refused:
        return Priced(name, (), missing=True)
