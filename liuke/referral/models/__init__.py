"""Tables of referral, a file per noun; import them from here."""

from liuke.referral.models.binding import Block, Family, PassedOver, Programme, Referral
from liuke.referral.models.commissions import Commission, CommissionBack, Position
from liuke.referral.models.groups import GroupInvitation
from liuke.referral.models.links import ReferralLink, Touch, Visitor
from liuke.referral.models.network import FrozenMember, WatchedLine
from liuke.referral.models.plans import Plan, PlanVersion, SignOff
from liuke.referral.models.portraits import Portrait
from liuke.referral.models.replays import Replay
from liuke.referral.models.screening import FraudPolicy, Screening, SharedDevice
from liuke.referral.models.statistics import InviterCohort, LeaderPlace, LinkShare, Unlisted
from liuke.referral.models.trials import Trial

__all__ = [
    "Block", "Commission", "CommissionBack", "Family", "FraudPolicy", "FrozenMember", "GroupInvitation",
    "InviterCohort", "LeaderPlace", "LinkShare", "PassedOver", "Plan", "PlanVersion", "Portrait", "Position",
    "Programme", "Referral", "ReferralLink", "Replay", "Screening", "SharedDevice", "SignOff", "Touch", "Trial",
    "Unlisted", "Visitor", "WatchedLine",
]
