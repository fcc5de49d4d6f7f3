"""The gate asks in one order, and the first no is the answer."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liuke.outreach import rules
from liuke.outreach.rules import Contact, Gate, Past, State, Verdict, gate, quiet_until

NOON = datetime(2026, 11, 2, 4, tzinfo=UTC)                  # noon in China
SHANGHAI = ZoneInfo("Asia/Shanghai")


def contact(**changes):
    return Contact(**{"channel": "sms", "purpose": "marketing", "topic": "spring", "consent": "given",
                      "expires_at": NOON + timedelta(days=7), **changes})


def local(hour, minute=0, day=2):
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


def past(topic="other", *, ago, channel="sms", purpose="marketing"):
    return Past(channel, purpose, topic, NOON - ago)


LONG, SHORT = timedelta(days=2), timedelta(hours=1)
NOES = [
    (Gate.FORGOTTEN, {"forgotten": True}),
    (Gate.CONSENT, {"consent": "withdrawn"}),
    (Gate.BLOCK, {"blocked": True}),
    (Gate.RECONTACT, {"past": [past("spring", ago=timedelta(days=400))]}),
    (Gate.COOLDOWN, {"past": [past(ago=SHORT, channel="wecom", purpose="survey")]}),
    (Gate.CAP, {"past": [past(ago=LONG)] * 4}),
    (Gate.STALE, {"about_at": NOON - timedelta(days=3, seconds=1)}),
    (Gate.EXPIRED, {"expires_at": NOON}),
]


def test_nothing_in_the_way_is_sent():
    assert gate(contact(), NOON) == Verdict(State.QUEUED)


@pytest.mark.parametrize(("no", "because"), NOES)
def test_each_gate_says_no(no, because):
    assert gate(contact(**because), NOON) == Verdict(State.SUPPRESSED, no)


@given(st.sets(st.sampled_from(range(len(NOES)))))
def test_the_first_gate_in_order_is_the_answer(which):
    changes = {"past": []}
    for at in which:
        more = dict(NOES[at][1])
        changes["past"] += more.pop("past", [])
        changes.update(more)

    expected = Verdict(State.SUPPRESSED, NOES[min(which)][0]) if which else Verdict(State.QUEUED)
    assert gate(contact(**changes), NOON) == expected


@pytest.mark.parametrize(("purpose", "consent", "no"), [
    ("marketing", "cleared", Gate.CONSENT), ("survey", "cleared", Gate.CONSENT), ("service", "cleared", None),
    ("service", "withdrawn", Gate.CONSENT), ("service", "given", None), ("survey", "given", None),
])
def test_only_service_may_speak_unasked(purpose, consent, no):
    assert gate(contact(purpose=purpose, consent=consent), NOON).gate == no


def test_service_is_not_silenced_by_a_complaint_nor_counted():
    many = [past(f"order{n}", ago=SHORT, purpose="service") for n in range(20)]

    assert gate(contact(purpose="service", blocked=True, past=[past(ago=SHORT)] * 9), NOON) == Verdict(State.QUEUED)
    assert gate(contact(past=many), NOON) == Verdict(State.QUEUED)


def test_a_topic_may_return_after_its_time():
    again = contact(past=[past("spring", ago=LONG)], recontact_after=timedelta(days=2))

    assert gate(again, NOON) == Verdict(State.QUEUED)
    assert gate(again, NOON - timedelta(seconds=1)).gate == Gate.RECONTACT


def test_caps_roll_and_belong_to_one_channel():
    month = [past(ago=timedelta(days=30)), *[past(ago=LONG)] * 3]

    assert gate(contact(past=month), NOON) == Verdict(State.QUEUED)
    assert gate(contact(past=month), NOON - timedelta(seconds=1)).gate == Gate.CAP
    assert gate(contact(past=[past(ago=LONG, channel="email")] * 7), NOON) == Verdict(State.QUEUED)


@pytest.mark.parametrize(("moment", "until"), [
    (local(20, 59), None), (local(21), local(9, day=3)), (local(23, 59), local(9, day=3)), (local(0, 1), local(9)),
    (local(8, 59), local(9)), (local(9), None), (local(12), None),
])
def test_the_night_defers_to_nine_in_the_morning(moment, until):
    assert quiet_until(contact(), moment.astimezone(UTC)) == until


def test_the_customers_own_zone_and_hours_count():
    assert quiet_until(contact(zone="America/New_York"), NOON) == datetime(2026, 11, 2, 14, tzinfo=UTC)
    assert quiet_until(contact(quiet=(12 * 60, 14 * 60)), NOON) == local(14)
    assert quiet_until(contact(quiet=(8 * 60, 10 * 60)), local(7).astimezone(UTC)) == local(10)
    assert quiet_until(contact(quiet=(20 * 60, 22 * 60)), local(20, 30).astimezone(UTC)) == local(9, day=3)


def test_what_rings_nowhere_or_was_timed_by_the_customer_is_not_delayed():
    night = local(23).astimezone(UTC)

    assert gate(contact(), night) == Verdict(State.HELD, Gate.QUIET_HOURS, local(9, day=3))
    assert gate(contact(channel="inbox"), night) == Verdict(State.QUEUED)
    assert gate(contact(timed_by_customer=True), night) == Verdict(State.QUEUED)


def test_what_would_be_useless_in_the_morning_is_dropped_at_night():
    night = local(23).astimezone(UTC)

    assert gate(contact(expires_at=local(9, day=3)), night).gate == Gate.EXPIRED
    assert gate(contact(about_at=local(8, 59, day=3) - rules.STALE), night).gate == Gate.STALE
    assert gate(contact(about_at=local(9, day=3) - rules.STALE), night).state == State.HELD


def is_quiet(moment, hours):
    minute = moment.astimezone(SHANGHAI).hour * 60 + moment.astimezone(SHANGHAI).minute
    return any(minute in (range(begin, end) if begin < end else [*range(begin, 1440), *range(end)])
               for begin, end in (hours, (rules.QUIET_FROM, rules.QUIET_UNTIL)))


@given(st.integers(0, 1440), st.integers(0, 1439), st.integers(1, 1439))
def test_quiet_hours_end_where_minute_by_minute_says(minute, begin, length):
    hours = (begin, (begin + length) % 1440)
    now = NOON + timedelta(minutes=minute)

    loud = next((at for at in (now + timedelta(minutes=n) for n in range(1441)) if not is_quiet(at, hours)), None)

    if loud is not None:                           # else the customer never wants to hear anything, and it expires
        assert quiet_until(contact(quiet=hours), now) == (None if loud == now else loud)


def test_every_channel_and_purpose_of_consent_has_its_rules():
    from liuke.customers.rules import consents

    assert set(rules.CAPS) == set(consents.CHANNELS)
    assert set(rules.MANNERS) == set(consents.PURPOSES)
