"""Reactions of cash: who becomes known to WeChat is paid, and bonuses follow customers who are merged."""

from django.utils import timezone

from liuke.cash.models import Bonus, LeftOut, Transfer
from liuke.cash.services import collecting
from liuke.customers.services.merge import move_rows, move_rows_back
from liuke.timeline import facts
from liuke.timeline.models import Fact


def pay_what_waited(fact: Fact, _body: facts.IdentityAdded | facts.IdentityVerified) -> None:
    collecting.wake(customer_id=fact.customer_id, now=timezone.now())


def move_bonuses(fact: Fact, body: facts.CustomersMerged) -> None:
    move_rows(merge_id=body.merge_id, rows=Bonus.objects.all())
    move_rows(merge_id=body.merge_id, rows=Transfer.objects.all())
    move_rows(merge_id=body.merge_id, rows=LeftOut.objects.all(), once=("plan_id",))
    collecting.wake(customer_id=fact.customer_id, now=timezone.now())


def move_bonuses_back(_fact: Fact, body: facts.CustomersUnmerged) -> None:
    move_rows_back(merge_id=body.merge_id, model=Bonus)
    move_rows_back(merge_id=body.merge_id, model=Transfer)
    move_rows_back(merge_id=body.merge_id, model=LeftOut)
