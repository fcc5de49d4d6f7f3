"""A job exists if and only if the change that asks for it does."""

import pytest
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.testing import InMemoryConnector

from liuke.kit.jobs import later


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
