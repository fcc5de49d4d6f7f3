"""The demo brand is opened once and never over a real one."""

import pytest
from django.utils import timezone

from liuke.org import demo, services
from liuke.org.models import Brand, Shop, Staff
from liuke.org.rules import Role

pytestmark = pytest.mark.django_db


def test_every_role_can_log_in_to_the_demo(client):
    assert demo.seed(now=timezone.now())

    assert {role for _login, role in demo.LOGINS} == set(Role)
    for username, _role in demo.LOGINS:
        assert client.login(username=username, password=demo.PASSWORD)
    assert Shop.objects.count() == len(demo.SHOPS)


def test_a_brand_that_exists_is_left_alone():
    services.open_brand(name="真品牌")

    assert not demo.seed(now=timezone.now())

    assert Brand.objects.get().name == "真品牌"
    assert not Staff.objects.exists()
