"""What client authors build on is printed from the code: docs/openapi.json and docs/codes.md."""

import json
import re
from collections import Counter

import pytest
from ninja import Schema

from liuke.channels.carriers import BadSignature, StaleTimestamp
from liuke.customers.rules import login
from liuke.mall.api import base
from tools.published import DOCS, DOORS, codes, codes_document, openapi

CODE = DOCS.parent / "liuke"


@pytest.mark.parametrize(("name", "printed"), [("openapi.json", openapi), ("codes.md", codes_document)])
def test_the_printed_file_is_up_to_date(name, printed):
    assert (DOCS / name).read_text() == printed(), "run `make openapi`"


def test_the_file_is_what_an_installation_publishes_and_names_no_host(client):
    kept = json.loads((DOCS / "openapi.json").read_text())

    assert client.get("/api/v1/openapi.json").json() == kept
    assert (kept["openapi"][:3], kept["servers"]) == ("3.1", [])
    assert "://" not in (DOCS / "openapi.json").read_text()


def test_every_example_is_one_of_its_schema():
    known = openapi_schemas()
    with_example = {name for name, schema in known.items() if "example" in schema}
    classes = [each for each in every_subclass(Schema) if each.__name__ in with_example and "example" in (
        each.model_config.get("json_schema_extra") or {})]

    assert len(classes) >= 7
    for each in classes:
        example = each.model_config["json_schema_extra"]["example"]
        assert set(example) == set(each.model_fields), each
        each.model_validate(example)


def openapi_schemas():
    return json.loads((DOCS / "openapi.json").read_text())["components"]["schemas"]


def every_subclass(of):
    return [each for child in of.__subclasses__() for each in (child, *every_subclass(child))]


def test_every_code_that_the_doors_answer_by_themselves_is_told():
    said = (CODE / "config" / "api.py").read_text() + (CODE / "config" / "media.py").read_text()
    by_status = re.findall(r'_answer\(request, (\d+), "(\w+)"', said)
    by_status += re.findall(r'_said\((\d+), "(\w+)"', (CODE / "mall" / "hooks.py").read_text())
    by_status += [("401", error.code) for error in (BadSignature, StaleTimestamp)]
    others = re.findall(r'"code": "(\w+)".*status=(\d+)|status_code, "(\w+)"', said)

    assert len(by_status) >= 6
    assert {code: int(status) for status, code in by_status}.items() <= {
        code: status for code, (status, _meaning) in DOORS.items()}.items()
    assert {one or other for one, _status, other in others} <= set(DOORS)
    assert set(DOORS) == {code for _status, code in by_status} | {one or other for one, _status, other in others}


def test_refusals_of_every_module_behind_the_doors_are_told():
    expected = {"coupon_gone": 409, "points_not_usable": 409, "wrong_code": 409, "out_of_stock": 409,
                "picture_too_large": 422, "provider_away": 503, "not_found": 404}

    assert {code: codes()[code][0] for code in expected} == expected
    assert all(meaning for _status, meaning in codes().values())


def test_what_a_client_is_told_to_do_names_codes_and_limits_as_they_are():
    text = (DOCS / "howto" / "api.md").read_text()
    told = re.findall(r"^\| `(\w+)` \| (\d+) \|", text, re.MULTILINE)
    limits = re.findall(r"\| (\d+) a minute \| (\d+) more", text)

    assert len(told) > 30
    assert {code: int(status) for code, status in told}.items() <= {
        code: status for code, (status, _meaning) in codes().items()}.items()
    assert limits == [(str(each["most"]), str(each["free"])) for each in (base.READS, base.WRITES, base.LOGINS)]
    assert f"lasts {login.TOKEN_LIFE.days} days, and {login.MAX_TOKENS} devices" in text
    assert f"lasts {login.CODE_LIFE.seconds // 60} minutes and {login.CODE_TRIES} tries" in text


def test_no_two_shapes_share_a_name():
    """The schema is keyed by the name of the class: of two with one name it would publish the last for both."""
    named = Counter(re.findall(r"^class (\w+)\(Schema\):", "".join(
        path.read_text() for path in sorted(CODE.rglob("*.py")) if "tests" not in path.parts), re.MULTILINE))

    assert [name for name, count in named.items() if count > 1] == []
