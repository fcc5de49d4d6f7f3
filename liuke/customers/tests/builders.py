"""Rows for tests: sensible unless told otherwise."""

from datetime import UTC, datetime
from itertools import count

from django.db import transaction

from liuke.customers.models import ConsentText, Customer, Tag
from liuke.customers.rules import consents as consent_rules
from liuke.customers.services import consents, identities, records, tags

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
_phones = count(13800000000)


@transaction.atomic
def make_customer(*, name="", phone="", email="", joined_at=NOW, source="test") -> Customer:
    customer = records.join(source=source, now=NOW, name=name, joined_at=joined_at)
    for kind, value in (("phone", phone), ("email", email)):
        if value:
            identities.add_identity(customer_id=customer.pk, kind=kind, value=value, now=NOW)
    return customer


def next_phone() -> str:
    return str(next(_phones))


@transaction.atomic
def make_tag(name="母婴") -> Tag:
    return tags.find_or_create_tag(name=name)


@transaction.atomic
def tag(customer, tag, *, source="staff", now=NOW):
    return tags.add_tag(customer_id=customer.pk, tag_id=tag.pk, source=source, now=now)


@transaction.atomic
def make_text(version="marketing-1", purpose=consent_rules.MARKETING, body="我们可以给您发优惠消息。") -> ConsentText:
    return consents.publish_text(version=version, purpose=purpose, body=body, now=NOW)


@transaction.atomic
def give(customer, *, channel="sms", purpose="marketing", now=NOW, text=None, **more):
    text = text or make_text(version=f"{purpose}-1", purpose=purpose)
    return consents.give(customer_id=customer.pk, channel=channel, purpose=purpose, text_version=text.version,
                         source="h5", now=now, **more)


@transaction.atomic
def withdraw(customer, *, channel="sms", purpose="marketing", now=NOW, **more):
    return consents.withdraw(customer_id=customer.pk, channel=channel, purpose=purpose, source="h5", now=now, **more)
