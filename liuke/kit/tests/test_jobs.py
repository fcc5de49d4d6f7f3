"""A job exists if and only if the change that asks for it does."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Job
from procrastinate.testing import InMemoryConnector

from liuke.kit.jobs import PROVIDER_KNOWS_SECONDS, later


@pytest.mark.django_db
def test_a_job_queued_in_a_worker_goes_with_the_change_that_asks_for_it():
    queued = ProcrastinateJob.objects.filter(task_name="desk.send_call").order_by("pk")

    with app.replace_connector(InMemoryConnector()):         # as a worker has lines of its own to the queue
        with transaction.atomic():
            later("desk.send_call", notice_id=1)
            transaction.set_rollback(True)                   # the change fails
        with transaction.atomic():
            later("desk.send_call", notice_id=2)
            assert later("desk.send_call", notice_id=3, once="word")
            assert later("desk.send_call", notice_id=4, once="word") is None

    assert [job.args["notice_id"] for job in queued] == [2, 3]


@pytest.mark.parametrize("name", ["customers.send_login_code", "desk.send_call", "outreach.deliver"])
def test_a_text_message_is_not_tried_again_before_its_provider_knows_of_the_first(name):
    job = Job(id=1, queue="default", lock=None, queueing_lock=None, task_name=name, attempts=0)

    decided = app.tasks[name].retry_strategy.get_retry_decision(exception=OSError(), job=job)

    assert decided.retry_at - timezone.now() > timedelta(seconds=PROVIDER_KNOWS_SECONDS)
