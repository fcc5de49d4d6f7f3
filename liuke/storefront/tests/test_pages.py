"""The built pages are served as they are, and what is missing is said."""

import html
import json

import pytest

from liuke.storefront import pages
from liuke.storefront.tests.builders import front


@pytest.fixture
def built(tmp_path, monkeypatch):
    monkeypatch.setattr(pages, "BUILT", tmp_path)
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<html>shop</html>")
    (tmp_path / "assets" / "index-1.js").write_text("long")
    (tmp_path / "assets" / "index-1.js.gz").write_bytes(b"pressed")
    pages._names.cache_clear()
    pages._bytes.cache_clear()
    return tmp_path


@pytest.mark.django_db
def test_the_page_knows_the_shop_and_the_ways_to_pay_without_asking(client, built):
    (built / "index.html").write_text('<meta name="liuke-front" content="LIUKE-FRONT">')
    assert client.get("/shop/").content == b'<meta name="liuke-front" content="">'

    opened = front()

    told = html.unescape(client.get("/shop/").content.decode()).split('content="')[1].removesuffix('">')
    assert json.loads(told)["shop"] == opened.shop.code


@pytest.mark.django_db
def test_the_page_is_fresh_its_files_are_for_good_and_nothing_foreign_may_run(client, built, settings):
    page, script = client.get("/shop/"), client.get("/shop/assets/index-1.js")

    assert (page.status_code, page.content, page["Cache-Control"]) == (200, b"<html>shop</html>", "no-cache")
    assert (script.content, script["Content-Type"]) == (b"long", "text/javascript; charset=utf-8")
    assert script["Cache-Control"] == "public, max-age=31536000, immutable"
    policy = page["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self';" in policy
    assert "unsafe" not in policy
    assert f"connect-src 'self' {settings.LIUKE_PUSH_URL}" in policy


def test_a_pressed_form_is_given_to_who_can_read_it(client, built):
    answer = client.get("/shop/assets/index-1.js", headers={"Accept-Encoding": "gzip, deflate"})

    assert (answer.content, answer["Content-Encoding"], answer["Vary"]) == (
        b"pressed", "gzip", "Accept-Encoding, Accept-Language")


@pytest.mark.parametrize("name", ["assets/none.js", "../pages.py", "%2e%2e/pages.py"], ids=["none", "up", "coded"])
def test_what_was_not_built_is_not_found_and_nothing_outside_is_given(client, built, name):
    assert client.get(f"/shop/{name}").status_code in (404, 302)


def test_an_old_address_leads_to_the_shop(client, built):
    assert client.get("/shop")["Location"] == "/shop/"
    assert client.get("/shop/cart")["Location"] == "/shop/"


@pytest.mark.django_db
def test_a_new_build_takes_the_place_of_the_old_at_once(client, built):
    import os

    client.get("/shop/")
    (built / "index.html").write_text("new")
    os.utime(built / "index.html", (2_000_000_000, 2_000_000_000))

    assert client.get("/shop/").content == b"new"


@pytest.mark.django_db
def test_a_missing_build_says_so_and_why(client, built):
    (built / "index.html").unlink()
    (built / "missing.txt").write_text("npm 连不上")

    answer = client.get("/shop/")

    assert (answer.status_code, "npm 连不上" in answer.content.decode()) == (503, True)
