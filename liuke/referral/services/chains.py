"""The chain 2+1 plan on real orders: who joins, what their order owes, who graduates. O(1) whatever the tree.

Two columns do what moving people about in a tree would do (`teams.FixedTeams`): the team boss is fixed at joining, the
role only ever rises. Only plans that `has_fixed_teams` are activated.
"""

from datetime import datetime, timedelta

from liuke.ledger import services as ledger
from liuke.referral import accounts, rules
from liuke.referral.commissions import State
from liuke.referral.models import Commission, PlanVersion, Position
from liuke.referral.plans import Chain21, Role
from liuke.referral.queries.orders import PaidOrder
from liuke.referral.queries.plans import plan_of
from liuke.referral.rules import Due, Standing
from liuke.timeline import facts
from liuke.timeline.services import record

COUNT_BATCH = 200
WAIT = timedelta(hours=1)                     # before an order that somebody holds is looked at again


def dues_of(order: PaidOrder, version: PlanVersion, plan: Chain21, *, now: datetime) -> list[Due[int]]:
    """What an order of the entry product owes; other orders owe nothing. The buyer's first one makes them a member."""
    if all(line.product_id != version.entry_product_id for line in order.lines):
        return []
    positions = _positions(order.customer_id, order.referrers[0])
    own, inviter = positions.get(order.customer_id), positions.get(order.referrers[0] or 0)
    if own is not None:
        again = own.order_id != order.order_id
        return rules.repurchase_rewards(plan, buyer=_standing(own), boss=_boss_above(own)) if again else []
    _join(order, plan, inviter, now)
    if inviter is None:
        return []
    return rules.entry_rewards(plan, inviter=_standing(inviter), boss=_boss_above(inviter))


def plan_count(*, order_id: int, count_at: datetime) -> None:
    """The entry order was received: it counts for the inviter when the return window is over. Again is nothing."""
    Position.objects.filter(order_id=order_id, count_at=None, inviter__isnull=False).update(count_at=count_at)


def count_due(*, now: datetime, limit: int = COUNT_BATCH) -> int:
    """Count entry orders whose return window is over for their inviters, oldest first; returns how many were looked at.

    An order that was refunded completely before that never counts; one that is held counts when it is let go. Who
    graduates keeps the role whatever comes later.
    """
    waiting = Position.objects.filter(count_at__lte=now).order_by("count_at", "pk")
    rows = list(waiting.select_for_update(of=("self",), skip_locked=True, no_key=True)[:limit])
    for newcomer in rows:
        owed = Commission.objects.select_related("version").filter(order_id=newcomer.order_id)
        states = {row.state for row in owed}
        newcomer.count_at = now + WAIT if State.PENDING in states else None      # held: look again
        newcomer.save(update_fields=["count_at"])
        plan = plan_of(owed[0].version) if State.CONFIRMED in states and State.PENDING not in states else None
        if isinstance(plan, Chain21):
            _count(newcomer, plan, now)
    return len(rows)


def _positions(*customer_ids: int | None) -> dict[int, Position]:
    """Where these stand, with their bosses; one statement."""
    near = Position.objects.select_related("former_boss", "team_boss__former_boss")
    return {row.customer_id: row for row in near.filter(customer_id__in=[pk for pk in customer_ids if pk])}


def _standing(position: Position) -> Standing[int]:
    former = position.former_boss
    return Standing(position.customer_id, Role(position.role), former.customer_id if former else None)


def _boss_above(position: Position) -> Standing[int] | None:
    """The nearest boss above an agent. A team boss was one when the agent joined, and nobody is ever demoted."""
    boss = None if position.role == Role.BOSS else position.team_boss
    return _standing(boss) if boss else None


def _join(order: PaidOrder, plan: Chain21, inviter: Position | None, now: datetime) -> None:
    role = plan.root_role if inviter is None else Role.AGENT
    boss = None if inviter is None else rules.team_boss_of_joiner(
        inviter=inviter.pk, inviter_role=Role(inviter.role), inviter_boss=inviter.team_boss_id)
    Position.objects.create(
        customer_id=order.customer_id, inviter=inviter, team_boss_id=boss, role=role,
        fund_closed=bool(plan.help_fund_ppm) and role is Role.AGENT, joined_at=now, order_id=order.order_id)


def _count(newcomer: Position, plan: Chain21, now: datetime) -> None:
    """One more confirmed direct for the inviter: perhaps they graduate, perhaps a help fund opens."""
    inviter = Position.objects.select_for_update(no_key=True, of=("self",)).get(directs=newcomer)
    inviter.confirmed_directs += 1
    if len(inviter.first_directs) < plan.graduate_directs:
        inviter.first_directs = [*inviter.first_directs, newcomer.pk]
    graduates = rules.graduates(plan, role=Role(inviter.role), confirmed_directs=inviter.confirmed_directs)
    if graduates:
        inviter.role, inviter.former_boss_id = Role.BOSS, inviter.team_boss_id
        boss = inviter.team_boss
        record(facts.MemberGraduated(former_boss_id=boss.customer_id if boss else None),
               customer_id=inviter.customer_id, key=f"member_graduated:{inviter.pk}", happened_at=now)
    inviter.save(update_fields=["confirmed_directs", "first_directs", "role", "former_boss"])
    if graduates:
        _open_fund(inviter, plan, now)
        for above in Position.objects.select_for_update(no_key=True, of=("self",)).filter(directs=inviter):
            _open_fund(above, plan, now)


def _open_fund(member: Position, plan: Chain21, now: datetime) -> None:
    """Once the first N directs have all graduated, what was withheld becomes the member's own."""
    if not member.fund_closed or len(member.first_directs) < plan.graduate_directs:
        return
    if Position.objects.filter(pk__in=member.first_directs, role=Role.BOSS).count() < len(member.first_directs):
        return
    member.fund_closed = False
    member.save(update_fields=["fund_closed"])
    withheld = Commission.objects.filter(customer_id=member.customer_id, withheld__gt=0)
    amount = sum(withheld.values_list("withheld", flat=True))
    if amount:
        who = member.customer_id
        move = ledger.Move(accounts.of(accounts.FUND, who), accounts.of(accounts.OWN, who), amount)
        ledger.post(key=f"commission_fund:{member.pk}", moves=[move], now=now, opening=accounts.opening(who))
        withheld.update(withheld=0)
