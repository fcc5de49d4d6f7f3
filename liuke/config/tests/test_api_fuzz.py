"""Whatever a caller sends, the doors of the API answer in words of their own, and as the published schema says.

No 5xx but those that say what to do; a refusal is always {code, message}; every status, and what is answered with it,
is what docs/openapi.json tells.
"""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from liuke.config.api import api
from liuke.config.wsgi import application
from liuke.customers.services import tokens
from liuke.mall.api.base import logins, reads, writes
from liuke.mall.tests import builders
from liuke.org.rules import Role
from liuke.org.tests import builders as org

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
schema = schemathesis.openapi.from_dict(api.get_openapi_schema())
schema.app = application
AWAY = ("codes_not_available", "wechat_not_available", "provider_away", "busy")      # a 503 that says what to do
CHECKS = [status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(autouse=True)
def _one_connection():
    """The end of a request closes connections; here it would close the test's own, with its transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def caller():
    """A customer with something in the cart and an order; and an owner who is logged in to the console."""
    builders.shop("MINI")
    customer = builders.customer()
    builders.placed(by=customer)
    builders.cart_line(customer, builders.sku())
    client = Client()
    client.force_login(org.staff("lin", role=Role.OWNER))
    token = tokens.issue_token(customer_id=customer.pk, now=timezone.now())
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    return {"headers": {"Authorization": f"Bearer {token}"}, "cookies": cookies}


@schema.parametrize()
@settings(max_examples=4, derandomize=True,
          suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow,
                                 HealthCheck.filter_too_much])
def test_no_door_breaks_or_answers_other_than_it_says(case, caller):
    for each in (reads, writes, logins):
        each.limit.forget()

    response = case.call(**caller)

    assert response.status_code < 500 or response.json()["code"] in AWAY
    if response.status_code != 405:                          # a wrong method has no words
        case.validate_response(response, checks=CHECKS)
