"""Long files are made by a job: one sees how far they are, finds them again, and nobody else does."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from liuke.intake import engine
from liuke.intake import services as intake
from liuke.intake.files import open_table
from liuke.kit.fonts import FontMissing
from liuke.mall.models import MadeFile, Sku
from liuke.mall.rules.cards import DIRECTLY
from liuke.mall.services import made_files, privacy
from liuke.mall.services.made_files import NotReadyYet
from liuke.mall.services.product_import import Products
from liuke.mall.tests import builders
from liuke.mall.tests.test_fulfilment import paid
from liuke.org.models import AuditEntry
from liuke.org.rules import Role
from liuke.org.tests import builders as org

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client):
    person = org.staff("lin", role=Role.OWNER)
    client.force_login(person)
    return person


def many(orders):
    with transaction.atomic():
        of = builders.sku(stock=100)
        return [paid(key=f"k{at}", of=of) for at in range(orders)]


def ask(client, orders, what="label"):
    return client.post(reverse("mall:orders_print"), {
        "pick": [order.number for order in orders], "size": "100x150", "what": what})


def get(client, row, name="made_file_get"):
    return client.get(reverse(f"mall:{name}", args=[row.pk]))


def test_a_few_orders_are_drawn_at_once_and_many_by_a_job(client, owner):
    orders = many(DIRECTLY + 1)

    assert ask(client, orders[:DIRECTLY])["Content-Type"] == "application/pdf"
    assert not MadeFile.objects.exists()
    answer = ask(client, orders, what="both")

    row = MadeFile.objects.get()
    assert answer.url == reverse("mall:made_file", args=[row.pk])
    with connection.cursor() as cursor:
        cursor.execute("SELECT (args ->> 'file_id')::int FROM procrastinate_jobs WHERE task_name = 'mall.make_file'")
        assert cursor.fetchall() == [(row.pk,)]
    assert (row.state, row.total, row.percent) == ("waiting", 21, 0)
    assert get(client, row).url == answer.url
    assert "0 / 21" in get(client, row, "made_file").content.decode()
    made_files.make(file_id=row.pk)
    made = get(client, row)
    assert (made["Content-Type"], made["Cache-Control"]) == ("application/pdf", "no-store")
    assert made.content.count(b"/Type /Page\n") == 42
    assert row.name in client.get(reverse("mall:made_files")).content.decode()


def test_pages_hear_how_far_it_is_and_a_second_run_makes_nothing_again(client, owner, monkeypatch):
    monkeypatch.setattr(made_files, "PAUSE", 0)
    ask(client, many(DIRECTLY + 1))
    row = MadeFile.objects.get()
    seen = []
    monkeypatch.setattr(made_files, "publish", lambda *, topic: seen.append(
        (topic, *MadeFile.objects.values_list("state", "done").get())))

    made_files.make(file_id=row.pk)
    before = bytes(MadeFile.objects.get().content_enc)
    made_files.make(file_id=row.pk)

    assert seen == [(f"mall.files:{row.pk}", "waiting", 0)] + [
        (f"mall.files:{row.pk}", "working", done) for done in range(1, 22)] + [
        (f"mall.files:{row.pk}", "ready", 21)]
    assert bytes(MadeFile.objects.get().content_enc) == before


def test_what_cannot_be_made_says_why(client, owner, monkeypatch):
    ask(client, many(DIRECTLY + 1))
    row = MadeFile.objects.get()

    def missing():
        raise FontMissing("没有中文字体")

    monkeypatch.setattr("liuke.mall.services.paper.chinese_font", missing)
    made_files.make(file_id=row.pk)

    row.refresh_from_db()
    assert (row.state, row.problem) == ("failed", "没有中文字体")
    assert "没有中文字体" in get(client, row, "made_file_progress").content.decode()


def test_a_second_click_while_a_file_is_being_made_is_the_same_file(client, owner):
    orders = many(DIRECTLY + 2)

    answers = [ask(client, orders), ask(client, orders), ask(client, orders, what="card"), ask(client, orders[1:])]
    tables = [client.post(reverse("mall:products_export"), {"as": ending}) for ending in ("csv", "csv", "xlsx")]

    urls = [answer.url for answer in (*answers, *tables)]
    assert [urls.index(url) for url in urls] == [0, 0, 2, 3, 4, 4, 6]
    made_files.make(file_id=MadeFile.objects.order_by("pk").first().pk)
    assert ask(client, orders).url not in urls                    # orders may have changed since it was made


def test_what_kills_its_worker_each_time_is_given_up_and_says_so(client, owner, monkeypatch):
    class Killed(BaseException):
        """Nothing is written any more, as when the process is gone."""

    def dies(*_):
        raise Killed

    client.post(reverse("mall:products_export"), {"as": "csv"})
    row = MadeFile.objects.get()
    monkeypatch.setitem(made_files.MAKERS, "products", dies)
    for _ in range(made_files.MOST_TRIES):
        with pytest.raises(Killed):
            made_files.make(file_id=row.pk)
    row.refresh_from_db()
    assert row.state == "waiting"

    made_files.make(file_id=row.pk)

    assert "没有做成，请再试一次" in get(client, row, "made_file").content.decode()
    assert client.post(reverse("mall:products_export"), {"as": "csv"}).url != reverse("mall:made_file", args=[row.pk])


def test_a_file_is_for_who_asked_and_for_a_day(client, owner):
    ask(client, many(DIRECTLY + 1))
    row = MadeFile.objects.get()
    made_files.make(file_id=row.pk)
    row.refresh_from_db()

    client.force_login(org.staff("other", role=Role.OWNER))
    assert [get(client, row, name).status_code for name in ("made_file", "made_file_get", "made_file_progress")] == [
        404] * 3
    client.force_login(owner)
    MadeFile.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert get(client, row).status_code == 404
    with transaction.atomic():
        assert made_files.delete_old(now=timezone.now()) == 1
    assert made_files.make(file_id=row.pk) is None


def test_papers_of_somebody_who_is_forgotten_are_thrown_away(client, owner):
    orders = many(DIRECTLY + 1)
    ask(client, orders)
    with transaction.atomic():
        privacy.forget_words([builders.customer().pk], timezone.now())
        assert MadeFile.objects.count() == 1
        privacy.forget_words([orders[3].customer_id], timezone.now())

    assert not MadeFile.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_the_catalogue_comes_out_by_a_button_and_comes_back_unchanged(client, owner, tmp_path, ending):
    skus = [builders.sku(list_fen=1990 + at) for at in range(3)]

    client.post(reverse("mall:products_export"), {"as": ending})
    row = MadeFile.objects.get()
    made_files.make(file_id=row.pk)
    content = get(client, row).content

    assert content.startswith(b"PK") == (ending == "xlsx")
    path = tmp_path / row.name
    path.write_bytes(content)
    with transaction.atomic():
        run = intake.plan_run(kind="products", path=path, file_name=path.name, sha256=open_table(path).sha256,
                              options=intake.Options(zone="Asia/Shanghai"))
    run = engine.bring_in(run, Products(), now=timezone.now())
    assert (run.accepted, run.unchanged, run.rejected) == (0, 3, 0)
    assert sorted(Sku.objects.values_list("list_fen", flat=True)) == [sku.list_fen for sku in skus]
    assert AuditEntry.objects.get(action="mall.console.made_files.products_export").detail == {
        "file_id": row.pk, "skus": 3}


def test_only_who_edits_goods_for_the_whole_brand_takes_the_catalogue_out(client):
    for role in (Role.AGENT, Role.OPERATOR, Role.ANALYST, Role.SUPPLIER, Role.FINANCE):
        client.force_login(org.staff(str(role), role=role))
        assert client.post(reverse("mall:products_export")).status_code == 403


def test_a_file_that_is_not_ready_is_not_handed_out(owner):
    with transaction.atomic():
        row = made_files.ask_for_products(name="x.csv", staff_id=owner.pk, now=timezone.now())

    with pytest.raises(NotReadyYet):
        made_files.content(row, now=timezone.now())
