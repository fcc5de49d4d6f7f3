"""A carrier's own system moves parcels once, and nobody else can."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.test import Client
from django.utils import timezone

from liuke.channels import carriers, registry
from liuke.channels.carriers import MAX_BYTES, SIGNATURE, TIMESTAMP, CarrierDoor, signature
from liuke.channels.fakes.carrier import FakeCarrier
from liuke.mall.models import CarrierEvent, Order, Return, Shipment, TrackingEvent
from liuke.mall.services import carrier_events
from liuke.mall.tests.builders import NOW
from liuke.mall.tests.test_fulfilment import paid, send
from liuke.mall.tests.test_payments_races import at_once
from liuke.timeline.models import Fact

SECRET = "a secret that only the carrier knows"


@pytest.fixture
def carrier(monkeypatch):
    monkeypatch.setitem(registry.carrier_doors(), "SF", CarrierDoor("SF", [SECRET]))
    return FakeCarrier("SF", SECRET)


def deliver(carrier, event, **signed):
    """What our door answers: (status, outcome or code)."""
    headers, body = carrier.signed(event, **signed)
    return post(carrier.path, headers, body)


def post(path, headers, body):
    answer = Client().post(path, body, content_type="application/json",
                           headers={name: headers[name] for name in (TIMESTAMP, SIGNATURE) if name in headers})
    said = answer.json()
    return answer.status_code, said.get("outcome") or said["code"]


def written():
    return CarrierEvent.objects.count(), TrackingEvent.objects.count(), Fact.objects.count()


@pytest.fixture
def order(db):
    order = paid(key="carried")
    send(order, "SF100")
    return order


@pytest.mark.django_db
class TestDoor:
    def test_a_parcel_travels_and_arrives_once_whatever_is_repeated_and_however_late(self, carrier, order):
        arrived = timezone.now().replace(microsecond=0)
        away = carrier.tells("SF100", "picked_up", "in_transit", order=order.number, at=arrived - timedelta(hours=3))
        done = carrier.tells("sf100", "delivering", "delivered", at=arrived)

        answers = [deliver(carrier, each) for each in (done, away, done, away)]

        assert answers == [(200, "noted"), (200, "noted"), (200, "repeated"), (200, "repeated")]
        order.refresh_from_db()
        assert (order.state, order.delivered_at) == ("delivered", arrived)
        assert Shipment.objects.get().state == "delivered"
        assert TrackingEvent.objects.filter(carrier="SF", tracking="SF100").count() == 4
        assert Fact.objects.filter(kind="OrderDelivered").count() == 1

    def test_the_same_steps_under_another_event_change_nothing_more(self, carrier, order):
        told = carrier.tells("SF100", "delivered")
        deliver(carrier, told)
        before = TrackingEvent.objects.count(), Fact.objects.count()

        assert deliver(carrier, {**told, "event": "another"}) == (200, "noted")

        assert (TrackingEvent.objects.count(), Fact.objects.count()) == before

    def test_a_customers_parcel_on_its_way_back_is_followed_too(self, carrier, order):
        Return.objects.create(number="R1", key="r", order=order, customer=order.customer, kind="return",
                              reason="quality", state="open", asked_at=NOW, way_back_carrier="SF",
                              way_back_tracking="SF900")

        assert deliver(carrier, carrier.tells("SF900", "picked_up", order=order.number)) == (200, "noted")

        assert TrackingEvent.objects.get().tracking == "SF900"

    @pytest.mark.parametrize(("change", "answer"), [
        ({"tracking": "SF404"}, (404, "unknown_parcel")),
        ({"order": "2611020000000000-1"}, (409, "tracking_of_other_order")),
        ({"steps": [{"at": "2026-11-02T16:00:00+08:00", "state": "dancing"}]}, (422, "unknown_step")),
        ({"steps": [{"at": "2026-11-02T16:00:00+08:00", "state": "delivered"}, {"at": "2026-11-02T16:00:00+08:00"}]},
         (422, "unknown_step")),
        ({"steps": [{"at": "2199-11-02T16:00:00+08:00", "state": "delivered"}]}, (422, "bad_input")),
        ({"steps": [{"at": "1970-11-02T16:00:00+08:00", "state": "delivered"}]}, (422, "bad_input")),
        ({"steps": [{"at": "2026-11-02T16:00:00", "state": "delivered"}]}, (422, "bad_input")),
        ({"steps": []}, (422, "bad_input")), ({"steps": "delivered"}, (422, "bad_input")),
        ({"event": ""}, (422, "bad_input")), ({"event": "e" * 81}, (422, "bad_input")),
        ({"event": 7}, (422, "bad_input")),
        ({"tracking": "SF 100"}, (422, "bad_input")), ({"tracking": None}, (422, "bad_input")),
        ({"order": "\x00"}, (422, "bad_input")),
        ({"steps": [{"at": "2026-11-02T16:00:00+08:00", "state": "delivered"}] * 101}, (422, "bad_input")),
        ({"more": "x" * MAX_BYTES}, (413, "body_too_large")),
    ], ids=["unknown parcel", "another order", "unknown word", "no word", "future", "past", "no zone", "no steps",
            "steps of text", "no event", "long event", "event a number", "blank in number", "no number", "nul",
            "too many steps", "too large"])
    def test_what_cannot_be_is_refused_by_code_and_nothing_of_it_is_written(self, carrier, order, change, answer):
        before = written()

        assert deliver(carrier, {**carrier.tells("SF100", "delivered"), **change}) == answer

        assert written() == before

    @pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b'{"event": "\\ud800"}',
                                      b"[" * 60_000], ids=range(8))
    def test_bytes_that_are_no_event_are_refused(self, carrier, body):
        assert deliver(carrier, body) == (422, "bad_input")

    def test_signs_that_cannot_be_stored_are_left_out_of_the_sentence(self, carrier, order):
        told = carrier.tells("SF100", "in_transit")
        told["steps"][0]["text"] = "离开\x00杭州\n" + "远" * 500

        assert deliver(carrier, told) == (200, "noted")

        assert TrackingEvent.objects.get().text == "离开杭州" + "远" * 196

    def test_an_event_cannot_say_something_else_later(self, carrier, order):
        told = carrier.tells("SF100", "in_transit")
        deliver(carrier, told)
        before = written()

        assert deliver(carrier, {**told, "steps": carrier.tells("SF100", "delivered")["steps"]}) == (
            409, "carrier_event_taken")

        assert written() == before

    def test_a_number_that_is_noted_later_makes_the_same_event_right(self, carrier):
        order = paid(key="late")
        told = carrier.tells("SF100", "picked_up")

        assert deliver(carrier, told) == (404, "unknown_parcel")
        send(order, "SF100")

        assert deliver(carrier, told) == (200, "noted")

    def test_of_another_carrier_it_cannot_speak(self, carrier, order):
        Shipment.objects.update(carrier="ZTO")

        assert deliver(carrier, carrier.tells("SF100", "delivered")) == (404, "unknown_parcel")


@pytest.mark.django_db
class TestSignature:
    def test_another_secret_a_changed_body_and_no_signature_open_nothing(self, carrier, order):
        told = carrier.tells("SF100", "delivered")
        headers, body = carrier.signed(told)
        before = written()

        assert deliver(carrier, told, secret="guessed guessed guessed") == (401, "bad_signature")
        assert post(carrier.path, headers, body.replace(b"SF100", b"SF101")) == (401, "bad_signature")
        assert post(carrier.path, {**headers, TIMESTAMP: str(int(headers[TIMESTAMP]) + 1)}, body) == (
            401, "bad_signature")
        assert post(carrier.path, {}, body) == (401, "bad_signature")
        assert post(carrier.path, {**headers, SIGNATURE: "签名"}, body) == (401, "bad_signature")
        assert written() == before

    @pytest.mark.parametrize("minutes", [-6, 6])
    def test_what_was_sent_long_ago_or_by_a_wrong_clock_is_refused(self, carrier, order, minutes):
        carrier.skew = timedelta(minutes=minutes)

        assert deliver(carrier, carrier.tells("SF100", "delivered")) == (401, "stale_timestamp")

    @pytest.mark.parametrize("stamp", ["", "-5", "1e9", "9" * 30, "٣"],
                             ids=["none", "minus", "float", "long", "arabic"])
    def test_a_timestamp_is_a_number_of_seconds(self, carrier, stamp):
        body = b"{}"
        headers = {TIMESTAMP: stamp, SIGNATURE: signature(SECRET, stamp, body)}

        with pytest.raises(carriers.StaleTimestamp):
            CarrierDoor("SF", [SECRET]).parse(headers=headers, body=body, now=timezone.now())

    def test_both_secrets_open_the_door_while_one_replaces_the_other(self, carrier, order, monkeypatch):
        monkeypatch.setitem(registry.carrier_doors(), "SF", CarrierDoor("SF", ["the next secret, also long", SECRET]))

        assert deliver(carrier, carrier.tells("SF100", "picked_up"))[0] == 200
        assert deliver(carrier, carrier.tells("SF100", "delivered"), secret="the next secret, also long")[0] == 200

    def test_a_carrier_without_a_secret_has_no_door(self, carrier):
        assert deliver(FakeCarrier("ZTO", SECRET), {}) == (404, "not_found")
        assert Client().get(carrier.path).status_code == 405

    def test_secrets_come_from_the_environment_and_weak_ones_stop_the_start(self, monkeypatch, tmp_path):
        (tmp_path / "zto").write_text("the secret of ZTO from a file\n")
        monkeypatch.setenv("LIUKE_CARRIER_SF_SECRET", "the first of them, the second of them")
        monkeypatch.setenv("LIUKE_CARRIER_ZTO_SECRET_FILE", str(tmp_path / "zto"))

        assert sorted(carriers.from_environment()) == ["SF", "ZTO"]
        monkeypatch.setenv("LIUKE_CARRIER_SF_SECRET", "the first of them, short")
        with pytest.raises(ImproperlyConfigured, match="LIUKE_CARRIER_SF_SECRET"):
            carriers.from_environment()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_one_event_ten_times_at_once_is_noted_once(carrier):
    with transaction.atomic():
        order = paid(key="at once")
        send(order, "SF100")
    told = carrier.tells("SF100", "delivered")

    answers = at_once([lambda: deliver(carrier, told)] * 10)

    assert sorted(answers) == [(200, "noted"), *[(200, "repeated")] * 9]
    assert Fact.objects.filter(kind="OrderDelivered").count() == 1
    assert Order.objects.get().state == "delivered"


@pytest.mark.django_db
def test_events_that_nobody_repeats_any_more_are_forgotten(carrier, order):
    deliver(carrier, carrier.tells("SF100", "picked_up"))
    now = timezone.now()

    assert carrier_events.delete_old(now=now + carrier_events.KEPT - timedelta(minutes=1)) == 0
    assert carrier_events.delete_old(now=now + carrier_events.KEPT + timedelta(minutes=1)) == 1
    assert TrackingEvent.objects.count() == 1


def test_what_the_fake_sends_is_what_the_howto_says(carrier):
    headers, body = carrier.signed(carrier.tells("SF100", "picked_up", "delivered"))

    assert set(json.loads(body)) == {"event", "tracking", "order", "steps"}
    assert headers[SIGNATURE] == signature(SECRET, headers[TIMESTAMP], body)
