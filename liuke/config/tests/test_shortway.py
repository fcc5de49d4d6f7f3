"""The shopper's doors leave the pages' middlewares out, and nothing that must hold for every answer."""

import pytest

pytestmark = pytest.mark.django_db
SHELF = "/api/v1/shop/products"


def test_a_door_has_no_session_and_no_cookie(client, django_assert_num_queries):
    client.cookies["liuke_session"] = "x" * 32

    with django_assert_num_queries(1):
        answer = client.get("/api/v1/shop/categories")

    assert (answer.status_code, answer.content) == (200, b"[]")
    assert not answer.cookies
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_security_headers_stay(client):
    answer = client.get(SHELF)

    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_the_caller_is_answered_in_their_language(client):
    said = [client.get(SHELF, {"shop": "X"}, headers={"Accept-Language": word}).json() for word in ("zh-CN", "en")]

    assert [each["message"] for each in said] == ["没有这家门店", "There is no such shop"]


@pytest.mark.parametrize("path", ["/api/v1/shop/", "/api/v1/shop/nothing", "/api/v1/shop/products/a/b/"])
def test_a_door_that_is_not_there_is_said_in_json(client, path):
    answer = client.get(path, {"shop": "X"})

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_foreign_host_is_refused(client):
    answer = client.get(SHELF, headers={"host": "evil.example"})

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


def test_a_bug_is_said_in_json_and_reaches_the_log(client, monkeypatch, caplog):
    from liuke.mall.queries import catalogue

    def broken():
        raise ZeroDivisionError

    monkeypatch.setattr(catalogue, "branches", broken)
    client.raise_request_exception = False

    answer = client.get("/api/v1/shop/categories")

    assert (answer.status_code, answer.json()["code"]) == (500, "broken")
    assert "ZeroDivisionError" in caplog.text


def test_a_provider_takes_the_short_way_too(client):
    answer = client.post("/hooks/demo/notify", b"{}", content_type="application/json")

    assert answer.status_code in (401, 404)
    assert (answer.headers["X-Content-Type-Options"], answer.headers["Vary"]) == ("nosniff", "Accept-Language")


def test_pages_keep_their_way(client):
    assert client.get("/console/").status_code == 302
