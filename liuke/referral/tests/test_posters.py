import io

import pytest
import zxingcpp
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from PIL import Image

from liuke.customers.services.tokens import issue_token
from liuke.kit import env, fonts
from liuke.mall.tests.builders import product, shop, sku
from liuke.org.services import open_brand
from liuke.referral.models import Portrait, Touch
from liuke.referral.posters import TEMPLATES, Poster, broken, drawn
from liuke.referral.services import links
from liuke.referral.tests.live import NOW, customer, link

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) MicroMessenger/8.0"


def wide(text):
    """A Chinese character is two wide, a Latin one is one."""
    return sum(1 if each.isascii() else 2 for each in text)


def test_lines_break_as_chinese_does():
    assert list(broken("云柔纸尿裤，夜用", 10, wide)) == ["云柔纸尿", "裤，夜用"]
    assert list(broken("好用的 UltraSoft 纸巾", 14, wide)) == ["好用的", "UltraSoft 纸巾"]
    assert list(broken("一二三四五六七八九十", 8, wide)) == ["一二三四", "五六七…"]
    assert list(broken("", 8, wide)) == []


@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_the_code_on_a_poster_can_be_scanned_and_says_the_address(template):
    url = "https://shop.example.com/r/AbCdEf123456?qr=1"

    image = Image.open(io.BytesIO(drawn(Poster(url=url, brand="小满生活", title="云柔纸尿裤", price="¥89.90",
                                               referrer="林**", note="真心推荐", scan="扫一扫"), template)))

    assert image.size == (750, 1334)
    assert [each.text for each in zxingcpp.read_barcodes(image)] == [url]


def test_a_machine_without_a_chinese_font_says_how_to_get_one(monkeypatch):
    monkeypatch.setattr(fonts, "PLACES", ())
    monkeypatch.setattr(env, "text", lambda _name, default="": default)

    with pytest.raises(fonts.FontMissing, match="fonts-noto-cjk"):
        drawn(Poster(url="https://x.example/r/a", brand="小满", title="纸尿裤"), "classic")


@pytest.mark.django_db
def test_a_member_gets_poster_and_code_of_their_own_links_only(client):
    of = sku(of=product(name="云柔纸尿裤"), list_fen=8_990)
    shop("MINI")
    mine, other = customer(), customer()
    token = link(mine, landing="product", product_id=of.product_id).token
    asked = {"Authorization": f"Bearer {issue_token(customer_id=mine.pk, now=timezone.now())}"}
    theirs = {"Authorization": f"Bearer {issue_token(customer_id=other.pk, now=timezone.now())}"}
    door = f"/api/v1/referral/links/{token}"

    said = client.get(f"{door}/poster", headers=asked)
    assert (said.status_code, said["Content-Type"], said.content[:4]) == (200, "image/png", b"\x89PNG")
    assert client.get(f"{door}/code", headers=asked)["Content-Type"] == "image/svg+xml"
    assert client.get(f"{door}/poster", headers=theirs).status_code == 404
    assert client.get(f"{door}/code").status_code == 401
    assert client.get(f"{door}/poster", {"template": "none"}, headers=asked).json()["code"] == "referral_bad_poster"
    assert client.get(f"{door}/poster", {"note": "好" * 41}, headers=asked).status_code == 422
    assert client.get(f"{door}/poster", {"note": "跟我躺赚"}, headers=asked).json()["code"] == "referral_copy"


@pytest.mark.django_db
def test_the_welcome_page_greets_counts_people_and_not_programs_and_remembers_who_came(client):
    open_brand(name="小满生活", zone="Asia/Shanghai")
    of = sku(of=product(name="云柔纸尿裤", summary="整夜干爽"), list_fen=8_990)
    shop("MINI")
    token = link(customer(), landing="product", product_id=of.product_id).token

    page = client.get(f"/r/{token}?qr=1&from=poster", headers={"user-agent": PHONE})
    assert page.status_code == 200
    for words in ("小满生活", "云柔纸尿裤", "整夜干爽", "¥89.90", token, "您的朋友 推荐您来看看"):
        assert words in page.content.decode()
    assert page.cookies["liuke_visitor"]["httponly"]
    client.get(f"/r/{token}", headers={"user-agent": PHONE})
    client.get(f"/r/{token}", headers={"user-agent": "Googlebot/2.1"})
    client.head(f"/r/{token}", headers={"user-agent": PHONE})

    rows = list(Touch.objects.order_by("pk").values_list("qr", "channel", "visitor"))
    assert [(qr, channel) for qr, channel, _ in rows] == [(True, "poster"), (False, "")]
    assert rows[0][2] == rows[1][2]


@pytest.mark.django_db
def test_an_ended_link_says_so(client):
    row = link(customer())
    links.end_link(link_id=row.pk, now=NOW)

    for token in (row.token, "nobody"):
        page = client.get(f"/r/{token}")
        assert page.status_code == 404
        assert "链接已失效" in page.content.decode()
    assert not Touch.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_member_puts_their_own_picture_on_their_posters_and_takes_it_away(client, tmp_path, settings):
    settings.MEDIA_ROOT = str(tmp_path)
    with transaction.atomic():
        mine = customer(name="林小雨")
        asked = {"Authorization": f"Bearer {issue_token(customer_id=mine.pk, now=timezone.now())}"}
        door = f"/api/v1/referral/links/{link(mine).token}/poster"
    out = io.BytesIO()
    Image.new("RGB", (200, 300), "#c01010").save(out, "PNG")

    def face():
        said = client.get(door, headers=asked)
        assert said["Cache-Control"] == "no-store"             # or a browser shows the one before
        drawn_now = Image.open(io.BytesIO(said.content))
        return drawn_now.getpixel((48 + 44, 1334 - 220 - 2 * 48 + 8 + 20))

    before = face()
    sent = SimpleUploadedFile("me.png", out.getvalue(), "image/png")
    assert client.post("/api/v1/referral/portrait", {"file": sent}).status_code == 401
    sent.seek(0)
    assert client.post("/api/v1/referral/portrait", {"file": sent}, headers=asked).status_code == 204
    red, green, blue = face()
    assert red > 150 > max(green, blue) + 80
    wrong = SimpleUploadedFile("me.png", b"no picture", "image/png")
    assert client.post("/api/v1/referral/portrait", {"file": wrong}, headers=asked).json()["code"] == "not_a_picture"
    assert client.delete("/api/v1/referral/portrait", headers=asked).status_code == 204
    assert face() == before
    assert not Portrait.objects.exists()
