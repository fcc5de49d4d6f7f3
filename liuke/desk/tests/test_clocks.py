"""What each clock promises, edge by edge; the worked examples are in test_scenarios.py."""

from dataclasses import replace
from datetime import date

import pytest

from liuke.desk.clocks import Correction, Sheet, Status, corrections, evaluate
from liuke.desk.history import NotCreated
from liuke.desk.rules import BadTarget, State, UnknownClock
from liuke.desk.tests.builders import calendar, event, minutes, policy, utc

PLAIN = policy(first_response=15, next_response=30, resolution=240)
EAGER = replace(PLAIN, name="eager", first_message_counts=True)


def read(*events, now, start=PLAIN, clock=None):
    """The readings of a ticket created at 01:00, or the one reading of `clock`."""
    sheet = evaluate([event("01:00", "created", policy=start), *events], now=utc(now))
    if clock is None:
        return sheet
    [reading] = sheet.runs_of(clock)
    return reading


class TestFirstResponse:
    def test_notes_and_bots_do_not_answer_and_any_public_reply_does(self):
        noise = [event("01:01", "internal_note"), event("01:02", "bot_reply")]

        assert read(*noise, now="01:10", clock="first_response").status is Status.RUNNING
        met = read(*noise, event("01:15", "agent_reply"), now="01:20", clock="first_response")
        assert (met.status, met.stopped_at, met.remaining) == (Status.MET, utc("01:15"), minutes(0))

    def test_one_second_after_the_due_is_late_and_the_breach_is_dated_at_the_due(self):
        late = read(event("01:15:01", "agent_reply"), now="05:00", clock="first_response")

        assert (late.status, late.breached_at, late.stopped_at) == (Status.BREACHED, utc("01:15"), utc("01:15:01"))

    def test_solving_without_a_reply_cancels_it_and_reopening_goes_on_without_the_solved_stretch(self):
        solved, reopened = event("01:10", "state", state=State.SOLVED), event("03:00", "state", state=State.OPEN)

        cancelled = read(solved, now="02:00", clock="first_response")
        running = read(solved, reopened, now="03:04", clock="first_response")

        assert (cancelled.status, cancelled.used, cancelled.due_at) == (Status.CANCELLED, minutes(10), utc("01:15"))
        assert (cancelled.stopped_at, cancelled.ended_at) == (None, utc("01:10"))
        assert (running.status, running.used, running.due_at) == (Status.RUNNING, minutes(14), utc("03:05"))

    def test_a_reply_on_a_solved_ticket_counts_from_the_time_it_was_open(self):
        solved, reply = event("01:10", "state", state=State.SOLVED), event("09:00", "agent_reply")

        met = read(solved, reply, event("10:00", "state", state=State.OPEN), now="11:00", clock="first_response")

        assert (met.status, met.used, met.stopped_at) == (Status.MET, minutes(10), utc("09:00"))

    def test_a_reply_while_it_waits_is_measured_as_if_the_waiting_ended_there(self):
        patient = policy(first_response=15, pauses=("first_response",))
        waits = [event("01:10", "state", state=State.ON_HOLD), event("02:00", "agent_reply"),
                 event("03:00", "state", state=State.OPEN)]  # fmt: skip

        met = read(*waits, now="04:00", start=patient, clock="first_response")

        assert (met.status, met.used, met.due_at) == (Status.MET, minutes(10), utc("02:05"))

    def test_solving_after_the_due_does_not_undo_the_breach(self):
        breached = read(event("02:00", "state", state=State.CLOSED), now="05:00", clock="first_response")

        assert (breached.status, breached.breached_at, breached.used) == (Status.BREACHED, utc("01:15"), minutes(60))


class TestTurns:
    def test_the_first_message_opens_a_turn_only_when_the_policy_says_so(self):
        assert read(now="01:05").runs_of("next_response") == ()
        [turn] = read(now="01:05", start=EAGER).runs_of("next_response")
        assert (turn.started_at, turn.due_at) == (utc("01:00"), utc("01:30"))

    def test_a_turn_lasts_from_the_first_unanswered_message_to_the_reply(self):
        talk = [event(time, kind) for time, kind in (
            ("01:05", "agent_reply"), ("02:00", "customer_message"), ("02:20", "customer_message"),
            ("02:31", "agent_reply"), ("02:32", "agent_reply"), ("03:00", "customer_message"))]  # fmt: skip

        turns = read(*talk, now="03:10").runs_of("next_response")

        assert [(turn.started_at, turn.stopped_at, turn.breached_at) for turn in turns] == [
            (utc("02:00"), utc("02:31"), utc("02:30")),
            (utc("03:00"), None, None),
        ]

    def test_solving_cancels_a_turn_for_good(self):
        talk = [event("01:05", "agent_reply"), event("02:00", "customer_message"),
                event("02:10", "state", state=State.SOLVED), event("04:00", "state", state=State.OPEN)]  # fmt: skip

        [turn] = read(*talk, now="05:00").runs_of("next_response")

        assert (turn.status, turn.used, turn.breached_at) == (Status.CANCELLED, minutes(10), None)

    def test_a_thank_you_that_does_not_reopen_is_owed_no_answer(self):
        talk = [event("01:05", "agent_reply"), event("02:00", "state", state=State.SOLVED)]
        thanks = event("02:30", "customer_message", reopens=False)
        again = event("02:30", "customer_message")

        assert read(*talk, thanks, now="09:00").runs_of("next_response") == ()
        assert read(*talk, thanks, now="09:00", clock="resolution").stopped_at == utc("02:00")
        assert len(read(*talk, again, now="09:00").runs_of("next_response")) == 1
        by_policy = replace(PLAIN, reopens=False)
        assert read(*talk, again, now="09:00", start=by_policy, clock="resolution").stopped_at == utc("02:00")


class TestResolution:
    def test_solved_and_then_closed_is_one_stretch(self):
        done = [event("02:00", "state", state=State.SOLVED), event("07:00", "state", state=State.CLOSED)]

        assert read(*done, now="09:00", clock="resolution").stopped_at == utc("02:00")

    def test_every_reopening_goes_on_with_the_time_already_used(self):
        back_and_forth = [
            event("02:00", "state", state=State.SOLVED), event("03:00", "customer_message"),
            event("03:30", "state", state=State.CLOSED), event("05:00", "state", state=State.ON_HOLD),
            event("06:00", "customer_message")]  # fmt: skip

        running = read(*back_and_forth, now="06:10", clock="resolution")

        assert (running.used, running.due_at) == (minutes(60 + 30 + 10), utc("08:30"))

    def test_a_pause_leaves_a_remainder_and_no_due_unless_it_came_too_late(self):
        waiting = event("02:00", "state", state=State.PENDING_CUSTOMER)
        too_late = event("05:00", "state", state=State.PENDING_CUSTOMER)

        paused = read(waiting, now="09:00", clock="resolution")
        breached = read(too_late, now="09:00", clock="resolution")

        assert (paused.status, paused.due_at, paused.remaining) == (Status.PAUSED, None, minutes(180))
        assert (breached.status, breached.due_at, breached.used) == (Status.BREACHED, utc("05:00"), minutes(240))

    def test_one_waiting_state_after_another_is_one_pause(self):
        waits = [event("02:00", "state", state=State.ON_HOLD), event("02:30", "state", state=State.PENDING_CLOSE),
                 event("03:00", "state", state=State.IN_PROGRESS)]  # fmt: skip

        assert read(*waits, now="03:10", clock="resolution").due_at == utc("06:00")


class TestPolicyChange:
    TIGHT = policy("tight", first_response=5, next_response=10, resolution=60)

    def test_what_was_already_due_under_the_new_policy_is_breached_when_it_came_into_force(self):
        change = event("03:00", "policy_change", policy=self.TIGHT)

        breached = read(change, now="04:00", clock="resolution")

        assert (breached.due_at, breached.breached_at) == (utc("02:00"), utc("03:00"))

    def test_a_stopped_clock_keeps_its_policy_and_a_reopened_one_takes_the_new(self):
        log = [event("01:30", "state", state=State.SOLVED), event("02:00", "policy_change", policy=self.TIGHT)]
        again = event("03:00", "state", state=State.OPEN)

        assert read(*log, now="04:00", clock="resolution").policy == "test"
        assert read(*log, again, now="03:10", clock="resolution").due_at == utc("03:30")

    def test_a_longer_promise_withdraws_the_breach_of_a_shorter_one(self):
        log = [event("03:00", "policy_change", policy=PLAIN)]

        assert read(*log, now="02:00", start=self.TIGHT, clock="resolution").breached_at == utc("02:00")
        assert read(*log, now="03:30", start=self.TIGHT, clock="resolution").status is Status.RUNNING

    def test_the_same_policy_again_changes_nothing(self):
        again = event("03:00", "policy_change", policy=PLAIN)

        assert read(again, now="04:00", clock="first_response").breached_at == utc("01:15")

    def test_no_policy_promises_nothing_until_there_is_one_again(self):
        none, back = event("01:10", "policy_change"), event("02:00", "policy_change", policy=PLAIN)

        assert read(none, now="01:30") == Sheet(utc("01:30"), cancelled=True)
        assert read(none, back, now="02:30", clock="first_response").breached_at == utc("02:00")
        assert read(none, back, now="02:30", clock="resolution").due_at == utc("05:00")

    def test_each_turn_is_measured_by_the_policy_that_was_in_force_when_it_ended(self):
        log = [event("01:20", "agent_reply"), event("02:00", "policy_change", policy=PLAIN),
               event("02:10", "customer_message")]  # fmt: skip

        turns = read(*log, now="02:15", start=EAGER).runs_of("next_response")

        assert [(turn.policy, turn.started_at) for turn in turns] == [("eager", utc("01:00")), ("test", utc("02:10"))]


class TestDueByHand:
    def test_it_stands_still_through_pauses_and_changes_and_is_kept_apart(self):
        log = [event("01:30", "due_set", clock="resolution", due_at=utc("09:00")),
               event("01:50", "state", state=State.ON_HOLD), event("02:50", "state", state=State.OPEN),
               event("03:30", "policy_change", policy=TestPolicyChange.TIGHT)]  # fmt: skip

        reading = read(*log, now="04:00", clock="resolution")

        assert (reading.status, reading.due_at, reading.computed_due_at) == (Status.RUNNING, utc("09:00"), utc("03:00"))
        assert read(*log, now="10:00", clock="resolution").breached_at == utc("09:00")

    def test_taking_it_back_leaves_the_computed_one(self):
        log = [event("01:30", "due_set", clock="resolution", due_at=utc("09:00")),
               event("01:40", "due_set", clock="resolution")]  # fmt: skip

        assert read(*log, now="02:00", clock="resolution").due_at == utc("05:00")

    def test_one_in_the_past_is_breached_when_it_was_set(self):
        past = event("03:00", "due_set", clock="resolution", due_at=utc("02:00"))

        assert read(past, now="04:00", clock="resolution").breached_at == utc("03:00")


class TestReturns:
    PROMISE = policy(first_response=120, decision=2880, return_leg=1440, pauses=("decision",))

    def test_a_decision_is_owed_from_the_request_whatever_becomes_of_the_talk(self):
        log = [event("02:00", "return_requested"), event("03:00", "state", state=State.SOLVED)]

        decision = read(*log, now="04:00", start=self.PROMISE, clock="decision")

        assert (decision.status, decision.started_at, decision.due_at) == (
            Status.RUNNING, utc("02:00"), utc("2026-06-10T02:00"))  # fmt: skip

    def test_it_waits_while_the_customer_hands_in_the_parcel(self):
        log = [event("02:00", "return_requested"), event("03:00", "state", state=State.PENDING_CUSTOMER),
               event("23:00", "state", state=State.OPEN)]  # fmt: skip

        decision = read(*log, now="23:30", start=self.PROMISE, clock="decision")

        assert (decision.used, decision.due_at) == (minutes(90), utc("2026-06-10T22:00"))

    def test_every_return_has_its_own_clock_for_each_leg(self):
        log = [event("02:00", "return_requested"), event("03:00", "return_decided"), event("04:00", "return_received"),
               event("05:00", "return_settled"), event("06:00", "return_requested")]  # fmt: skip

        sheet = read(*log, now="07:00", start=self.PROMISE)

        assert [run.status for run in sheet.runs_of("decision")] == [Status.MET, Status.RUNNING]
        assert [run.used for run in sheet.runs_of("return_leg")] == [minutes(60)]


class TestTheLog:
    def test_before_its_creation_a_ticket_has_no_clocks(self):
        assert read(now="00:59:59") == Sheet(utc("00:59:59"))

    def test_it_begins_with_exactly_one_creation(self):
        once, twice = event("01:00", "created", message_id="m1"), event("01:00", "created")
        for log in ([], [event("01:00", "agent_reply")], [once, twice], [twice, twice]):
            with pytest.raises(NotCreated):
                evaluate(log, now=utc("02:00"))
        assert evaluate([once, once], now=utc("02:00")).cancelled  # delivered twice, and without a policy

    def test_what_claims_to_be_older_than_the_ticket_counts_at_its_creation(self):
        early = event("00:50", "agent_reply")

        assert read(early, now="02:00", clock="first_response").stopped_at == utc("01:00")

    @pytest.mark.parametrize("end", [{"kind": "merged"}, {"kind": "spam"}, {"kind": "state", "state": State.SPAM}])
    def test_merged_and_spam_cancel_every_clock_for_good(self, end):
        log = [event("01:05", "agent_reply"), event("01:06", **end), event("02:00", "customer_message")]

        assert read(*log, now="03:00") == Sheet(utc("03:00"), cancelled=True)

    def test_born_solved_or_born_spam_owes_nothing(self):
        solved = event("01:00", "created", policy=EAGER, state=State.SOLVED)
        spam = event("01:00", "created", policy=EAGER, state=State.SPAM)

        assert [run.status for run in evaluate([solved], now=utc("09:00")).readings] == [Status.CANCELLED, Status.MET]
        assert evaluate([spam], now=utc("09:00")).cancelled


class TestWarnings:
    def test_a_warning_goes_by_the_calendar_and_never_before_the_start(self):
        office = calendar("09:00-12:00", "13:30-18:00")
        warned = policy(on=office, first_response=15, resolution=240, warn_before=minutes(30))

        assert read(now="01:01", start=warned, clock="first_response").warn_at == utc("01:00")
        assert read(now="01:01", start=warned, clock="resolution").warn_at == utc("06:00")

    def test_only_a_running_clock_warns(self):
        warned = replace(PLAIN, warn_before=minutes(5))
        hold = event("02:00", "state", state=State.ON_HOLD)

        sheet = read(event("01:05", "agent_reply"), hold, now="02:30", start=warned)

        assert [run.warn_at for run in sheet.readings] == [None, None]

    def test_a_due_beyond_the_known_holidays_says_that_it_may_move(self):
        office = calendar("09:00-18:00", known_until=date(2026, 6, 9))
        guess = policy(on=office, first_response=15, resolution=2400)

        sheet = read(now="01:05", start=guess)

        assert [run.provisional for run in sheet.readings] == [False, True]


class TestCorrections:
    LATE = (event("01:00", "created", policy=PLAIN), event("01:14", "agent_reply"))

    def test_a_reply_stored_late_withdraws_the_breach_that_was_recorded_before(self):
        before = evaluate(self.LATE[:1], now=utc("01:16"))
        after = evaluate(self.LATE, now=utc("01:21"))
        key = ("first_response", utc("01:00"))

        assert corrections({}, before) == [Correction(*key, None, utc("01:15"))]
        assert corrections({key: utc("01:15")}, after) == [Correction(*key, utc("01:15"), None)]
        assert corrections({}, after) == []

    def test_nothing_is_corrected_twice(self):
        sheet = evaluate(self.LATE[:1], now=utc("01:16"))

        assert corrections({("first_response", utc("01:00")): utc("01:15")}, sheet) == []


class TestPolicy:
    def test_targets_are_more_than_nothing_and_at_most_a_year(self):
        for number in (0, -5, 366 * 1440 + 1):
            with pytest.raises(BadTarget):
                policy(first_response=number)

    def test_only_clocks_that_exist_can_pause(self):
        with pytest.raises(UnknownClock, match="first_response, next_response"):
            policy(first_response=5, pauses=("lunch",))

    def test_each_clock_can_have_its_own_calendar(self):
        office = calendar("09:00-18:00")
        both = replace(PLAIN, calendars=PLAIN.calendars | {"resolution": office})

        sheet = read(now="01:05", start=both)

        assert sheet.next_breach().clock == "first_response"
        assert [run.due_at for run in sheet.readings] == [utc("01:15"), utc("05:00")]
