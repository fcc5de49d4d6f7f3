"""A slow second opinion on `liuke-sla/1`, written from the `semantics` of the worked examples and from nothing else.

It walks over time in steps of five minutes and asks at each step: does the wall clock show opening hours, which state
is the ticket in, does this clock count? So it is right only for files whose times are all multiples of five minutes.
"""

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

STEP = timedelta(minutes=5)
WAITING = ("pending_customer", "on_hold", "pending_close")
FINAL = ("solved", "closed")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST_WALK = 90 * 288


class TooFar(Exception):
    """The walk would not end; the test leaves such a case out."""


def instant(text):
    return datetime.fromisoformat(text).astimezone(UTC)


def written(at):
    return at and at.strftime("%Y-%m-%dT%H:%M:%SZ")


def minutes_of(text):
    return int(text[:2]) * 60 + int(text[3:])


class Hours:
    """Is it open? Asked of the wall clock, one instant at a time."""

    def __init__(self, body):
        self.body, self.zone = body, ZoneInfo(body["tz"])
        self.open = cache(self._open)

    def pairs(self, day):
        if day.isoformat() in self.body.get("extra_workdays", {}):
            return self.body["extra_workdays"][day.isoformat()]
        if day.isoformat() in self.body.get("holidays", []):
            return []
        return self.body["weekly"].get(DAYS[day.weekday()], [])

    def _open(self, at):
        if self.body.get("always_open"):
            return True
        local = at.astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        today = any(minutes_of(a) <= minute and (minute < minutes_of(b) or minutes_of(b) <= minutes_of(a))
                    for a, b in self.pairs(local.date()))  # fmt: skip
        night = any(minutes_of(b) <= minutes_of(a) and minute < minutes_of(b)
                    for a, b in self.pairs(local.date() - timedelta(days=1)))  # fmt: skip
        return today or night


class Ticket:
    """The log of one scenario up to its `as_of`, and what each clock of it says."""

    def __init__(self, document, scenario):
        self.now = instant(scenario["as_of"])
        self.policies = document["policies"]
        self.hours = {name: Hours(body) for name, body in document["calendars"].items()}
        seen, self.events = set(), []
        for event in sorted(scenario["events"], key=lambda event: instant(event["at"])):
            if instant(event["at"]) > self.now or event.get("msg_id") in seen:
                continue
            seen |= {event["msg_id"]} if event.get("msg_id") else set()
            self.events.append({**event, "at": instant(event["at"])})
        self.created = self.events[0]
        self.terms, self.states, self.replies, self.turns = [], [], [], []
        self.state, self.dead = None, False
        for event in self.events:
            if not self.dead:
                self.step(event)

    def step(self, event):
        at, kind = event["at"], event["type"]
        waiting = self.turns and self.turns[-1]["end"] is None
        if kind in ("created", "policy_change") and [event["policy"]] != [name for _, name in self.terms[-1:]]:
            self.terms.append((at, event["policy"]))  # the same policy once more is no change
        if kind == "created":
            self.enter(event.get("state", "open"), at)
        elif kind in ("merged", "spam"):
            self.dead = True
        elif kind == "state":
            self.enter(event["to"], at)
        elif kind == "customer_message" and event.get("auto_reopen", True) and self.state in WAITING + FINAL:
            self.enter("open", at)
        elif kind == "agent_reply":
            self.replies.append((at, self.terms[-1]))
            if waiting:
                self.turns[-1].update(end=at, stopped=True, term=self.terms[-1])
        first = kind == "created" and event.get("from_customer", True)
        if (first or kind == "customer_message") and not waiting and self.state not in FINAL:
            self.turns.append({"start": at, "end": None, "early": not self.replies})

    def enter(self, state, at):
        if state in FINAL and self.turns and self.turns[-1]["end"] is None:
            self.turns[-1].update(end=at, stopped=False, term=self.terms[-1])
        self.state = state
        self.states.append((at, state, self.terms[-1]))

    def state_at(self, at):
        return [state for since, state, _ in self.states if since <= at][-1]

    def expect(self):
        if self.dead or self.terms[-1][1] is None:
            nothing = {"status": "cancelled", "due": None, "breached_at": None}
            return {"first_response": nothing, "next_response": nothing, "resolution": nothing, "next_breach": None}
        self.running = []
        return {
            "first_response": self.first_response(),
            "next_response": self.next_response(),
            "resolution": self.resolution(),
            "next_breach": min(self.running)[:2] if self.running else None,
        }

    def solved_since(self):
        """When the last unbroken solved or closed stretch began, and the policy then; None while it is not solved."""
        found = None
        for at, state, term in self.states:
            found = (found or (at, term)) if state in FINAL else None
        return found

    def first_response(self):
        ended = (*self.replies[0], True) if self.replies else None
        if not ended and self.solved_since():
            ended = (*self.solved_since(), False)
        return self.measure("first_response", self.created["at"], ended) or INACTIVE

    def resolution(self):
        solved = self.solved_since()
        return self.measure("resolution", self.created["at"], solved and (*solved, True)) or INACTIVE

    def next_response(self):
        turns = []
        for turn in self.turns:
            ended = turn["end"] and (turn["end"], turn["term"], turn["stopped"])
            policy = self.policies[(ended[1] if ended else self.terms[-1])[1]] if not ended or ended[1][1] else None
            if policy and (policy["next_response_starts"] == "any_customer_message" or not turn["early"]):
                answer = self.measure("next_response", turn["start"], ended)
                if answer:
                    turns.append((turn, {**answer, "started_at": written(turn["start"])}))
        if not turns and self.policies[self.terms[-1][1]]["next_response_min"] is None:
            return INACTIVE
        last = turns[-1][1] if turns and turns[-1][0]["end"] is None else INACTIVE
        answers = [answer for _, answer in turns]
        return {
            **{key: last[key] for key in ("status", "due", "breached_at")},
            "turns": answers,
            "breach_count": len([answer for answer in answers if answer["breached_at"]]),
            "longest_used_min": max((answer["used_min"] for answer in answers if "stopped_at" in answer), default=None),
        }

    def measure(self, clock, start, ended):
        since, name = ended[1] if ended else self.terms[-1]
        policy = self.policies[name] if name else {}
        target = policy.get(f"{clock}_min")
        if target is None:
            return None
        hours, end = self.hours[policy["calendar"]], ended[0] if ended else self.now

        def counts(at):
            if not hours.open(at):
                return False
            if at >= end:
                return True
            state = self.state_at(at)
            return not (state in FINAL or (state in WAITING and clock in policy["pause_clocks"]))

        used, due, warn, after = walk(
            start, end, target=target, warn_before=policy.get("warn_before_min"), counts=counts, is_open=hours.open
        )
        answer = {"target_min": target, "due": written(due), "used_min": used}
        if after:
            answer["due_equivalent"] = written(after)
        late = due < end if ended else due <= self.now
        answer["breached_at"] = written(max(due, since)) if late else None
        if ended:
            answer["status"] = "breached" if late else "met" if ended[2] else "cancelled"
            if ended[2]:
                answer |= {"stopped_at": written(end), "margin_min": target - used}
        elif late:
            answer["status"] = "breached"
        elif self.state in WAITING and clock in policy["pause_clocks"]:
            answer.pop("due_equivalent", None)
            answer |= {"status": "paused", "due": None, "remaining_min": target - used}
        else:
            answer["status"] = "running"
            if warn:
                answer["warn_at"] = written(warn)
            self.running.append([written(due), clock])
        return answer


INACTIVE = {"status": "inactive", "due": None, "breached_at": None}


def walk(start, end, *, target, warn_before, counts, is_open):
    """Step by step: what is used up to `end`, when the target is, when to warn, and the opening after the due."""
    at, used, total = start, 0, 0
    due = warn = None
    for _ in range(LONGEST_WALK):
        if warn is None and total >= target - (warn_before or 0):
            warn = at
        if total >= target and due is None:
            due = at
        if due is not None and at >= end:
            break
        if counts(at):
            total += 5
            used += 5 if at < end else 0
        at += STEP
    else:
        raise TooFar
    after = due
    for _ in range(LONGEST_WALK):
        if is_open(after):
            return used, due, warn if warn_before else None, after if after > due else None
        after += STEP
    raise TooFar
