"""The page for files: upload, check the columns, watch, take the rejected rows back."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.urls import reverse
from django.utils.timezone import localtime
from procrastinate.contrib.django.models import ProcrastinateJob

from liuke.intake.models import Run
from liuke.intake.retention import delete_old_files
from liuke.kit.push import read_ticket
from liuke.mall.models import Order
from liuke.mall.tasks import import_orders
from liuke.org.rules import Role
from liuke.org.tests import builders as org

pytestmark = pytest.mark.django_db
FILE = "订单号,下单时间,会员号,货,数量,单价\nA1,2024-03-05,M1,S1,1,10\nA2,昨天,M1,S1,1,10\n"


def upload(client, text=FILE, kind="orders"):
    file = SimpleUploadedFile("三月订单.csv", text.encode("gb18030"))
    return client.post(reverse("console:imports_new"), {"kind": kind, "file": file}, follow=True)


def fields(**more):
    chosen = {"order": "订单号", "time": "下单时间", "member": "会员号", "sku": "货", "price": "单价"}
    chosen["quantity"] = "数量"
    return {f"field-{name}": column for name, column in (chosen | more).items()} | {"zone": "Asia/Shanghai"}


def test_a_file_is_checked_mapped_brought_in_and_its_rejected_rows_come_back(client, owner):
    page = upload(client)
    run = Run.objects.get()
    assert "没有认出这些列" in page.content.decode()
    assert (run.state, Order.objects.count()) == ("uploaded", 0)

    client.post(reverse("console:imports_start", args=[run.pk]), fields())
    job = ProcrastinateJob.objects.get(task_name="mall.import_orders")
    import_orders(**job.args)

    page = client.get(reverse("console:imports_run", args=[run.pk])).content.decode()
    assert "看不懂的时间" in page
    assert Order.objects.get().number == "A1"
    errors = client.get(reverse("console:imports_errors", args=[run.pk]))
    assert "A2,昨天" in b"".join(errors.streaming_content).decode("utf-8-sig")
    assert "三月订单.csv" in client.get(reverse("console:imports")).content.decode()


def test_the_pages_hear_of_every_step_of_a_run(client, owner):
    upload(client)
    run = Run.objects.get()
    client.post(reverse("console:imports_start", args=[run.pk]), fields())
    page = client.get(reverse("console:imports_run", args=[run.pk]))
    progress = reverse("console:imports_progress", args=[run.pk])

    assert f'data-live="imports" data-live-url="{progress}"' in page.content.decode()
    assert read_ticket(page.context["ticket"]).topics == ("imports",)
    before = told(run)
    import_orders(run_id=run.pk)
    assert before == 1
    assert told(run) >= 5                # reading, read, gathered, merged, done
    assert "完成" in client.get(progress).content.decode()
    listed = client.get(reverse("console:imports"))
    assert f'data-live="imports" data-live-url="{reverse("console:imports_list")}"' in listed.content.decode()
    assert "三月订单.csv" in client.get(reverse("console:imports_list")).content.decode()


def told(run):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM push_event WHERE topic = 'imports' AND data = %s", [f'{{"run":{run.pk}}}'])
        return cursor.fetchone()[0]


def test_the_pages_say_how_long_files_are_kept_and_when_they_are_gone(client, owner):
    upload(client)
    run = Run.objects.get()
    client.post(reverse("console:imports_start", args=[run.pk]), fields())
    import_orders(run_id=run.pk)
    run.refresh_from_db()
    where = reverse("console:imports_run", args=[run.pk])

    assert "保留 30 天" in client.get(reverse("console:imports")).content.decode()
    assert f"保留到 {localtime(run.delete_files_at):%Y-%m-%d}" in client.get(where).content.decode()
    with transaction.atomic():
        delete_old_files(now=run.delete_files_at)
    gone = client.get(where).content.decode()
    assert "已过保留期" in gone
    assert "下载退回的行" not in gone
    assert client.get(reverse("console:imports_errors", args=[run.pk])).status_code == 404


def test_what_is_no_table_is_refused_and_not_kept(client, owner, settings, tmp_path):
    settings.LIUKE_DATA = tmp_path
    file = SimpleUploadedFile("orders.csv", b"\x89PNG\r\n\x1a\n\x00\x00")

    page = client.post(reverse("console:imports_new"), {"kind": "orders", "file": file})

    assert page.status_code == 422
    assert Run.objects.count() == 0
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_columns_that_are_still_missing_are_named_and_nothing_starts(client, owner):
    upload(client)
    run = Run.objects.get()

    page = client.post(reverse("console:imports_start", args=[run.pk]), fields(sku=""))

    assert page.status_code == 422
    assert "商品编码" in page.content.decode()
    assert ProcrastinateJob.objects.filter(task_name="mall.import_orders").count() == 0


def test_today_tells_a_file_that_could_not_be_read_from_rows_that_were_left_behind(client, owner):
    upload(client)
    run = Run.objects.get()
    client.post(reverse("console:imports_start", args=[run.pk]), fields())
    import_orders(**ProcrastinateJob.objects.get(task_name="mall.import_orders").args)
    home = reverse("console:home")
    behind = client.get(home).content.decode()
    Run.objects.update(state="failed", failure="不是表格")

    failed = client.get(home).content.decode()

    assert ("1 行没有导入" in behind, "每一行都写明了原因" in behind) == (True, True)
    assert ("没能读取" in failed, "一行也没有导入" in failed, "每一行都写明了原因" in failed) == (True, True, False)


def test_a_run_is_started_once(client, owner):
    upload(client)
    run = Run.objects.get()

    first = client.post(reverse("console:imports_start", args=[run.pk]), fields())
    second = client.post(reverse("console:imports_start", args=[run.pk]), fields())

    assert (first.status_code, second.status_code) == (302, 409)
    assert ProcrastinateJob.objects.filter(task_name="mall.import_orders").count() == 1


def test_who_may_not_import_sees_nothing(client):
    client.force_login(org.staff("kefu", role=Role.AGENT))

    assert client.get(reverse("console:imports")).status_code == 403
