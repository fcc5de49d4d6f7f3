import pytest

from liuke.org.rules import Role
from liuke.org.tests.builders import staff


@pytest.fixture
def inside(client):
    """Log somebody with this role in: `inside(Role.FINANCE)`."""

    def login(role=Role.OWNER):
        client.force_login(staff(username=str(role), role=role))
        return client

    return login
