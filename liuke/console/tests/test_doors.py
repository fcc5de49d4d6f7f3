"""Every address of the console, asked as nobody, as the owner and as who may see least, with nothing that exists."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from liuke.org.rules import Role
from liuke.org.tests.builders import staff

pytestmark = pytest.mark.django_db
FILLED = {"int": "987654321", "str": "X9", "slug": "x9", "uuid": "00000000-0000-4000-8000-000000000000", "path": "x9"}
ODD = {"page": "9" * 5_000, "do": "x", "amount": "-1", "note": "a" * 100_000, "next": "https://evil.example/"}
OPEN = ("/console/login/", "/console/password/reset/", "/console/signup/", "/console/inactive/")
LEAVES = ("/console/logout/", "/console/raw/")        # the raw tables have tests of their own


def addresses() -> Iterator[str]:
    def walk(patterns, before):
        for each in patterns:
            route = before + str(each.pattern)
            if isinstance(each, URLResolver):
                yield from walk(each.url_patterns, route)
            elif isinstance(each, URLPattern):
                yield "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda part: FILLED[part[1] or "str"], route)

    found = sorted({each for each in walk(get_resolver().url_patterns, "") if each.startswith("/console/")})
    assert len(found) > 250
    return iter(address for address in found if not address.startswith(LEAVES))


@pytest.mark.parametrize("role", [None, Role.OWNER, Role.SUPPLIER], ids=str)
def test_no_address_breaks_and_nobody_is_let_in_without_a_login(role):
    client = Client(raise_request_exception=False)
    if role:
        client.force_login(staff("walker", role=role))
    broken, let_in = [], []

    for address in addresses():
        answers = [client.get(address), client.get(address, {"page": "-1", "state": "x", "customer": "9" * 30}),
                   client.post(address), client.post(address, ODD)]
        said = [answer.status_code for answer in answers]
        broken += [(address, said)] if max(said) >= 500 else []
        let_in += [(address, said)] if role is None and 200 in said and not address.startswith(OPEN) else []

    assert (broken, let_in) == ([], [])
