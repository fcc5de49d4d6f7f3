"""Customer files: what the engine of `intake` needs to know to bring them in."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext_lazy as _

from liuke.customers.models import Customer
from liuke.customers.rules import identities, names
from liuke.customers.services.gathering import Gathering, NobodyNamed, unsealed
from liuke.customers.services.matching import match_people
from liuke.customers.services.records import rename
from liuke.intake import cells, staging
from liuke.intake.header import Field, Fields
from liuke.intake.kinds import Merged, Reading, Row, Transaction
from liuke.intake.line import Line
from liuke.intake.models import Run
from liuke.intake.rules import Bad, Reason, slot_number
from liuke.kit import crypto

MEMBER, PHONE, EMAIL, EXTERNAL, NAME, JOINED = "member", "phone", "email", "external", "name", "joined_at"
CHARACTERS = 200
REFERENCES = {
    MEMBER: identities.NUMBER, EXTERNAL: identities.EXTERNAL, PHONE: identities.PHONE, EMAIL: identities.EMAIL,
}
FIELD_OF = {kind: field for field, kind in REFERENCES.items()}
UNREADABLE = {identities.PHONE: Reason.BAD_PHONE, identities.EMAIL: Reason.BAD_EMAIL}


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split(", "))


CUSTOMER_FIELDS = Fields(
    known=(
        Field(MEMBER, _("会员号"), _names(
            "会员号, 会员编号, 会员卡号, 会员ID, 客户编号, 客户号, 客户ID, 用户ID, 用户编号, 卡号, 编号, "
            "member no, member number, member id, customer no, customer number, customer id, user id, number, id"
        )),
        Field(PHONE, _("手机号"), _names(
            "手机号, 手机号码, 手机, 联系电话, 电话, 会员手机, phone, mobile, phone number, tel"
        )),
        Field(EMAIL, _("邮箱"), _names("邮箱, 电子邮箱, 电子邮件, 邮件, email, e-mail, mail")),
        Field(EXTERNAL, _("外部编号"), _names("外部编号, 外部ID, 买家昵称, 旺旺, 昵称, openid, external id, nick")),
        Field(NAME, _("姓名"), _names("姓名, 客户姓名, 会员姓名, 客户名称, 名字, name, full name, customer name")),
        Field(JOINED, _("入会时间"), _names(
            "入会时间, 注册时间, 入会日期, 注册日期, 开卡时间, 开卡日期, 创建时间, "
            "joined at, registered at, created at, join date"
        )),
    ),
    needed=((MEMBER, PHONE, EMAIL, EXTERNAL),),
)
SECRETS = """
    LEFT JOIN (SELECT DISTINCT ON (person) person, strength, secret FROM pg_temp.gathered_secrets) p
    ON p.person = s.person"""
GOOD_ROWS = """
    SELECT line, joined_at, person::text, secret FROM intake_work
    WHERE bad IS NULL ORDER BY strength, person, line"""


class Customers:
    """The kind "customers": a row is a person. One object serves one run.

    A row adds a customer, or a name and references that are not known yet. It never takes a reference away from
    somebody else: such a row is rejected. Nothing is deleted.
    """

    name = "customers"
    fields = CUSTOMER_FIELDS
    columns = (("joined_at", "timestamptz"), ("person", "uuid"))
    gathered_columns, gathered_joins = (("strength", "p.strength"), ("secret", "p.secret")), SECRETS
    work_columns = ()

    def reader(self, reading: Reading) -> Callable[[Line], Row]:
        self.people = Gathering(scope=reading.scope)
        self.left_aside = Counter[str]()
        header, moment = reading.header, cells.moments(reading.zone, reading.date_order)
        given = [(field, kind, get) for field, kind in REFERENCES.items() if (get := header.getter(field))]
        name_cell, joined_cell = (header.getter(field) or (lambda line: "") for field in (NAME, JOINED))

        def read(line: Line) -> Row:
            try:
                if line.broken or any(line.cells[len(header.columns):]):
                    raise Bad(line.broken or Reason.TOO_MANY_CELLS)
                references = tuple((kind, cells.identifier(get(line), field, CHARACTERS)) for field, kind, get in given)
                token = self._person(references, cells.text(name_cell(line), NAME, names.NAME_CHARACTERS))
                written = joined_cell(line).strip()
                joined_at = moment(written, JOINED) if written else None
                if joined_at and joined_at > reading.now:
                    raise Bad(Reason.TIME_OUT_OF_RANGE, JOINED)
            except Bad as bad:
                why = f"{bad.reason}:{bad.field}" if bad.field else str(bad.reason)
                return line.number, slot_number(f"line {line.number}"), "?", why, None, None
            strongest = next(value for kind, value in references if value)
            return line.number, slot_number(strongest), "?", None, joined_at, token

        return read

    def _person(self, references: tuple[tuple[str, str], ...], name: str) -> str:
        """Every reference must be readable here: this file is about the person and nothing else."""
        try:
            token, unreadable = self.people.person(references, name)
        except NobodyNamed as nobody:
            unreadable, token = nobody.unreadable, ""
        for kind in unreadable:
            raise Bad(UNREADABLE.get(kind, Reason.TOO_LONG), FIELD_OF[kind])
        if not token:
            raise Bad(Reason.MISSING_CUSTOMER, MEMBER)
        return token

    def chunk_read(self) -> None:
        self.people.stage()

    def gather(self, run: Run, *, now: datetime, transaction: Transaction) -> None:
        """Nothing: the rows are the people themselves."""

    def merge(self, run: Run, *, now: datetime) -> Merged:
        with connection.cursor() as cursor:
            cursor.execute(GOOD_ROWS)
            rows = cursor.fetchall()
        first = {(joined_at, token): line for line, joined_at, token, _secret in reversed(rows)}
        people = [unsealed(secret, joined_at) for _line, joined_at, _token, secret in rows]
        matches = match_people(people=people, now=now, several=True)
        known = dict(Customer.objects.filter(pk__in={match.customer_id for match in matches}, forgotten_at=None)
                     .values_list("pk", "name_enc"))
        called = {pk: crypto.decrypt(name) for pk, name in known.items()}
        results: list[tuple[int, bool, str | None]] = []
        for (line, joined_at, token, _secret), person, match in zip(rows, people, matches, strict=True):
            if first[joined_at, token] != line:
                results.append((line, False, Reason.DUPLICATED_LINE))
            elif match.taken:
                results.append((line, False, f"{Reason.TAKEN}:{FIELD_OF[match.taken[0]]}"))
            else:
                wanted = names.normal_name(person.name)
                renamed = bool(wanted) and called.get(match.customer_id, wanted) != wanted
                if renamed:
                    rename(customer_id=match.customer_id, name=person.name)
                    called[match.customer_id] = wanted
                results.append((line, bool(match.fresh or match.learnt or renamed), None))
        return staging.judge(results)

    def notes(self) -> dict[str, int]:
        return dict(self.left_aside)
