"""A phone's owner logs in; guessing, flooding and old codes lead nowhere."""

from datetime import timedelta

import pytest

from liuke.customers.models import Customer, CustomerToken, Identity, LoginCode
from liuke.customers.rules import login
from liuke.customers.rules.identities import BadIdentity
from liuke.customers.services import tokens
from liuke.customers.tests.builders import NOW, make_customer
from liuke.kit.crypto import decrypt
from liuke.timeline.models import Fact

pytestmark = pytest.mark.django_db
PHONE = "13800138000"


class Phone:
    """A channel that remembers, in place of an SMS provider."""

    def __init__(self):
        self.sent = []

    def send(self, *, to, text, key, **_):
        self.sent.append((to, text, key))


@pytest.fixture(autouse=True)
def phone(monkeypatch):
    channel = Phone()
    monkeypatch.setattr(tokens, "messengers", lambda: {"sms": channel})
    return channel


def code(now=NOW, phone=PHONE, ip="10.0.0.1") -> str:
    return tokens.send_code(phone=phone, ip=ip, now=now)


def wrong(right: str) -> str:
    return "000000" if right != "000000" else "000001"


def test_the_right_code_logs_a_new_customer_in_once():
    right = code()

    found = tokens.log_in(phone="+86 138 0013 8000", code=right, now=NOW)

    assert tokens.customer_of(found.token, now=NOW) == found.customer_id == Customer.objects.get().pk
    assert Identity.objects.values_list("kind", "verified_at").get() == ("phone", NOW)
    assert Fact.objects.filter(kind="CustomerJoined").values_list("data", "history", "happened_at").get() == (
        {"source": "shop"}, False, NOW)                            # news, so that what joining brings is given
    assert tokens.log_in(phone=PHONE, code=right, now=NOW) is None


def test_a_known_phone_logs_its_owner_in():
    known = make_customer(phone=PHONE)

    assert tokens.log_in(phone=PHONE, code=code(), now=NOW).customer_id == known.pk


def test_neither_code_nor_phone_nor_token_is_stored_where_it_can_be_read(phone):
    right = code()
    row = LoginCode.objects.get()
    assert right.encode() not in bytes(row.code_enc) + bytes(row.code_mark)
    assert decrypt(row.code_enc) == right

    tokens.deliver_code(code_id=row.pk, now=NOW)
    tokens.deliver_code(code_id=row.pk, now=NOW)
    found = tokens.log_in(phone=PHONE, code=right, now=NOW)

    (to, text, _key), = phone.sent
    assert (to, right in text) == ("+8613800138000", True)
    row.refresh_from_db()
    assert (bytes(row.code_enc), bytes(row.to_enc)) == (b"", b"")
    assert found.token.encode() not in bytes(CustomerToken.objects.get().token_hash)


def test_five_wrong_tries_end_a_code():
    right = code()

    for _ in range(login.CODE_TRIES):
        assert tokens.log_in(phone=PHONE, code=wrong(right), now=NOW) is None

    assert tokens.log_in(phone=PHONE, code=right, now=NOW) is None


def test_fresh_codes_do_not_buy_more_guesses():
    for at in range(2):
        now = NOW + at * login.WAIT
        right = code(now)
        for _ in range(login.CODE_TRIES):
            tokens.log_in(phone=PHONE, code=wrong(right), now=now)

    later = NOW + 2 * login.WAIT
    right = code(later)
    with pytest.raises(tokens.TooManyCodes):
        tokens.log_in(phone=PHONE, code=right, now=later)


def test_a_code_ends_after_five_minutes_and_when_a_newer_one_is_sent():
    first = code()
    assert tokens.log_in(phone=PHONE, code=first, now=NOW + login.CODE_LIFE) is None

    second = code(NOW + login.WAIT)
    if first != second:
        assert tokens.log_in(phone=PHONE, code=first, now=NOW + login.WAIT) is None
    assert tokens.log_in(phone=PHONE, code=second, now=NOW + login.WAIT) is not None


def test_codes_are_limited_by_phone_and_by_address(monkeypatch):
    code()
    with pytest.raises(tokens.TooManyCodes):
        code(NOW + timedelta(seconds=59))
    for at in range(1, login.CODES_PER_PHONE):
        code(NOW + at * login.WAIT)
    with pytest.raises(tokens.TooManyCodes):
        code(NOW + login.CODES_PER_PHONE * login.WAIT, ip="10.0.0.2")

    monkeypatch.setattr(login, "CODES_PER_ADDRESS", login.CODES_PER_PHONE + 1)
    code(phone="13800138001")
    with pytest.raises(tokens.TooManyCodes):
        code(phone="13800138002")
    code(phone="13800138002", ip="10.0.0.2")


@pytest.mark.parametrize("phone", ["", "abc", "138", "1" * 40])
def test_what_is_no_phone_gets_no_code(phone):
    with pytest.raises(BadIdentity):
        code(phone=phone)

    assert not LoginCode.objects.exists()


def test_without_a_channel_nothing_is_promised(monkeypatch):
    monkeypatch.setattr(tokens, "messengers", lambda: {"inbox": None})

    with pytest.raises(tokens.NoCodes):
        code()


class TestToken:
    def test_it_opens_until_it_is_revoked_or_too_old(self):
        token = tokens.issue_token(customer_id=make_customer().pk, now=NOW)

        assert tokens.customer_of(token, now=NOW + login.TOKEN_LIFE) is None
        assert tokens.customer_of(token + "x", now=NOW) is None
        assert tokens.customer_of("", now=NOW) is None
        tokens.log_out(token=token, now=NOW)
        tokens.log_out(token=token, now=NOW)
        assert tokens.customer_of(token, now=NOW) is None

    def test_a_merged_record_answers_with_the_one_that_stays_and_a_forgotten_one_with_nobody(self):
        one, two = make_customer(), make_customer()
        token = tokens.issue_token(customer_id=one.pk, now=NOW)
        Customer.objects.filter(pk=one.pk).update(merged_into=two)
        assert tokens.customer_of(token, now=NOW) == two.pk

        Customer.objects.filter(pk=one.pk).update(merged_into=None, forgotten_at=NOW)
        assert tokens.customer_of(token, now=NOW) is None

    def test_the_oldest_of_too_many_devices_is_logged_out(self):
        customer = make_customer()
        held = [tokens.issue_token(customer_id=customer.pk, now=NOW) for _ in range(login.MAX_TOKENS + 1)]

        assert tokens.customer_of(held[0], now=NOW) is None
        assert all(tokens.customer_of(each, now=NOW) for each in held[1:])


def test_old_codes_are_swept_away():
    code()

    assert tokens.delete_old_codes(now=NOW + login.KEEP_CODES) == 0
    assert tokens.delete_old_codes(now=NOW + login.KEEP_CODES + timedelta(seconds=1)) == 1
