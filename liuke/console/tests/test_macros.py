"""Ready answers are written by staff and offered where they fit, with their names filled in."""

import pytest
from django.urls import reverse
from django.utils import timezone

from liuke.desk.models import Macro
from liuke.desk.queries import macros
from liuke.desk.tests.rows import agent, customer, say, ticket_of

pytestmark = pytest.mark.django_db


def test_one_is_written_offered_where_it_fits_and_filled_in(client):
    client.force_login(agent("mei", name="梅"))
    form = {"name": "问批号", "text": "您好{name}，我是{agent}，{order}{other}", "kinds": ["quality"]}
    assert client.post(reverse("console:macro_new"), form).status_code == 302
    assert client.post(reverse("console:macro_new"), form).status_code == 422
    fits = ticket_of(say(customer(name="{agent}"), "奶瓶裂了", at=timezone.now()))
    other = ticket_of(say(customer(), "快递没到", at=timezone.now()))

    beside = client.get(reverse("console:ticket_side", args=[fits.number])).content.decode()

    assert "您好{agent}，我是梅，{other}" in beside
    assert "问批号" not in client.get(reverse("console:ticket_side", args=[other.number])).content.decode()
    row = Macro.objects.get()
    assert client.get(reverse("console:macro", args=[row.pk])).status_code == 200
    client.post(reverse("console:macro_drop", args=[row.pk]))
    assert "已停用" in client.get(reverse("console:macros")).content.decode()
    assert macros.fitting(kind="quality", stage="", product_ids=()) == []


def test_what_asks_for_more_stands_first():
    Macro.objects.create(name="a", text="x", used=9)
    Macro.objects.create(name="b", text="x", stages=["shipped"])
    Macro.objects.create(name="c", text="x", stages=["shipped"], kinds=["quality"])

    found = macros.fitting(kind="quality", stage="shipped", product_ids=())

    assert [row.name for row in found] == ["c", "b", "a"]
    assert [row.name for row in macros.fitting(kind="usage", stage="placed", product_ids=())] == ["a"]
