"""Nothing reaches a person around the gate: not when it is asked for, and not when it is sent."""

import logging
import re
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction

from liuke.channels import registry
from liuke.channels.fakes.messenger import FakeMessenger
from liuke.channels.messaging import LogOnly
from liuke.customers.rules.records import Wishes
from liuke.customers.services import forget, merge, records
from liuke.customers.tests.builders import NOW as MORNING
from liuke.customers.tests.builders import give, make_customer, withdraw
from liuke.kit.errors import BadInput
from liuke.outreach import handlers, queries, rules, services
from liuke.outreach.models import Message
from liuke.timeline import facts
from liuke.timeline.models import Fact
from liuke.timeline.services import record
from liuke.timeline.testing import settle

NOW = datetime(2026, 11, 2, 4, tzinfo=UTC)                   # noon in China
NIGHT = datetime(2026, 11, 2, 15, tzinfo=UTC)
SOON = NOW + timedelta(minutes=1)


@pytest.fixture
def sms(monkeypatch):
    fake = FakeMessenger()
    monkeypatch.setattr(services, "messengers", lambda: {"sms": fake, "inbox": registry.messengers()["inbox"]})
    return fake


@transaction.atomic
def ask(customer, *, key="k1", now=NOW, **more):
    return services.queue_message(**{
        "customer_id": customer.pk, "channel": "sms", "purpose": "marketing", "topic": key, "text": "春茶到了",
        "key": key, "now": now, **more})


def send(row, now=SOON):
    services.deliver(message_id=row.pk, now=now)
    row.refresh_from_db()
    return row.state, row.gate


def reachable(**more):
    customer = make_customer(phone="13800138000", **more)
    give(customer, now=MORNING - timedelta(days=9))
    return customer


@pytest.mark.django_db
class TestAsking:
    def test_a_wanted_message_is_queued_sent_once_and_told(self, sms):
        customer = reachable()
        row = ask(customer)
        assert (row.state, row.gate) == ("queued", "")

        assert send(row) == send(row) == ("sent", "")

        assert sms.sent == {"k1": ("+8613800138000", "春茶到了")}
        assert (row.receipt, row.finished_at) == ("fake-0", SOON)
        assert Fact.objects.get(kind="MessageSent").data == {
            "message_id": row.pk, "channel": "sms", "purpose": "marketing"}

    def test_without_consent_it_is_stored_as_suppressed_and_why(self, sms):
        row = ask(make_customer(phone="13800138000"))

        assert (row.state, row.gate, row.finished_at) == ("suppressed", "consent", NOW)
        assert send(row) == ("suppressed", "consent")
        assert sms.sent == {}
        assert list(queries.suppressed(since=NOW)) == [row]

    def test_the_same_key_again_is_one_message_and_other_words_are_refused(self):
        customer = reachable()

        assert ask(customer) == ask(customer)
        with pytest.raises(services.OtherMessage):
            ask(customer, text="别的话")

        assert Message.objects.count() == 1

    def test_at_night_it_is_held_until_nine(self, sms):
        row = ask(reachable(), now=NIGHT)

        assert (row.state, row.gate, row.send_at) == ("held", "quiet_hours", datetime(2026, 11, 3, 1, tzinfo=UTC))
        assert send(row, now=NIGHT + timedelta(hours=1)) == ("held", "quiet_hours")
        assert send(row, now=row.send_at) == ("sent", "")

    def test_nobody_is_greeted_about_last_year(self):
        customer = reachable()
        with transaction.atomic():
            old = record(facts.OrderPaid(order_id=1, total_fen=1), customer_id=customer.pk, key="order_paid:1",
                         happened_at=NOW - timedelta(days=365))

        assert ask(customer, purpose="service", about=old).gate == "stale"

    def test_the_text_is_encrypted_and_comes_back(self):
        row = ask(reachable())

        assert "春茶到了".encode() not in bytes(row.text_enc)
        assert queries.text_of(row) == "春茶到了"

    @pytest.mark.parametrize("wrong", [{"channel": "fax"}, {"purpose": "fun"}, {"text": ""}, {"text": "x" * 2001},
                                       {"topic": ""}, {"key": "k" * 121}])
    def test_what_cannot_be_is_refused(self, wrong):
        with pytest.raises(BadInput):
            ask(make_customer(), **wrong)

    def test_a_person_asks_before_calling(self):
        customer = reachable()

        assert services.may_contact(customer_id=customer.pk, channel="phone", purpose="survey", topic="round1",
                                    now=NOW).gate == "consent"
        give(customer, channel="phone", purpose="survey", now=MORNING - timedelta(days=9))
        assert services.may_contact(customer_id=customer.pk, channel="phone", purpose="survey", topic="round1",
                                    now=NOW).state == "queued"
        assert Message.objects.count() == 0


@pytest.mark.django_db
class TestSending:
    def test_a_consent_withdrawn_after_asking_stops_it(self, sms):
        customer = reachable()
        row = ask(customer)

        withdraw(customer)

        assert send(row) == ("suppressed", "consent")
        assert sms.sent == {}

    def test_a_complaint_opened_after_asking_stops_it_until_closed(self, sms):
        customer = reachable()
        row, later_row = ask(customer), ask(customer, key="k2", send_at=NOW + timedelta(hours=2))
        with transaction.atomic():
            services.block(customer_id=customer.pk, key="ticket:1", reason="complaint", now=NOW)
            services.block(customer_id=customer.pk, key="ticket:1", reason="complaint", now=NOW)
        assert send(row) == ("suppressed", "block")

        with transaction.atomic():
            services.unblock(key="ticket:1", now=SOON)

        assert send(later_row, now=NOW + timedelta(hours=2)) == ("sent", "")

    def test_the_second_of_two_queued_together_meets_the_cooldown(self, sms):
        customer = reachable()
        first, second = ask(customer, key="a"), ask(customer, key="b")
        assert [first.state, second.state] == ["queued", "queued"]

        assert send(first) == ("sent", "")
        assert send(second) == ("suppressed", "cooldown")

    def test_the_same_topic_is_not_repeated(self, sms):
        customer = reachable()
        send(ask(customer, key="a", topic="spring"))

        assert ask(customer, key="b", topic="spring", now=NOW + timedelta(days=60)).gate == "recontact"
        again = ask(customer, key="c", topic="spring", now=NOW + timedelta(days=60),
                    recontact_after=timedelta(days=30))
        assert again.state == "queued"

    def test_who_cannot_be_reached_is_said(self, sms):
        customer = make_customer()
        give(customer, now=MORNING - timedelta(days=9))
        wechat = reachable(email="a@b.cn")
        give(wechat, channel="wechat", now=MORNING - timedelta(days=9))

        assert send(ask(customer)) == ("suppressed", "unreachable")
        assert send(ask(wechat, key="k2", channel="wechat")) == ("suppressed", "unreachable")

    def test_it_is_too_late_when_the_last_useful_moment_has_passed(self, sms):
        row = ask(reachable(), expires_at=NOW + timedelta(hours=1))

        assert send(row, now=NOW + timedelta(hours=1)) == ("suppressed", "expired")

    def test_a_provider_that_is_down_is_asked_again_with_the_same_key(self, sms):
        row = ask(reachable())
        sms.down = True
        assert send(row) == ("queued", "")
        assert (row.tries, row.error, row.send_at) == (1, "timeout", SOON + timedelta(seconds=10))
        assert send(row) == ("queued", "")                   # not before its time

        sms.down = False
        assert send(row, now=row.send_at) == ("sent", "")

    def test_it_is_given_up_in_the_end_and_at_once_when_hopeless(self, sms):
        row, sms.down = ask(reachable()), True
        now = SOON
        for _ in range(rules.MAX_TRIES):
            send(row, now=now)
            now = row.send_at
        assert (row.state, row.tries) == ("failed", rules.MAX_TRIES)

        sms.down, sms.known = False, set()
        assert send(ask(make_and_give("13900139000"), key="k2")) == ("failed", "")

    def test_a_message_whose_worker_died_is_taken_up_and_reaches_the_person_once(self, sms):
        row = ask(reachable())
        with transaction.atomic():
            parcel = services._claim(row.pk, SOON)
        sms.send(to=parcel.to, text=parcel.text, key=parcel.key)
        assert services.due_messages(now=SOON) == []

        after = SOON + rules.CLAIM
        assert services.due_messages(now=after) == [row.pk]
        assert send(row, now=after) == ("sent", "")

        assert len(sms.sent) == 1

    def test_the_inbox_needs_no_address_and_shows_what_was_sent(self):
        customer = make_customer()
        give(customer, channel="inbox", now=MORNING - timedelta(days=9))
        row = ask(customer, channel="inbox", now=NIGHT)

        assert send(row, now=NIGHT) == ("sent", "")
        assert [queries.text_of(each) for each in queries.inbox(customer.pk)] == ["春茶到了"]

    def test_the_jobs_bring_it_out(self, sms):
        customer = reachable()
        with transaction.atomic():
            records.set_wishes(customer_id=customer.pk, wishes=Wishes(language="zh-hans"), now=NOW)
        row = ask(customer, purpose="service", timed_by_customer=True, expires_at=datetime(2100, 1, 1, tzinfo=UTC))

        settle()

        row.refresh_from_db()
        assert row.state == "sent"


def make_and_give(phone):
    customer = make_customer(phone=phone)
    give(customer, now=MORNING - timedelta(days=9))
    return customer


@pytest.mark.django_db
class TestRecordsThatChange:
    def test_messages_and_caps_follow_a_merge_and_go_back(self, sms):
        stays, goes = make_customer(), reachable()
        sent = ask(goes, key="a")
        send(sent)
        with transaction.atomic():
            row = merge.merge(survivor_id=stays.pk, merged_id=goes.pk, now=NOW)
        settle()

        assert Message.objects.get().customer_id == stays.pk
        assert ask(stays, key="b").gate == ask(goes, key="c").gate == "cooldown"
        with transaction.atomic():
            merge.undo_merge(merge_id=row.pk, now=NOW)
        settle()

        assert set(Message.objects.values_list("key", "customer_id")) == {
            ("a", goes.pk), ("b", stays.pk), ("c", stays.pk)}

    def test_a_forgotten_person_hears_nothing_and_no_words_remain(self, sms):
        customer = reachable()
        done, waiting = ask(customer, key="a"), ask(customer, key="b")
        send(done)
        with transaction.atomic():
            forget.forget(customer_id=customer.pk, confirmed_number=customer.number, now=NOW)

        assert send(waiting) == ("suppressed", "forgotten")
        assert [bytes(each.text_enc) for each in Message.objects.all()] == [b"", b""]
        assert ask(customer, key="c", purpose="service").gate == "forgotten"

    def test_a_pending_return_keeps_the_brand_silent(self, sms):
        customer = reachable()
        asked = Fact(customer_id=customer.pk, happened_at=NOW)
        with transaction.atomic():
            handlers.hush_for_return(asked, facts.ReturnRequested(return_id=7, order_id=1, kind="refund"))
        assert ask(customer, key="a").gate == "block"

        with transaction.atomic():
            handlers.speak_after_return(asked, facts.ReturnDecided(return_id=7, order_id=1, approved=True))
        assert ask(customer, key="b").state == "queued"


def test_the_log_names_neither_the_person_nor_the_words(capsys, caplog):
    caplog.set_level(logging.INFO)

    LogOnly("sms").send(to="+8613800138000", text="王明月您好", key="k1")

    written = capsys.readouterr().out + capsys.readouterr().err + caplog.text
    assert "message_not_really_sent" in written
    assert "13800138000" not in written
    assert "王明月" not in written


# A code that the person asks for at this very moment, to log in, is an answer and not outreach, and so is what we say
# to whoever reported a problem and left a number for it; and when a customer is in danger it is staff who are called.
ANSWERS = {"customers/services/tokens.py", "desk/services/calling.py", "webform/services.py"}


def test_only_outreach_speaks_through_messengers():
    package = Path(services.__file__).parent.parent
    use = re.compile(r"\b(messengers|FakeMessenger|LogOnly|Inbox)\b")
    paths = [path.relative_to(package) for path in package.rglob("*.py") if use.search(path.read_text())]
    others = [path for path in paths if path.parts[0] not in ("outreach", "channels") and "tests" not in path.parts]

    assert set(map(str, others)) == ANSWERS


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_one_of_two_messages(monkeypatch):
    fake = FakeMessenger()
    monkeypatch.setattr(services, "messengers", lambda: {"sms": fake})
    customer = reachable()
    rows, start, errors = [ask(customer, key="a"), ask(customer, key="b")], threading.Barrier(4), []

    def run(row):
        try:
            start.wait(20)
            services.deliver(message_id=row.pk, now=SOON)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[row]) for row in rows * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert errors == []
    assert len(fake.sent) == 1
    assert sorted(Message.objects.values_list("state", "gate")) == [("sent", ""), ("suppressed", "cooldown")]
