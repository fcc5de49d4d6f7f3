"""Jobs of the clocks."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from liuke.desk.services import assist, calling, counts, deadlines, delivery, duty, learning, phone, promises, routing
from liuke.kit import files, pictures
from liuke.kit.jobs import PROVIDER_KNOWS_SECONDS, in_batches, task


@task("desk.mark_due")
def mark_due(**_: Any) -> None:
    in_batches(lambda: deadlines.mark_due(now=timezone.now()))


@task("desk.warn_due")
def warn_due(**_: Any) -> None:
    in_batches(lambda: deadlines.warn_due(now=timezone.now()))


@task("desk.call_due")
def call_due(**_: Any) -> None:
    in_batches(lambda: calling.call_due(now=timezone.now()))


@task("desk.tasks_due")
def tasks_due(**_: Any) -> None:
    in_batches(lambda: assist.mark_due(now=timezone.now()))


@task("desk.remind_courses")
def remind_courses(**_: Any) -> None:
    with transaction.atomic(durable=True):
        duty.remind_courses(now=timezone.now())


@task("desk.fold_counts")
def fold_counts(**_: Any) -> None:
    in_batches(counts.fold)


@task("desk.carry_waiting")
def carry_waiting(**_: Any) -> None:
    in_batches(lambda: delivery.carry_waiting(now=timezone.now()))


@task("desk.send_call", wait_seconds=PROVIDER_KNOWS_SECONDS)
def send_call(*, notice_id: int, **_: Any) -> None:
    calling.send_call(notice_id=notice_id, now=timezone.now())


@task("desk.route_waiting")
def route_waiting(**_: Any) -> None:
    """Who has become free gets what waits; who is not there while a customer waits loses it."""
    with transaction.atomic(durable=True):
        routing.release_silent(now=timezone.now())
    with transaction.atomic(durable=True):
        routing.route_waiting(now=timezone.now())
    with transaction.atomic(durable=True):
        routing.forget_looks(now=timezone.now())


@task("desk.watch_roster")
def watch_roster(**_: Any) -> None:
    with transaction.atomic(durable=True):
        duty.watch(now=timezone.now())


@task("desk.measure_calendar")
def measure_calendar(*, calendar_id: int, **_: Any) -> None:
    deadlines.measure_open(calendar_id=calendar_id, now=timezone.now())


@task("desk.call_again")
@transaction.atomic(durable=True)
def call_again(*, message_id: int, **_: Any) -> None:
    phone.remind_of_call(message_id=message_id, now=timezone.now())


@task("desk.remove_file")
def remove_file(*, file: str, **_: Any) -> None:
    if file.startswith(files.FOLDER):
        files.remove(file)
    else:
        pictures.remove(file)


@task("desk.sweep_files", attempts=1)
def sweep_files(**_: Any) -> None:
    """Files that a killed process left without a row."""
    files.sweep(used=pictures.used, now=timezone.now())


@task("desk.learn_kinds")
def learn_kinds(**_: Any) -> None:
    with transaction.atomic(durable=True):
        learning.learn_kinds(now=timezone.now())


@task("desk.load_holidays")
def load_holidays(**_: Any) -> None:
    """After an update of Liuke that knows another year."""
    in_batches(lambda: promises.load_holidays(now=timezone.now()))
