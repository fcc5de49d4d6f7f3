"""Whatever a caller sends, the shopper's doors answer in words of their own: no 5xx, and always {code, message}."""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.utils import timezone
from hypothesis import HealthCheck, settings

from liuke.config.api import api
from liuke.config.wsgi import application
from liuke.customers.services import tokens
from liuke.mall.api.base import logins, reads, writes
from liuke.mall.tests import builders

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
schema = schemathesis.openapi.from_dict(api.get_openapi_schema()).include(path_regex="^/api/v1/shop/")
schema.app = application


@pytest.fixture(autouse=True)
def _one_connection():
    """The end of a request closes connections; here it would close the test's own, with its transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def bearer():
    """A customer with something in the cart, an order and a request of their own."""
    builders.shop("MINI")
    customer = builders.customer()
    builders.placed(by=customer)
    builders.cart_line(customer, builders.sku())
    return {"Authorization": f"Bearer {tokens.issue_token(customer_id=customer.pk, now=timezone.now())}"}


@schema.parametrize()
@settings(max_examples=10, derandomize=True,
          suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow,
                                 HealthCheck.filter_too_much])
def test_no_door_breaks(case, bearer):
    for each in (reads, writes, logins):
        each.limit.forget()

    response = case.call(headers=bearer)

    assert response.status_code < 500 or response.json()["code"] in ("codes_not_available", "provider_away", "busy")
    if response.status_code >= 400 and response.status_code != 405:           # a wrong method has no words
        assert {"code", "message"} <= response.json().keys()
