"""Who looks at the pages."""

import pytest

from liuke.org.rules import Role
from liuke.org.tests import builders as org


@pytest.fixture
def owner(client):
    person = org.staff(role=Role.OWNER, name="林小满")
    client.force_login(person)
    return person


@pytest.fixture
def agent(client):
    person = org.staff("hua", role=Role.AGENT, name="华")
    client.force_login(person)
    return person
