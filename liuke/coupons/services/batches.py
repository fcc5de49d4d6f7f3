"""Batches are opened, made by jobs step by step, and stopped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from liuke.coupons.models import Batch, Coupon, LeftOut, Version
from liuke.coupons.queries.templates import terms_of
from liuke.coupons.rules.codes import is_choosable, normal
from liuke.coupons.rules.limits import (
    MAX_AT_ONCE,
    MAX_BATCHES,
    MAX_CODES,
    MAX_PER_CUSTOMER,
    MAX_TOTAL,
    NAME_CHARACTERS,
    STEP,
)
from liuke.coupons.rules.states import BatchKind, State, can_be_issued
from liuke.coupons.rules.terms import AUDIENCE, BadTerms
from liuke.coupons.services import accounts
from liuke.coupons.services.issuing import BUDGET, OVER, STOPPED, coupons_for, write
from liuke.coupons.services.writing import open_template
from liuke.kit.db import require_transaction
from liuke.kit.errors import NotYours, Refused
from liuke.kit.money import BASIS_POINTS
from liuke.ledger import services as ledger

EVERYBODY = "everybody"


class CodeTaken(Refused):
    """The code belongs to another batch or coupon."""

    code = "coupon_code_taken"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A batch as a person wants it. `code` is what many type; `count` how many single codes are made; `audience` whom
    a grant goes to ("tag:12", "segment:gone", "everybody"), `hold_out_bp` of them left out on purpose.
    """

    template_id: int
    kind: str
    name: str
    code: str = ""
    total: int | None = None
    per_customer: int = 1
    count: int = 0
    audience: str = ""
    hold_out_bp: int = 0
    opens_at: datetime | None = None
    closes_at: datetime | None = None


def open_batch(*, plan: Plan, now: datetime, by_id: int | None = None) -> Batch:
    """A batch of the template's newest version. Codes and grants are then made by jobs, step by step.

    Raises BadTerms (its `about` is the part of the plan), CodeTaken, NotYours, TemplateStopped.
    """
    require_transaction()
    template = open_template(plan.template_id)
    if Batch.objects.filter(template=template).count() >= MAX_BATCHES:
        raise BadTerms("batches")
    version = Version.objects.filter(template=template).latest("number")
    _check(plan, version, now)
    code = normal(plan.code) if plan.kind == BatchKind.MASS else ""
    if code and Coupon.objects.filter(code=code).exists():
        raise CodeTaken(_("这个码已被使用，请换一个"))
    row = Batch(
        template=template, version=version, kind=plan.kind, name=plan.name.strip(), code=code,
        total=plan.count if plan.kind == BatchKind.CODES else plan.total, per_customer=plan.per_customer,
        opens_at=plan.opens_at or now, closes_at=plan.closes_at, audience=plan.audience, hold_out_bp=plan.hold_out_bp,
        wanted=plan.count, made_at=now, made_by_id=by_id,
        finished_at=None if plan.kind in (BatchKind.CODES, BatchKind.GRANT) else now,
    )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise CodeTaken(_("这个码已被使用，请换一个")) from error
    return row


def _check(plan: Plan, version: Version, now: datetime) -> None:
    if plan.kind not in set(BatchKind):
        raise BadTerms("kind")
    if not 0 < len(plan.name.strip()) <= NAME_CHARACTERS:
        raise BadTerms("name")
    if not can_be_issued(terms_of(version), at=now):
        raise BadTerms("ends_at")
    if not 0 < plan.per_customer <= MAX_PER_CUSTOMER:
        raise BadTerms("per_customer")
    if plan.total is not None and not 0 < plan.total <= MAX_TOTAL:
        raise BadTerms("total")
    if plan.kind == BatchKind.MASS and not is_choosable(normal(plan.code)):
        raise BadTerms("code")
    if plan.kind == BatchKind.CODES and not 0 < plan.count <= MAX_CODES:
        raise BadTerms("count")
    if plan.kind == BatchKind.GRANT and plan.audience != EVERYBODY and not AUDIENCE.fullmatch(plan.audience):
        raise BadTerms("audience")
    if not 0 <= plan.hold_out_bp < BASIS_POINTS or (plan.hold_out_bp and plan.kind != BatchKind.GRANT):
        raise BadTerms("hold_out_bp")
    if plan.closes_at is not None and plan.closes_at <= (plan.opens_at or now):
        raise BadTerms("closes_at")
    if plan.kind == BatchKind.CODES and not (plan.closes_at or version.ends_at):
        raise BadTerms("closes_at")                  # a code must end some day even if nobody takes it


def make_codes(*, batch_id: int, now: datetime, limit: int = STEP) -> int:
    """Make so many more single codes; returns how many. The job repeats it until 0. Killed, it goes on where it was.

    Without enough in the budget the batch waits with a failure that says so.
    """
    require_transaction()
    batch = _to_go_on(batch_id, BatchKind.CODES, now)
    if batch is None:
        return 0
    count = min(limit, MAX_AT_ONCE, batch.wanted - batch.issued)
    ends = [each for each in (batch.closes_at, batch.version.ends_at) if each]
    if count and _set_aside(batch, count, now):
        keys = [f"batch:{batch.pk}:{batch.issued + number}" for number in range(1, count + 1)]
        write(coupons_for(batch.version, [(None, key) for key in keys], now=now, batch=batch, until=min(ends)), now=now)
        batch.issued += count
    elif count:
        batch.failure, count = BUDGET, 0
    batch.finished_at = now if batch.issued == batch.wanted else None
    batch.save(update_fields=["issued", "failure", "finished_at"])
    return count


def grant_step(
    *, batch_id: int, customer_ids: Sequence[int], left_out: Sequence[int], more: bool, now: datetime
) -> int:
    """Give these customers one each; returns how many. `left_out` of them get none on purpose, and are remembered.

    The ids rise and go on where the last step has ended; `more`: there are others after them. The batch stays locked
    meanwhile, and a step that was done already gives nothing.
    """
    require_transaction()
    batch = _to_go_on(batch_id, BatchKind.GRANT, now)
    if batch is None:
        return 0
    ids = [pk for pk in customer_ids if pk > batch.cursor]
    out = set(left_out)
    to = [pk for pk in ids if pk not in out]
    if to and not _set_aside(batch, len(to), now):
        batch.failure = BUDGET
        batch.save(update_fields=["failure"])
        return 0
    write(coupons_for(batch.version, [(pk, f"batch:{batch.pk}:{pk}") for pk in to], now=now, batch=batch), now=now)
    held = [LeftOut(batch=batch, customer_id=pk) for pk in ids if pk in out]
    LeftOut.objects.bulk_create(held, ignore_conflicts=True)
    batch.issued += len(to)
    batch.left_out += len(held)
    batch.cursor = ids[-1] if ids else batch.cursor
    batch.finished_at = None if more else now
    batch.save(update_fields=["issued", "left_out", "cursor", "finished_at"])
    return len(ids)


def _to_go_on(batch_id: int, kind: BatchKind, now: datetime) -> Batch | None:
    """The batch, locked, if its job has something left to do."""
    rows = Batch.objects.select_for_update(of=("self",)).select_related("version__template")
    batch = rows.get(pk=batch_id, kind=kind)
    if batch.finished_at or batch.stopped_at or batch.failure:
        return None
    over = not can_be_issued(terms_of(batch.version), at=now)
    if over or batch.version.template.stopped_at:
        batch.failure = OVER if over else STOPPED
        batch.save(update_fields=["failure"])
        return None
    return batch


def _set_aside(batch: Batch, count: int, now: datetime) -> bool:
    """What so many coupons are worth, from the budget; or not, when it has not got it."""
    post = accounts.set_aside(batch.version, amount_fen=count * terms_of(batch.version).worth_fen,
                              key=f"batch:{batch.pk}:{batch.issued}:{batch.left_out}:{count}")
    result, = ledger.post_many([post], now=now)
    assert isinstance(result, ledger.Overdrawn) or not isinstance(result, ledger.LedgerRefused), result
    return not isinstance(result, ledger.Overdrawn)


def size_batch(*, batch_id: int, wanted: int) -> None:
    """Note how many customers a grant is for, so that its progress can be told."""
    require_transaction()
    Batch.objects.filter(pk=batch_id, kind=BatchKind.GRANT).update(wanted=wanted)


def resume_batch(*, batch_id: int) -> Batch:
    """Let a batch that waits for its budget go on; the caller queues its job. Raises NotYours."""
    require_transaction()
    batch = Batch.objects.select_for_update().filter(pk=batch_id, finished_at=None, stopped_at=None).first()
    if batch is None:
        raise NotYours
    batch.failure = ""
    batch.save(update_fields=["failure"])
    return batch


def unstop_grant(*, batch_id: int) -> Batch:
    """Undo `stop_batch` of a grant; the caller queues its job. Again is nothing. Raises NotYours."""
    require_transaction()
    batch = Batch.objects.select_for_update().filter(pk=batch_id, kind=BatchKind.GRANT).first()
    if batch is None:
        raise NotYours
    batch.stopped_at = None
    batch.save(update_fields=["stopped_at"])
    return batch


def stop_batch(*, batch_id: int, now: datetime) -> Batch:
    """Nobody takes or gets anything out of it from now on; codes that nobody has taken are withdrawn, what customers
    have stays. Again is nothing. Raises NotYours.
    """
    require_transaction()
    batch = Batch.objects.select_for_update(of=("self",)).select_related("version").filter(pk=batch_id).first()
    if batch is None:
        raise NotYours
    if batch.stopped_at is None:
        batch.stopped_at = now
        batch.save(update_fields=["stopped_at"])
        free = Coupon.objects.filter(batch=batch, customer=None, state=State.FREE).update(state=State.WITHDRAWN)
        accounts.return_to_budgets([batch.version], {batch.version_id: free * terms_of(batch.version).worth_fen},
                                   now=now)
    return batch
