"""What a customer allows or refuses is written down here, and nothing of it is ever changed."""

from datetime import datetime
from itertools import count

from liuke.customers.models import Consent, ConsentText
from liuke.customers.queries import consents as said
from liuke.customers.rules import consents as rules
from liuke.customers.rules.consents import Subject
from liuke.customers.services.records import lock_living
from liuke.kit.db import require_transaction
from liuke.kit.errors import BadInput, Refused
from liuke.timeline import facts
from liuke.timeline.services import record


class OtherText(Refused):
    """This version exists already, with other words."""

    code = "consent_text_version"


class SameWords(Refused):
    """These words are in force already."""

    code = "consent_text_same"


class UnknownText(BadInput):
    """There is no such version of the words for this purpose and channel."""

    code = "consent_text_unknown"


def publish_text(*, version: str, purpose: str, body: str, now: datetime, channel: str = "") -> ConsentText:
    """Make words available to be agreed to, on one channel or on all (an empty one).

    Again with the same words is nothing; other words raise OtherText.
    """
    require_transaction()
    version, body = version.strip(), body.strip()
    if purpose not in rules.PURPOSES or channel not in ("", *rules.CHANNELS):
        raise BadInput("a consent text has a known purpose and, if it is for one alone, a known channel")
    if not 0 < len(version) <= rules.VERSION_CHARACTERS or not 0 < len(body) <= rules.BODY_CHARACTERS:
        raise BadInput(f"a version has 1 to {rules.VERSION_CHARACTERS} characters, its words {rules.BODY_CHARACTERS}")
    text, _ = ConsentText.objects.get_or_create(
        version=version, defaults={"purpose": purpose, "channel": channel, "body": body, "published_at": now}
    )
    if (text.purpose, text.channel, text.body) != (purpose, channel, body):
        raise OtherText
    return text


def publish_next(*, purpose: str, channel: str, body: str, now: datetime) -> ConsentText:
    """Publish under the next free version: marketing-1, marketing-2, marketing-sms-1. Raises SameWords."""
    newest = ConsentText.objects.filter(purpose=purpose, channel=channel).order_by("-published_at", "-pk").first()
    if newest and newest.body == body.strip():
        raise SameWords
    stem = f"{purpose}-{channel}" if channel else purpose
    taken = set(ConsentText.objects.filter(version__startswith=stem).values_list("version", flat=True))
    version = next(name for number in count(1) if (name := f"{stem}-{number}") not in taken)
    return publish_text(version=version, purpose=purpose, channel=channel, body=body, now=now)


def give(
    *, customer_id: int, channel: str, purpose: str, text_version: str, source: str, now: datetime,
    happened_at: datetime | None = None, by_id: int | None = None
) -> Consent:
    """The customer has agreed to these words. Again, with nothing said since, returns the same row.

    `happened_at` is for what is written down later (default now); a refusal after that moment stays in force.
    """
    subject = rules.check(channel, purpose)
    text = ConsentText.objects.filter(version=text_version, purpose=purpose, channel__in=["", channel]).first()
    if text is None:
        raise UnknownText
    return _say(customer_id=customer_id, subject=subject, state=rules.GIVEN, text=text, source=source,
                happened_at=_moment(happened_at, now), by_id=by_id)


def withdraw(
    *, customer_id: int, channel: str, purpose: str, source: str, now: datetime,
    happened_at: datetime | None = None, by_id: int | None = None
) -> Consent:
    """The customer refuses. Without `happened_at` it holds at once, whatever a faster clock has written before.

    Allowed without a consent before: then it says "never begin". Again returns the same row.
    """
    return _say(customer_id=customer_id, subject=rules.check(channel, purpose), state=rules.WITHDRAWN, text=None,
                source=source, happened_at=_moment(happened_at, now), by_id=by_id, at_once=happened_at is None)


def withdraw_everywhere(
    *, customer_id: int, source: str, now: datetime, purpose: str = rules.MARKETING, by_id: int | None = None
) -> list[Consent]:
    """Refuse one purpose on every channel there is, also on those nothing was said about."""
    return [
        withdraw(customer_id=customer_id, channel=channel, purpose=purpose, source=source, now=now, by_id=by_id)
        for channel in rules.CHANNELS
    ]


def _moment(happened_at: datetime | None, now: datetime) -> datetime:
    if happened_at is not None and happened_at > now:
        raise BadInput("nobody can have said it in the future")
    return happened_at or now


def _say(
    *, customer_id: int, subject: Subject, state: str, text: ConsentText | None, source: str, happened_at: datetime,
    by_id: int | None, at_once: bool = False
) -> Consent:
    require_transaction()
    if not 0 < len(source) <= rules.SOURCE_CHARACTERS:
        raise BadInput("say where it was said, in 1 to 40 characters")
    customer = lock_living(customer_id)
    last = said.latest([customer.pk], subject).first()
    if last and last.state == state and last.text == text and (at_once or last.happened_at <= happened_at):
        return last
    if last and at_once:
        happened_at = max(happened_at, last.happened_at)
    return write(Consent(
        customer=customer, channel=subject.channel, purpose=subject.purpose, state=state, text=text, source=source,
        recorded_by_id=by_id, happened_at=happened_at,
    ))


def write(row: Consent) -> Consent:
    """Add a statement and tell it as a fact; for this package only."""
    row.save(force_insert=True)
    body: facts.FactBody | None = None
    if row.state == rules.GIVEN:
        assert row.text is not None, "a consent is given to a text"
        body = facts.ConsentGiven(channel=row.channel, purpose=row.purpose, text_version=row.text.version)
    elif row.state == rules.WITHDRAWN:
        body = facts.ConsentWithdrawn(channel=row.channel, purpose=row.purpose)
    if body:
        record(body, customer_id=row.customer_id, key=f"consent:{row.pk}", happened_at=row.happened_at)
    return row
