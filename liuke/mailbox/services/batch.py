"""What a batch of mails is asked about, read in a few statements; and what becomes of it, written in a few.

A mail may answer one of the same batch: whatever a mail became is known to those behind it before it is written.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from liuke.customers.models import Identity
from liuke.customers.queries.marks import identity_mark
from liuke.customers.rules.identities import EMAIL, BadIdentity, normal_value
from liuke.desk.models import Conversation
from liuke.desk.services.talk import Kept, enclosed
from liuke.kit import crypto, rows
from liuke.kit.db import require_transaction
from liuke.kit.jobs import later_each
from liuke.mailbox.models import Mail, Mailbox, ParkedFile, Participant
from liuke.mailbox.queries import tokens
from liuke.mailbox.rules import MAILS_AN_HOUR
from liuke.mailbox.rules.letters import Letter

HOUR = timedelta(hours=1)
_HEARD = """
SELECT asked.blind, asked.since, (
    SELECT count(*) FROM (SELECT 1 FROM mailbox_mail WHERE sender_blind = asked.blind AND arrived_at > asked.since
                          LIMIT %(most)s) AS heard)
FROM unnest(%(blinds)s::bytea[], %(since)s::timestamptz[]) AS asked (blind, since)
"""


@dataclass
class Batch:
    """Addresses are blind marks. `owners` are of identities, `persons` take part in a conversation by their address."""

    box: Mailbox
    before: dict[tuple[bytes, datetime], int] = field(default_factory=dict)      # mails of a sender since then
    mails: dict[str, list[Mail]] = field(default_factory=dict)                   # by Message-ID, of every mailbox
    owners: dict[bytes, int] = field(default_factory=dict)
    addresses: set[tuple[int, bytes]] = field(default_factory=set)               # of a customer
    persons: set[tuple[int, bytes]] = field(default_factory=set)                 # of a conversation
    conversations: dict[int, Conversation] = field(default_factory=dict)         # that our tokens name
    fresh: list[tuple[Mail, Sequence[Kept]]] = field(default_factory=list)       # with the files of what is parked
    spoke: dict[tuple[int, bytes], Participant] = field(default_factory=dict)
    acknowledged: list[Mail] = field(default_factory=list)

    def same_id(self, message_id: str) -> list[Mail]:
        """The mails of this mailbox that bear the id."""
        return [row for row in self.mails.get(message_id, ()) if row.mailbox_id == self.box.pk]

    def takes_part(self, conversation: Conversation, blind: bytes) -> bool:
        return (conversation.pk, blind) in self.persons or (conversation.customer_id, blind) in self.addresses

    def heard(self, blind: bytes, at: datetime) -> int:
        """How many mails of this sender came in the hour before, those of this batch included, counted to
        MAILS_AN_HOUR."""
        since = at - HOUR
        here = sum(row.sender_blind == blind and row.arrived_at > since for row, _files in self.fresh)
        return self.before[blind, since] + here

    def speaks(self, conversation_id: int, address: str, at: datetime) -> None:
        """The address takes part from now on, and is where the next answer goes."""
        key = conversation_id, mark_of(address)
        self.persons.add(key)
        self.spoke[key] = speaker(conversation_id, address, at)

    def add(self, row: Mail, files: Sequence[Kept]) -> None:
        """A mail that is new. Files of one that is parked stay with it."""
        self.mails.setdefault(row.message_id, []).append(row)
        self.fresh.append((row, files if row.parked else ()))

    def write(self) -> None:
        """What the batch has come to, in the transaction in which it was said at the desk."""
        require_transaction()
        rows.insert([row for row, _files in self.fresh])
        ParkedFile.objects.bulk_create([
            ParkedFile(mail=row, **enclosed(each)) for row, files in self.fresh for each in files])
        write_speakers(list(self.spoke.values()))
        later_each("mailbox.acknowledge", argument="mail_id", values=[row.pk for row in self.acknowledged])


def begin(
    *, box: Mailbox, letters: Sequence[Letter], ids: Sequence[str] = (), at: Sequence[datetime] = ()
) -> Batch:
    """What is known of these letters, their own `ids`, and their senders before they came in; four statements.

    A fifth where our tokens are named.
    """
    require_transaction()
    batch = Batch(box)
    for blind, since, count in rows.fetch(_HEARD, {
            "blinds": [mark_of(letter.sender) for letter in letters], "since": [each - HOUR for each in at],
            "most": MAILS_AN_HOUR}) if at else ():
        batch.before[bytes(blind), since] = count
    answered = {name for letter in letters for name in letter.references}
    every = Mailbox.objects.all()           # named, since PostgreSQL before 18 uses the index only then
    found = Mail.objects.filter(mailbox__in=every, message_id__in=answered.union(ids))
    for row in found.select_related("said__conversation"):
        batch.mails.setdefault(row.message_id, []).append(row)
    blinds = {mark_of(letter.sender) for letter in letters}
    known = Identity.objects.filter(kind=EMAIL, blind__in=blinds).values_list("customer_id", "blind", "scope")
    for customer_id, blind, scope in known:
        batch.addresses.add((customer_id, bytes(blind)))
        if not scope:
            batch.owners[bytes(blind)] = customer_id
    named = {found for letter in letters for found, _number in tokens.named([*letter.recipients, *letter.references])}
    batch.conversations = Conversation.objects.in_bulk(named - {None}) if named else {}
    talks = {row.said.conversation_id for each in batch.mails.values() for row in each if row.said}
    persons = Participant.objects.filter(blind__in=blinds, conversation__in=talks.union(batch.conversations))
    batch.persons = {(pk, bytes(blind)) for pk, blind in persons.values_list("conversation_id", "blind")}
    return batch


def mark_of(address: str) -> bytes:
    """The blind mark of a sender; empty for none."""
    try:
        return identity_mark(EMAIL, normal_value(EMAIL, address))
    except BadIdentity:
        return identity_mark(EMAIL, address) if address else b""


def speaker(conversation_id: int, address: str, at: datetime) -> Participant:
    return Participant(conversation_id=conversation_id, blind=mark_of(address), address_enc=crypto.encrypt(address),
                       spoke_at=at)


def write_speakers(persons: Sequence[Participant]) -> None:
    """Who takes part, each once in a conversation; the last word of each counts."""
    Participant.objects.bulk_create(persons, update_conflicts=True, update_fields=["address_enc", "spoke_at"],
                                    unique_fields=["conversation", "blind"])
