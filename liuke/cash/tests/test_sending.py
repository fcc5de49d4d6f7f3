"""From a bonus to the customer's wallet: once, whatever gets lost, and never against a limit of the channel."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client

from liuke.cash import queries
from liuke.cash.models import Bonus, Transfer, TransferNotice
from liuke.cash.rules import Terms, morning
from liuke.cash.services import approving, checks, sending
from liuke.cash.tests.builders import (
    DAY,
    MINUTE,
    NOW,
    ask_all,
    budget,
    collect,
    give,
    known,
    make_customer,
    payee,
    send,
)
from liuke.ledger.queries import balance
from liuke.timeline.models import Fact
from liuke.timeline.testing import settle

pytestmark = pytest.mark.django_db
FEW = {"approve_from_fen": 100_000, "minute_most": 2, "person_day_times": 2, "person_day_fen": 30_000}


def set_terms(**changes):
    with transaction.atomic():
        approving.set_terms(new=Terms(**{"approve_from_fen": 100_000, **changes}), now=NOW)


def states():
    return list(Bonus.objects.order_by("pk").values_list("state", "waits"))


def deliver(notice):
    headers, body = notice
    return Client().post("/hooks/wechatpay/transfer", body, content_type="application/json",
                         headers=headers).status_code


def facts(kind):
    return list(Fact.objects.filter(kind=kind).order_by("pk").values_list("data__amount_fen", flat=True))


def test_a_bonus_is_held_sent_confirmed_and_spent(wechat):
    row, ann = budget(10_000), payee()
    bonus = give(ann, 888, out_of=row)
    assert (balance(row.address).posted, balance(row.address).held) == (10_000, 888)

    send()
    bonus.refresh_from_db()
    transfer = bonus.transfer
    assert (bonus.state, transfer.state) == ("asked", "confirm")
    assert queries.device_words(transfer)["package"] == wechat.transfers.rows[transfer.number]["package_info"]
    assert wechat.transfers.rows[transfer.number]["asked"]["openid"] == f"o-openid-{ann.pk:08d}"

    wechat.transfers.end(transfer.number)
    assert [deliver(wechat.notice(transfer.number, event="EV1")) for _ in range(3)] == [204, 204, 204]

    bonus.refresh_from_db()
    assert bonus.state == "sent"
    assert (balance(row.address).posted, balance(row.address).held, balance("cash_sent:house").posted) == (
        9_112, 0, 888)
    assert facts("CashBonusSent") == [888]
    assert TransferNotice.objects.get().repeats == 2
    assert queries.differing() == []


def test_without_a_notice_the_channel_is_asked(wechat):
    bonus = give(payee())
    send()
    wechat.transfers.end(Transfer.objects.get().number)

    ask_all(NOW + MINUTE)

    bonus.refresh_from_db()
    assert bonus.state == "sent"


@pytest.mark.parametrize("trouble", ["lose", "slow", "fail", "busy", "unsigned"])
def test_an_answer_that_is_lost_never_pays_twice(wechat, trouble):
    wechat.slow_seconds = 3
    give(payee())
    collect()
    wechat.trouble.append(trouble)

    ask_all()
    ask_all(NOW + MINUTE)
    ask_all(NOW + 3 * MINUTE)

    assert len(wechat.transfers.rows) == 1
    assert Transfer.objects.get().state == "confirm"


def test_killed_after_it_was_sent_the_next_try_asks_before_it_sends(wechat, monkeypatch):
    give(payee())
    collect()

    def die(*_args, **_more):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sending, "apply_status", die)
        with pytest.raises(KeyboardInterrupt):
            ask_all()
    wechat.requests.clear()
    ask_all(NOW + MINUTE)

    assert [line.split()[0] for line in wechat.requests] == ["GET"]
    assert len(wechat.transfers.rows) == 1
    assert Transfer.objects.get().state == "confirm"


def test_what_the_channel_refuses_goes_back_to_the_budget_with_its_reason(wechat):
    row, ann = budget(10_000), payee()
    bonus = give(ann, 888, out_of=row)
    wechat.transfers.strangers.add(f"o-openid-{ann.pk:08d}")

    send()

    bonus.refresh_from_db()
    assert bonus.state == "failed"
    assert "Openid" in bonus.refusal
    assert (balance(row.address).posted, balance(row.address).held) == (10_000, 0)
    assert facts("CashBonusReturned") == [888]

    wechat.transfers.strangers.clear()
    with transaction.atomic():
        approving.send_again(bonus_id=bonus.pk, by_id=None, now=NOW)
    send()
    wechat.transfers.end(Transfer.objects.latest("pk").number)
    ask_all(NOW + MINUTE)

    bonus.refresh_from_db()
    assert (bonus.state, bonus.tries, balance(row.address).posted) == ("sent", 2, 9_112)


def test_what_the_customer_never_confirmed_fails_with_the_channels_word(wechat):
    bonus = give(payee())
    send()
    number = Transfer.objects.get().number
    wechat.transfers.end(number, "FAIL", "OVERDUE_CLOSE")

    assert deliver(wechat.notice(number)) == 204

    bonus.refresh_from_db()
    assert (bonus.state, bonus.refusal) == ("failed", "OVERDUE_CLOSE")


def test_a_notice_that_nobody_signed_is_not_believed(wechat):
    bonus = give(payee())
    send()
    number = Transfer.objects.get().number
    wechat.transfers.end(number)

    assert deliver(wechat.notice(number, signed_by="stranger")) == 401
    assert deliver(wechat.notice(number, transfer_amount=889)) == 204

    bonus.refresh_from_db()
    assert bonus.state == "asked"
    assert [notice.outcome for notice in TransferNotice.objects.all()] == ["wrong_amount"]


class TestLimits:
    @pytest.mark.parametrize(("hour", "minute", "goes"), [
        (15, 59, True), (16, 0, False), (23, 59, False), (0, 0, True)])
    def test_nothing_goes_between_midnight_and_eight_in_beijing(self, wechat, hour, minute, goes):
        give(payee())
        at = datetime(2026, 11, 2, hour, minute, tzinfo=UTC) if hour else datetime(2026, 11, 3, tzinfo=UTC)

        send(at)

        transfer = Transfer.objects.get()
        assert bool(wechat.transfers.rows) == goes
        if not goes:
            assert (transfer.waits, transfer.try_at) == ("night", datetime(2026, 11, 3, 0, tzinfo=UTC))
            ask_all(transfer.try_at)
            assert len(wechat.transfers.rows) == 1

    def test_what_is_too_many_a_minute_waits_for_the_next(self, wechat):
        set_terms(**{**FEW, "person_day_times": 5})
        row = budget()
        for _ in range(5):
            give(payee(), out_of=row)

        send()
        assert len(wechat.transfers.rows) == 2
        assert set(Transfer.objects.filter(asked_at=None).values_list("waits", flat=True)) == {"minute"}
        ask_all(NOW + MINUTE)
        assert len(wechat.transfers.rows) == 4
        ask_all(NOW + 2 * MINUTE)
        assert len(wechat.transfers.rows) == 5

    def test_what_is_too_much_for_a_person_waits_for_tomorrow(self, wechat):
        set_terms(**{**FEW, "minute_most": 100})
        ann, row = payee(), budget()
        for fen in (10_000, 10_000, 500):
            give(ann, fen, out_of=row)
        bob = payee()
        for fen in (20_000, 20_000):
            give(bob, fen, out_of=row)

        send()

        assert [t.amount_fen for t in Transfer.objects.filter(waits="person_day").order_by("pk")] == [500, 20_000]
        assert set(Transfer.objects.filter(waits="person_day").values_list("try_at", flat=True)) == {morning(NOW)}
        ask_all(morning(NOW))
        assert len(wechat.transfers.rows) == 5

    def test_the_channels_own_limit_of_a_day_is_no_failure(self, wechat):
        wechat.transfers.day_fen = 1_000
        ann, row = payee(), budget(10_000)
        give(ann, 800, out_of=row)
        give(ann, 800, out_of=row)

        send()

        assert states() == [("asked", ""), ("queued", "person_day")]
        assert balance(row.address).held == 1_600
        wechat.transfers.day_fen = 10_000
        send(morning(NOW))
        assert states()[1] == ("asked", "")

    def test_less_than_a_yuan_waits_for_more_and_goes_together(self, wechat):
        ann, row = payee(), budget(10_000)
        give(ann, 40, out_of=row)
        give(ann, 30, out_of=row)
        send()
        assert states() == [("queued", "amount"), ("queued", "amount")]

        give(ann, 50, out_of=row)
        send(NOW + MINUTE)

        assert [t.amount_fen for t in Transfer.objects.all()] == [120]
        wechat.transfers.end(Transfer.objects.get().number)
        ask_all(NOW + 2 * MINUTE)
        assert states() == [("sent", "")] * 3
        assert balance(row.address).posted == 9_880

    def test_who_is_not_known_to_wechat_is_paid_as_soon_as_they_are(self, wechat):
        ann = make_customer()
        give(ann)
        send()
        assert states() == [("queued", "identity")]

        known(ann)
        settle()
        send(datetime.now(tz=UTC) + MINUTE)

        assert Bonus.objects.get().state == "asked"

    def test_an_empty_account_waits_for_money(self, wechat):
        wechat.transfers.poor = True
        give(payee())
        send()
        assert Transfer.objects.get().waits == "money"

        wechat.transfers.poor = False
        ask_all(NOW + MINUTE)
        assert Transfer.objects.get().state == "confirm"

    def test_no_channel_is_no_failure(self):
        give(payee())
        send()

        assert states() == [("queued", "channel")]


def test_a_check_of_another_module_can_say_not_yet_and_bring_the_real_name(wechat, monkeypatch):
    said = {"waits": "identity"}
    monkeypatch.setattr(checks, "_checks", [lambda _customer, _fen: checks.Checked(**said)])
    ann = payee()
    wechat.transfers.names[f"o-openid-{ann.pk:08d}"] = "王小满"
    give(ann)
    send()
    assert states() == [("queued", "identity")]

    said.clear()
    said["name"] = "王小满"
    send(NOW + DAY)

    assert Transfer.objects.get().state == "confirm"
    assert "user_name" in next(iter(wechat.transfers.rows.values()))["asked"]


def test_what_the_channel_lost_long_ago_is_not_sent_again(wechat):
    row = budget(10_000)
    give(payee(), 888, out_of=row)
    send()
    transfer = Transfer.objects.get()
    wechat.transfers.rows.clear()

    ask_all(NOW + 2 * DAY)
    transfer.refresh_from_db()
    assert (transfer.state, wechat.transfers.rows) == ("stuck", {})

    with transaction.atomic():
        sending.look_again(transfer_id=transfer.pk, now=NOW + 2 * DAY)
    ask_all(NOW + 2 * DAY + timedelta(hours=2))
    with transaction.atomic():
        sending.give_up(transfer_id=transfer.pk, now=NOW + 3 * DAY)
    assert (Bonus.objects.get().state, balance(row.address).posted) == ("failed", 10_000)
