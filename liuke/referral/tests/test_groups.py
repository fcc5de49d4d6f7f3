"""Invitations to groups: one link for good, whatever the group's code is today, and who brought whom is known."""

import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from liuke.customers.services.tokens import issue_token
from liuke.kit import pictures as storage
from liuke.kit.tests.test_pictures import file as image
from liuke.org.rules import Role
from liuke.org.tests.builders import staff
from liuke.referral.models import GroupInvitation, Touch
from liuke.referral.queries import landings
from liuke.referral.services import groups
from liuke.referral.tests.live import customer
from liuke.timeline.testing import settle

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
PAGE = "/console/referral/results/groups/"


def invited(now, **more):
    return groups.invite(**{
        "key": f"key-{GroupInvitation.objects.count()}", "name": "静安妈妈群", "words": "每周三上新",
        "ends_at": now + 7 * DAY, "now": now, "picture": storage.Stored("pictures/ab/" + "a" * 32, 480, 480), **more})


def as_customer(who):
    return {"Authorization": f"Bearer {issue_token(customer_id=who.pk, now=timezone.now())}"}


def test_a_customer_shares_a_group_and_who_opens_it_finds_the_code_and_is_theirs(client):
    now, ann = timezone.now(), customer()
    group = invited(now)
    asked = as_customer(ann)
    [place] = client.get("/api/v1/referral/places").json()
    assert (place["landing"], place["target"], place["name"]) == ("group", str(group.pk), "静安妈妈群")

    body = {"landing": place["landing"], "target": place["target"]}
    link, again = (client.post("/api/v1/referral/links", body, content_type="application/json", headers=asked).json()
                   for _each in range(2))
    page = client.get(f"/r/{link['token']}?qr=1").content.decode()

    assert link["token"] == again["token"]
    assert place["picture"] in page
    assert "每周三上新" in page
    assert client.get(f"/api/v1/referral/welcome/{link['token']}").json()["place"] == place
    [touch] = Touch.objects.all()
    assert (touch.link.customer, touch.link.target, touch.qr) == (ann, str(group.pk), True)
    assert client.get(f"/api/v1/referral/links/{link['token']}/poster", headers=asked).status_code in (200, 409)

    groups.stop(invitation_id=group.pk, now=now)
    page = client.get(f"/r/{link['token']}").content.decode()
    assert "这个邀请已经过期" in page
    assert place["picture"] not in page
    assert client.get(f"/api/v1/referral/welcome/{link['token']}").json()["over"]


@pytest.mark.parametrize("body", [
    {"landing": "group"}, {"landing": "group", "target": "x"}, {"landing": "group", "target": "9" * 30},
    {"landing": "home", "target": "1"}, {"landing": "card", "target": "1"}, {"landing": "group", "target": "999999"},
], ids=["none", "word", "huge", "home", "no-such-kind", "unknown"])
def test_a_link_to_no_open_place_is_refused(client, body):
    said = client.post("/api/v1/referral/links", body, content_type="application/json", headers=as_customer(customer()))

    assert (said.status_code, said.json()["code"]) == (422, "referral_bad_link")


class Cards:
    """A kind of place that another module adds by a row of settings."""

    WORD = "名片"

    @staticmethod
    def place(target, *, now):
        return landings.Place(target, "林顾问", "", "pictures/ab/" + "b" * 32, None) if target == "c1" else None

    @staticmethod
    def places(*, now):
        return []


def test_another_kind_of_place_is_a_row_and_no_code(client, monkeypatch):
    monkeypatch.setitem(landings.kinds(), "card", Cards)

    said = client.post("/api/v1/referral/links", {"landing": "card", "target": "c1"}, content_type="application/json",
                       headers=as_customer(customer())).json()

    assert "林顾问" in client.get(f"/r/{said['token']}").content.decode()


@pytest.mark.parametrize(("wrong", "about"), [
    ({"name": " "}, "name"), ({"name": "x" * 31}, "name"), ({"name": "躺赚群"}, "name"),
    ({"words": "月入过万"}, "words"), ({"words": "x" * 201}, "words"), ({"ends_at": timedelta(0)}, "ends_at"),
    ({"ends_at": 400 * DAY}, "ends_at"),
], ids=["empty", "long", "pyramid", "income", "many-words", "over", "years"])
def test_a_group_that_cannot_be_says_which_field(wrong, about):
    now = timezone.now()
    wrong = {name: now + value if name == "ends_at" else value for name, value in wrong.items()}

    with pytest.raises(groups.BadGroup) as refused, transaction.atomic():
        invited(now, **wrong)

    assert (refused.value.about, GroupInvitation.objects.exists()) == (about, False)


@pytest.mark.django_db(transaction=True)
def test_staff_upload_the_code_renew_and_stop_it(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(staff(username="owner", role=Role.OWNER))
    ends = timezone.localdate() + 7 * DAY
    form = {"name": "静安妈妈群", "words": "每周三上新", "ends_on": str(ends)}
    assert "还没有群可以邀请" in client.get(PAGE).content.decode()
    assert client.post(f"{PAGE}make/", form).status_code == 422
    key = re.search('name="key" value="([0-9a-f]+)"', client.get(PAGE).content.decode())[1]
    for _click in range(2):
        assert client.post(f"{PAGE}make/", {**form, "key": key, "picture": image()}).status_code == 302
    settle()
    row = GroupInvitation.objects.get()
    assert {file.name[:32] for file in tmp_path.glob("pictures/*/*")} == {row.file[-32:]}
    said = client.post(f"{PAGE}make/", {**form, "name": "徐汇妈妈群", "key": key, "picture": image()})
    assert (said.status_code, "请再提交一次" in said.content.decode()) == (422, True)
    assert GroupInvitation.objects.count() == 1
    assert timezone.localtime(row.ends_at).date() == ends

    said = client.post(f"{PAGE}{row.pk}/", {"ends_on": "2020-01-01", "picture": image()})
    assert (said.status_code, "一年以内" in said.content.decode()) == (422, True)
    before = row.file
    client.post(f"{PAGE}{row.pk}/", {"ends_on": str(ends + DAY), "picture": image()})
    row.refresh_from_db()
    assert row.file != before
    client.post(f"{PAGE}{row.pk}/stop/")
    row.refresh_from_db()
    assert row.stopped_at is not None
    client.force_login(staff(username="analyst", role=Role.ANALYST))
    assert client.post(f"{PAGE}make/", form).status_code == 403
