"""Staff log in by user name, phone or e-mail; guessers wait; a second factor and a chosen password can be demanded."""

from pathlib import Path

import allauth
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from babel.messages.pofile import read_po
from django.core.cache import cache
from django.db import connection
from django.utils import translation
from django.utils.translation import gettext

from liuke.org.models import Brand, Staff
from liuke.org.tests import builders

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-password"


@pytest.fixture(autouse=True)
def no_old_tries():
    cache.clear()


def log_in(client, login, password=PASSWORD):
    return client.post("/console/login/", {"login": login, "password": password})


@pytest.mark.parametrize("login", ["mei", "13800138000", "+86 138 0013 8000", "mei@example.com", "MEI@example.com"])
def test_any_of_the_three_names_opens_the_door(client, login):
    builders.staff("mei", phone="+8613800138000", email="mei@example.com")

    answer = log_in(client, login)

    assert (answer.status_code, answer.url) == (302, "/console/")


def test_a_wrong_password_and_an_unknown_name_look_the_same(client):
    builders.staff("mei")

    wrong, unknown = log_in(client, "mei", "not-the-password"), log_in(client, "nobody", "not-the-password")

    assert wrong.context["form"].errors == unknown.context["form"].errors
    assert wrong.status_code == unknown.status_code == 200


def test_who_left_does_not_get_in(client):
    builders.staff("mei", is_active=False)

    log_in(client, "mei")

    assert "_auth_user_id" not in client.session


def test_the_sixth_wrong_try_has_to_wait_even_with_the_right_password(client):
    builders.staff("mei")
    for _ in range(5):
        log_in(client, "mei", "not-the-password")

    answer = log_in(client, "mei")

    assert "_auth_user_id" not in client.session
    assert "错误次数太多" in str(answer.context["form"].errors)


def test_a_first_password_must_be_changed_before_any_page_opens(client):
    builders.staff("mei", password_changed_at=None)
    log_in(client, "mei")

    assert client.get("/console/staff/").url == "/console/password/change/"

    client.post("/console/password/change/", {
        "oldpassword": PASSWORD, "password1": "another-long-one", "password2": "another-long-one",
    })
    assert Staff.objects.get().password_changed_at is not None


def test_a_required_second_factor_must_be_set_up_first(client):
    builders.staff("mei", second_factor_required=True)
    log_in(client, "mei")

    assert client.get("/console/staff/").url == "/console/second-factor/totp/activate/"


def test_a_second_factor_is_asked_for_and_kept_encrypted(client):
    mei = builders.staff("mei")
    secret = generate_totp_secret()
    TOTP.activate(mei, secret)

    answer = log_in(client, "mei")

    assert answer.url.startswith("/console/second-factor/authenticate/")
    assert "_auth_user_id" not in client.session
    assert secret not in str(Authenticator.objects.get().data)


def test_nobody_can_sign_up(client):
    answer = client.get("/console/signup/")

    assert b"password1" not in answer.content


def test_migrations_alone_make_the_table_that_counts_tries():
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'kit_cache'")
        assert cursor.fetchone() == ("u",)      # ours: the one that Django's command makes is not unlogged


def test_a_first_password_is_changed_and_the_day_begins(client):
    staff = builders.staff("mei", password=PASSWORD, password_changed_at=None)
    log_in(client, "mei")
    page = client.get("/console/", follow=True).content.decode()
    assert "先换成您自己的密码" in page
    assert "password/reset" not in page

    change = {"oldpassword": PASSWORD, "password1": "another-long-word", "password2": "another-long-word"}
    answer = client.post("/console/password/change/", change)

    assert answer.url == "/console/"
    assert client.get("/console/").status_code == 200
    staff.refresh_from_db()
    assert staff.password_changed_at is not None


def test_where_no_brand_is_open_the_login_says_how_to_open_one(client):
    assert "liuke open brand" in client.get("/console/login/").content.decode()
    Brand.objects.create(name="山野")
    assert "liuke open brand" not in client.get("/console/login/").content.decode()


def test_the_bare_address_leads_to_the_console(client):
    assert client.get("/").url == "/console/"


def test_the_second_factor_has_one_name_on_every_page_of_the_package():
    with translation.override("zh-hans"):
        said = {message: gettext(message) for message in messages_of_allauth()}

    assert said["Two-Factor Authentication"] == "两步验证"
    assert [words for words in said.values() if "双因素" in words] == []


def messages_of_allauth():
    with (Path(allauth.__file__).parent / "locale/zh_Hans/LC_MESSAGES/django.po").open("rb") as words:
        return [message.id for message in read_po(words) if isinstance(message.id, str) and message.id]
