"""`liuke insight overview|retention|rfm|refresh`."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from liuke.insight import queries
from liuke.insight.models import Snapshot

pytestmark = pytest.mark.django_db(transaction=True)
COMMANDS = ("insight_overview", "insight_retention", "insight_rfm")


def said(*words):
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def test_the_same_answers_come_as_json(brand):
    overview, retention, rfm = (json.loads(said(command, "--json")) for command in COMMANDS)

    assert (overview["customers"], overview["orders"]) == (40, brand.orders)
    assert [c["customers"] for c in retention["cohorts"]] == [c.customers for c in queries.retention().cohorts]
    assert sum(cell["customers"] for cell in rfm["grid"]) == 40
    assert len(json.loads(said("insight_retention", "--json", "--months", "2"))["cohorts"]) == 2


def test_a_person_reads_the_cohorts_as_a_table(brand):
    lines = said("insight_retention").splitlines()

    found = queries.retention()
    assert len(lines) == len(found.cohorts) + 3
    first = found.cohorts[0]
    assert lines[1].split() == ["2026-06", f"{first.customers}", *(
        f"{cell.share.rate * 100:.1f}{'' if cell.over else '~'}" for cell in first.cells)]


def test_a_person_reads_overview_and_tiers_in_words(brand):
    overview, rfm = said("insight_overview").splitlines(), said("insight_rfm").splitlines()

    assert overview[1].startswith(f"40 customers, {brand.orders} orders, ")
    assert any(line.startswith("expected: ") for line in overview)
    assert [line.split()[0] for line in rfm[1:6]] == ["R5", "R4", "R3", "R2", "R1"]
    assert [line.split()[0] for line in rfm[-4:]] == ["core", "valued", "ordinary", "later"]


@pytest.mark.parametrize("command", COMMANDS)
def test_before_the_first_refresh_they_say_what_to_do(command):
    with pytest.raises(CommandError, match="liuke insight refresh") as told:
        said(command)

    assert told.value.returncode == 1


def test_a_refresh_can_be_asked_for(brand):
    assert said("insight_refresh", "--full").startswith(f"until {brand.until_on}: 40 customers")
    assert Snapshot.objects.count() == 2


def test_a_refresh_of_nothing_says_so():
    assert said("insight_refresh") == "no order to compute from yet\n"
