"""The English catalogues: what counts as a string for people, and that none is forgotten."""

from pathlib import Path

import pytest

from tools import messages

ROOT = Path(__file__).parent.parent
SOURCES = [
    path for path in sorted((ROOT / "liuke").rglob("*.py")) if not {"tests", "migrations"} & set(path.parts)
]
TEMPLATES = sorted((ROOT / "liuke").glob("*/templates/**/*.html"))


def test_a_template_tells_all_its_strings():
    source = (
        '{% load i18n %}{% translate "客户" %}{{ _("标签") }}{% if x %}'
        "{% blocktranslate %}{{ n }} 位{% endblocktranslate %}{% endif %}"
        "{% blocktranslate count n=n %}one{% plural %}many{% endblocktranslate %}"
    )

    assert sorted(map(str, messages.template_strings(source))) == [
        "%(n)s 位", "('one', 'many')", "客户", "标签",
    ]


def test_code_tells_all_its_strings_but_not_its_docstrings(tmp_path):
    path = tmp_path / "page.py"
    path.write_text('"""说明"""\ndef f():\n    """说明"""\n    return _("客户"), "标签", ngettext("一", "多", 2)\n')

    assert sorted(map(str, messages.python_strings(path))) == ["('一', '多')", "客户", "标签"]
    assert list(messages.marked_strings(path)) == ["客户"]               # of a file whose Chinese is data


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT / "liuke").as_posix())
def test_chinese_is_never_in_an_f_string(path):
    assert messages.untranslatable(path) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT / "liuke").as_posix())
def test_no_template_speaks_chinese_only(path):
    assert messages.bare_chinese(path.read_text(encoding="utf-8")) == []


def test_everything_is_said_in_english():
    """When this fails: `python -m tools.messages`, then write the English that it lists."""
    assert messages.missing() == []


def test_english_keeps_the_places_that_chinese_has():
    place = messages.re.compile(r"%\((\w+)\)[sd]")
    wrong = [
        str(message.id)
        for catalogue in messages.found() for message in messages.read(catalogue)
        if message.id and message.string and isinstance(message.string, str) and isinstance(message.id, str)
        and set(place.findall(message.id)) != set(place.findall(message.string))
        and not {"clock", "day"} & set(place.findall(message.id))          # dates are said in another order
    ]

    assert wrong == []


def test_a_string_has_one_english():
    """Django joins the catalogues of all modules: of two translations, which one is seen depends on their order."""
    english = {}
    for catalogue in messages.found():
        for message in messages.read(catalogue):
            if message.id and message.string and isinstance(message.string, str):
                english.setdefault((message.context, str(message.id)), set()).add(message.string)

    assert {said: words for said, words in english.items() if len(words) > 1} == {}
