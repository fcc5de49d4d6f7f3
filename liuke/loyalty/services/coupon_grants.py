"""Coupons for all members of an audience, given step by step by a job: it can be watched, stopped, and killed."""

from datetime import datetime

from liuke.coupons import services as coupons
from liuke.coupons.models import Batch
from liuke.coupons.rules.limits import STEP
from liuke.coupons.rules.states import BatchKind
from liuke.kit.db import require_transaction
from liuke.kit.jobs import later
from liuke.kit.push import publish
from liuke.loyalty.queries.audiences import members, next_members
from liuke.loyalty.rules.terms import held_out

TOPIC = "coupons"                        # pages that show a batch under way listen to it
JOBS = {BatchKind.GRANT: "loyalty.grant_coupons", BatchKind.CODES: "loyalty.make_codes"}


def start(*, plan: coupons.Plan, now: datetime, by_id: int | None = None) -> Batch:
    """Open the batch and queue what makes its coupons, if anything. Raises what `coupons.open_batch` raises."""
    require_transaction()
    row = coupons.open_batch(plan=plan, now=now, by_id=by_id)
    if row.kind == BatchKind.GRANT:
        coupons.size_batch(batch_id=row.pk, wanted=members(row.audience).count())
    queue(row)
    return row


def resume(*, batch_id: int) -> Batch:
    """Let a batch go on that waits for its budget. Raises NotYours."""
    require_transaction()
    row = coupons.resume_batch(batch_id=batch_id)
    queue(row)
    return row


def queue(row: Batch) -> None:
    if job := JOBS.get(BatchKind(row.kind)):
        later(job, batch_id=row.pk, once=f"coupons:{row.pk}")


def step(*, batch_id: int, now: datetime, limit: int = STEP) -> int:
    """Give the next members of the audience one each; returns how many were looked at. The job repeats it until 0."""
    require_transaction()
    batch = Batch.objects.select_for_update(of=("self",)).get(pk=batch_id)
    ids, more = next_members(batch.audience, after=batch.cursor, limit=limit)
    left_out = [pk for pk in ids if held_out(-batch.pk, pk, batch.hold_out_bp)]
    done = coupons.grant_step(batch_id=batch_id, customer_ids=ids, left_out=left_out, more=more, now=now)
    publish(topic=TOPIC, data={"batch_id": batch_id})
    return done


def codes_step(*, batch_id: int, now: datetime) -> int:
    """Make the next single codes; returns how many. The job repeats it until 0."""
    done = coupons.make_codes(batch_id=batch_id, now=now)
    publish(topic=TOPIC, data={"batch_id": batch_id})
    return done
