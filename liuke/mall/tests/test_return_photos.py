"""Photos of a request: few, checked, and seen by their customer and by staff alone."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from liuke.customers.services import tokens
from liuke.mall.models import Return, ReturnPhoto
from liuke.mall.rules.returns import MAX_PHOTOS
from liuke.mall.services import privacy
from liuke.mall.tests import builders
from liuke.mall.tests.test_returns import ask, received
from liuke.org.models import Shop
from liuke.org.rules import Role
from liuke.org.tests.builders import staff as some_staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def request_():
    return ask(received())


def headers(customer):
    return {"Authorization": f"Bearer {tokens.issue_token(customer_id=customer.pk, now=timezone.now())}"}


def photo(size=(60, 30)):
    out = BytesIO()
    Image.new("RGB", size).save(out, "JPEG")
    return SimpleUploadedFile("../../evil.php", out.getvalue(), "text/x-php")


def door(row, photo_id=None):
    return f"/api/v1/shop/returns/{row.number}/photos" + (f"/{photo_id}" if photo_id else "")


def files(media):
    return [path for path in media.rglob("*") if path.is_file()]


def test_a_customer_sends_a_photo_and_gets_it_back(client, request_):
    mine = headers(request_.customer)

    sent = client.post(door(request_), {"file": photo()}, headers=mine)
    got = client.get(door(request_, sent.json()["id"]), {"size": "large"}, headers=mine)

    assert (sent.status_code, got.status_code, got["Content-Type"]) == (200, 200, "image/jpeg")
    assert got["Cache-Control"] == "private, max-age=3600"
    assert Image.open(BytesIO(got.content)).size == (60, 30)
    shown = client.get(f"/api/v1/shop/returns/{request_.number}", headers=mine).json()
    assert shown["photos"] == [sent.json()["id"]]
    assert ReturnPhoto.objects.get().file.startswith("photos/")


def test_for_everybody_else_there_is_no_photo(client, request_, media):
    row = ReturnPhoto.objects.get(pk=client.post(
        door(request_), {"file": photo()}, headers=headers(request_.customer)).json()["id"])
    stranger = headers(builders.customer())
    other = ask(received())

    assert client.get(door(request_, row.pk), headers=stranger).status_code == 404
    assert client.delete(door(request_, row.pk), headers=stranger).status_code == 404
    assert client.post(door(request_), {"file": photo()}, headers=stranger).status_code == 404
    assert client.get(door(request_, row.pk)).status_code == 401
    assert client.get(door(other, row.pk), headers=headers(other.customer)).status_code == 404
    assert client.get(f"/media/{row.file}-small.webp").status_code == 404
    assert len(files(media)) == 3


def test_there_are_only_so_many_and_no_file_stays_of_one_too_many(client, request_, media):
    mine = headers(request_.customer)
    for _ in range(MAX_PHOTOS):
        ReturnPhoto.objects.create(request=request_, file="photos/aa/x")

    answer = client.post(door(request_), {"file": photo()}, headers=mine)

    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_photos")
    assert files(media) == []


def test_a_closed_request_takes_no_photo_and_gives_none_back(client, request_):
    Return.objects.filter(pk=request_.pk).update(state="closed")
    row = ReturnPhoto.objects.create(request=request_, file="photos/aa/x")
    mine = headers(request_.customer)

    assert client.post(door(request_), {"file": photo()}, headers=mine).json()["code"] == "return_state"
    assert client.delete(door(request_, row.pk), headers=mine).json()["code"] == "return_state"
    assert ReturnPhoto.objects.get() == row


@pytest.mark.parametrize(("data", "code"), [
    (b"<?php", "not_a_picture"), (b"", "not_a_picture"), (bytes(10 * 1024 * 1024 + 1), "picture_too_large"),
], ids=["php", "nothing", "heavy"])
def test_what_is_no_photo_is_said_so(client, request_, media, data, code):
    answer = client.post(door(request_), {"file": SimpleUploadedFile("a.jpg", data, "image/jpeg")},
                         headers=headers(request_.customer))

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert (files(media), ReturnPhoto.objects.count()) == ([], 0)


def test_taking_a_photo_back_takes_its_file_away(client, request_, media):
    mine = headers(request_.customer)
    pk = client.post(door(request_), {"file": photo()}, headers=mine).json()["id"]

    assert client.delete(door(request_, pk), headers=mine).status_code == 204
    assert client.delete(door(request_, pk), headers=mine).status_code == 404
    assert ReturnPhoto.objects.count() == 0


def test_staff_see_photos_of_their_shops_only(client, request_):
    pk = client.post(door(request_), {"file": photo()}, headers=headers(request_.customer)).json()["id"]
    address = f"/console/mall/returns/{request_.number}/photos/{pk}/small/"
    shop, elsewhere = request_.order.shop, Shop.objects.create(code="FAR", name="别处")

    seen = {}
    for role, at in ((Role.OWNER, None), (Role.AGENT, None), (Role.OPERATOR, None),
                     (Role.SHOP_MANAGER, shop), (Role.SHOP_MANAGER, elsewhere)):
        person = some_staff(f"{role}{at}", role=role, at=at)
        client.force_login(person, backend="liuke.org.login.StaffBackend")
        seen[role.value, at.code if at else ""] = client.get(address).status_code

    assert seen == {("owner", ""): 200, ("agent", ""): 200, ("operator", ""): 403,
                    ("shop_manager", shop.code): 200, ("shop_manager", "FAR"): 404}
    client.logout()
    assert client.get(address).status_code == 302


def test_forgetting_a_person_takes_their_photos_away(client, request_, media):
    client.post(door(request_), {"file": photo()}, headers=headers(request_.customer))
    row = ReturnPhoto.objects.get()

    privacy.forget_words([request_.customer_id], timezone.now())

    assert ReturnPhoto.objects.count() == 0
    from liuke.mall import tasks
    tasks.remove_file(file=row.file)
    assert files(media) == []
