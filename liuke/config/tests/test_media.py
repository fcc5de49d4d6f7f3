"""What the door to uploads gives, and what it never gives."""

from io import BytesIO

import pytest
from PIL import Image

from liuke.kit import pictures
from liuke.kit.pictures import Folder, Size

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


def kept(folder=Folder.PUBLIC):
    out = BytesIO()
    Image.new("RGB", (60, 30)).save(out, "PNG")
    return pictures.keep(BytesIO(out.getvalue()), folder=folder)


def test_a_public_picture_is_given_for_good_without_a_statement(client, django_assert_num_queries):
    stored = kept()

    with django_assert_num_queries(0):
        answer = client.get(pictures.url(stored.file, Size.MEDIUM))

    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert (answer["Cache-Control"], answer["X-Content-Type-Options"]) == (
        "public, max-age=31536000, immutable", "nosniff")
    assert not answer.cookies
    assert Image.open(BytesIO(answer.content)).size == (60, 30)


def test_only_names_of_our_making_are_looked_for(client, media):
    stored, private = kept(), kept(Folder.PRIVATE)
    (media.parent / "secret").write_text("x")
    (media / "pictures" / "note.txt").write_text("x")
    name = pictures.name_of(stored.file, Size.SMALL)

    for path in (pictures.name_of(private.file, Size.SMALL), "../secret", "pictures/../../secret", "%2e%2e/secret",
                 "pictures/note.txt", "pictures/..%2f..%2fsecret", f"/{name}", f"{name}/", "",
                 name.replace("small", "huge"), name.replace(".webp", ".jpg"), name.replace("-small", "")):
        assert client.get(f"/media/{path}").status_code == 404, path
    assert client.get(f"/media/{name}").status_code == 200


def test_a_picture_that_is_gone_is_not_found(client):
    stored = kept()
    pictures.remove(stored.file)

    assert client.get(pictures.url(stored.file)).status_code == 404


@pytest.mark.parametrize(("path", "length", "status"), [
    ("/api/v1/shop/cart", str(11 * 1024 * 1024 + 1), 413), ("/api/v1/shop/cart", "nonsense", 413),
    ("/api/v1/shop/cart", "9" * 5_000, 413), ("/api/v1/shop/cart", "²", 413),
    ("/console/login/", str(1025 * 1024 * 1024 + 1), 413), ("/hooks/wechatpay/notify", str(2**40), 413),
])
def test_a_body_that_nobody_could_mean_is_refused_unread(client, path, length, status):
    answer = client.generic("POST", path, b"x", CONTENT_LENGTH=length)

    assert (answer.status_code, answer.json()["code"]) == (status, "body_too_large")


def test_a_person_with_too_large_files_reads_why_in_their_language(client):
    for language, said in (("zh-hans", "附件太大了"), ("en", "Your files are too large")):
        answer = client.generic("POST", "/report/", b"x", CONTENT_LENGTH=str(12 * 1024 * 1024),
                                headers={"accept-language": language})

        assert answer.status_code == 413
        assert said in answer.content.decode()
        assert "10 MB" in answer.content.decode()
