"""Raw rows: looked at by the owner, changed by nobody."""

import pytest
from django.urls import reverse

from liuke.console import raw
from liuke.console.tests import builders

pytestmark = pytest.mark.django_db
INDEX = "/console/raw/"


def test_every_model_of_ours_can_be_looked_at(client, owner):
    builders.fact(builders.customer())

    for model in raw.site._registry:
        address = reverse(f"raw:{model._meta.app_label}_{model._meta.model_name}_changelist")
        assert client.get(address).status_code == 200, model


def test_nothing_can_be_changed_and_nothing_encrypted_is_shown(client, owner):
    customer = builders.customer(name_enc=b"secret")
    address = f"{INDEX}customers/customer/{customer.pk}/change/"

    page = client.get(address).content.decode()

    assert "name_enc" not in page
    assert "secret" not in page
    assert client.post(address, {"number": "M2"}).status_code == 403
    assert client.get(f"{INDEX}customers/customer/add/").status_code == 403
    assert client.post(f"{INDEX}customers/customer/{customer.pk}/delete/", {"post": "yes"}).status_code == 403
    customer.refresh_from_db()
    assert customer.number == "M1"


def test_the_list_holds_no_endless_columns_and_leads_back(client, owner):
    builders.known()

    page = client.get(f"{INDEX}customers/customer/").content.decode()

    assert "column-name_grams" not in page
    assert "column-number" in page
    assert "只能看，不能改" in page
    assert 'href="/console/"' in page


def test_others_may_not_enter(client, agent):
    assert client.get(INDEX).status_code == 403


def test_strangers_log_in_at_our_door(client):
    assert client.get(INDEX)["Location"] == f"/console/login/?next={INDEX}"


def test_the_wider_policy_is_for_raw_rows_only(client, owner):
    assert "unsafe" in client.get(INDEX)["Content-Security-Policy"]
    assert "unsafe" not in client.get("/console/")["Content-Security-Policy"]
