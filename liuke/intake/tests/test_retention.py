"""Uploads and error files are deleted in time, and nothing else ever is."""

from datetime import timedelta

import pytest
from django.db import transaction

from liuke.intake import services
from liuke.intake.models import Run
from liuke.intake.retention import delete_old_files, delete_strays
from liuke.intake.rules import FILES_KEPT_DAYS, RunState
from liuke.intake.tasks import delete_old_files as job
from liuke.intake.tests.builders import NOW, make_run, make_upload

IN_TIME = NOW + timedelta(days=FILES_KEPT_DAYS)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data(settings, tmp_path):
    settings.LIUKE_DATA = tmp_path / "data"
    return tmp_path


@transaction.atomic
def clean(now=IN_TIME):
    return delete_old_files(now=now), delete_strays(now=now)


def ended(**fields):
    run = make_run(state=RunState.MERGING, finished_at=None, rows=1, rejected=1, **fields)
    error_file = make_upload("errors/1-orders-错误行.csv")
    with transaction.atomic():
        services.mark_done(run=run, error_file=str(error_file), now=NOW)
    return run, error_file


def test_upload_and_error_file_stay_for_the_days_that_are_named_and_then_go():
    upload = make_upload()
    run, error_file = ended(path=upload)

    assert clean(IN_TIME - timedelta(seconds=1)) == (0, 0)
    assert upload.exists()
    assert error_file.exists()

    assert clean() == (1, 0)
    assert not upload.exists()
    assert not error_file.exists()
    run.refresh_from_db()
    assert (run.state, run.rejected, run.error_file, run.delete_files_at) == ("done", 1, "", None)
    assert clean() == (0, 0)


def test_a_file_that_could_not_be_read_goes_too():
    upload = make_upload()
    with transaction.atomic():
        services.mark_failed(run=make_run(path=upload, state=RunState.READING), why="?", now=NOW)

    assert clean() == (1, 0)
    assert not upload.exists()


def test_a_file_of_the_persons_own_folder_is_never_touched(data):
    own = data / "订单.csv"
    own.write_text("订单号\n", encoding="utf-8")
    _run, error_file = ended(path=own)

    clean()

    assert own.exists()
    assert not error_file.exists()


def test_a_path_that_leads_out_of_our_folder_is_not_ours(data):
    outside = data / "outside.csv"
    outside.write_text("订单号\n", encoding="utf-8")
    make_upload()
    ended(path=services.uploads_folder() / ".." / ".." / "outside.csv")

    clean()

    assert outside.exists()


def test_an_upload_that_nobody_began_is_forgotten():
    upload = make_upload()
    make_run(path=upload, state=RunState.UPLOADED, finished_at=None, delete_files_at=services.files_until(NOW))

    assert clean() == (1, 0)
    assert (upload.exists(), Run.objects.count()) == (False, 0)


@pytest.mark.parametrize("state", [RunState.WAITING, RunState.READING, RunState.MERGING])
def test_a_run_that_is_under_way_keeps_its_file_however_old(state):
    upload = make_upload()
    make_run(path=upload, state=state, finished_at=None)

    assert clean(NOW + timedelta(days=400)) == (0, 0)
    assert upload.exists()


def test_a_file_that_no_run_speaks_of_goes_a_day_later():
    stray = make_upload("2026-11/stray")

    assert clean() == (0, 0)
    assert clean(IN_TIME + timedelta(days=1, seconds=1)) == (0, 1)
    assert not stray.exists()


def test_a_file_that_is_gone_already_is_no_trouble():
    _run, error_file = ended(path=make_upload())
    error_file.unlink()

    assert clean() == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_the_job_goes_on_until_nothing_is_left(monkeypatch):
    for number in range(3):
        make_run(path=make_upload(f"2020-01/{number}"), delete_files_at=NOW)

    job()

    assert Run.objects.exclude(delete_files_at=None).count() == 0
    assert [path for path in services.uploads_folder().rglob("*") if path.is_file()] == []
