"""Several at once, and killed in the middle: one statement, one entry, one end of a request."""

import os
import signal
import subprocess
import sys
from datetime import UTC, date, datetime

import pytest
from django.db import connection, transaction
from django.utils import timezone

from liuke.ledger import queries as ledger
from liuke.mall.models import Order, Refund, Return, Statement, StatementLine
from liuke.mall.services import refunds, returns, settlement
from liuke.mall.services.settlement import Party
from liuke.mall.tests import builders
from liuke.mall.tests.cashbox import deliver, paid
from liuke.mall.tests.test_payments_races import at_once, environment, wait_until
from liuke.mall.tests.test_return_refunds import WAY_BACK, ask, send
from liuke.mall.tests.test_returns import walk
from liuke.org.tests.builders import staff
from liuke.timeline.models import Fact, Reaction
from liuke.timeline.testing import settle

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
NOVEMBER = datetime(2026, 11, 2, 1, tzinfo=UTC)


def test_eight_who_close_at_once_close_once_and_lose_no_line(wechat):
    paid(wechat, [(builders.sku(supply_fen=1200, list_fen=2000), 3)], freight_fen=800)
    Order.objects.update(state="received", received_at=datetime(2026, 10, 12, tzinfo=UTC))
    order, clerk = Order.objects.get(), staff("cai")
    with transaction.atomic():
        settlement.settle_order(order_id=order.pk)
        draft = settlement.open_statement(party=Party(supplier_id=order.supplier_id), from_on=date(2026, 10, 1),
                                          until_on=date(2026, 11, 1))

    def close():
        with transaction.atomic():
            return settlement.close_statement(statement_id=draft.pk, staff_id=clerk.pk, now=NOVEMBER).total_fen

    def write_late():
        with transaction.atomic():
            return StatementLine.objects.create(
                supplier_id=order.supplier_id, kind="refund", order=order, quantity=-1, amount_fen=-1200, key="late",
                counts_at=datetime(2026, 10, 20, tzinfo=UTC)).pk

    answers = at_once([*[close] * 8, write_late])

    totals = set(answers[:8])
    assert len(totals) == 1
    statement = Statement.objects.get()
    on_it = sum(StatementLine.objects.filter(statement=statement).values_list("amount_fen", flat=True))
    assert totals == {statement.total_fen} == {on_it} == {ledger.balance(f"owed:supplier:{order.supplier_id}").posted}
    assert statement.total_fen in (4400, 3200)


def test_a_refund_noted_while_the_order_is_settled_is_not_lost(wechat):
    paid(wechat, [(builders.sku(supply_fen=1200, list_fen=2000), 3)])
    Order.objects.update(state="received", received_at=timezone.now())
    order = Order.objects.get()
    with transaction.atomic():
        part = refunds.Part(order.lines.get().pk, 1)
        row = refunds.refund_lines(order_id=order.pk, parts=[part], key="k", reason="", now=timezone.now())
    done = refunds.RefundStatus(number=row.number, state=refunds.Refunded.DONE, amount_fen=row.amount_fen)

    def settle_order():
        with transaction.atomic():
            return settlement.settle_order(order_id=order.pk)

    def note():
        with transaction.atomic():
            refunds.apply_status(done, provider="wechat", now=timezone.now())
        with transaction.atomic():
            return settlement.settle_refund(refund_id=row.pk)

    at_once([settle_order, note] * 2)

    assert sum(StatementLine.objects.values_list("amount_fen", flat=True)) == 6000 - 2000
    assert StatementLine.objects.filter(kind="refund").count() == 2


REACT = """
import django; django.setup()
from liuke.timeline.models import Fact
from liuke.timeline.reactor import react
react([Fact.objects.get(pk={fact})])
"""


@pytest.mark.crash
def test_killed_while_it_ends_the_request_it_is_ended_once_by_the_next_worker(wechat):
    paid(wechat, [(builders.sku(list_fen=400), 1)])
    order = Order.objects.get()
    with transaction.atomic():
        send(order, 1)
        request = walk(ask(order, "return"), *WAY_BACK)
        returns.act(request=request, by="staff", act=returns.Act("refund"), now=timezone.now())
    row = Refund.objects.get()
    refunds.ask_refund(refund_id=row.pk, now=timezone.now())
    wechat.end_refund(row.number)
    deliver(wechat.notice(row.number))
    fact = Fact.objects.get(kind="OrderRefunded")

    with transaction.atomic():                               # the handler waits for this lock, and dies waiting
        Return.objects.select_for_update().get()
        process = subprocess.Popen([sys.executable, "-c", REACT.format(fact=fact.pk)], env=environment(wechat))
        wait_until(lambda: waiting() > 0)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert Return.objects.get().lines.get().claim == "refunding"

    settle()
    settle()

    assert (Return.objects.get().state, Return.objects.get().lines.get().claim) == ("closed", "refunded")
    assert request.steps.filter(move="refunded").count() == 1
    done = Reaction.objects.filter(fact=fact, handler="mall.handlers.end_refunded_claims")
    assert [reaction.state for reaction in done] == ["done"]


def waiting():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0]
