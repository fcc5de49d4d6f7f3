"""Catalogues compile themselves when they are stale."""

import gettext
import os

from liuke.kit.catalogues import compile_stale

WORDS = '''msgid ""
msgstr ""
"Language: en\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "客户"
msgstr "Customers"

msgid "%(n)s 位"
msgid_plural "%(n)s 位"
msgstr[0] "%(n)s person"
msgstr[1] "%(n)s people"
'''


def catalogue(tmp_path):
    source = tmp_path / "shop" / "locale" / "en" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(WORDS, encoding="utf-8")
    return source


def test_a_new_catalogue_is_compiled_and_speaks(tmp_path):
    source = catalogue(tmp_path)

    assert compile_stale(tmp_path) == [source.with_suffix(".mo")]

    with source.with_suffix(".mo").open("rb") as words:
        english = gettext.GNUTranslations(words)
    assert english.gettext("客户") == "Customers"
    assert english.ngettext("%(n)s 位", "%(n)s 位", 2) == "%(n)s people"


def test_only_a_stale_one_is_compiled_again(tmp_path):
    source = catalogue(tmp_path)
    compile_stale(tmp_path)

    assert compile_stale(tmp_path) == []

    later = source.with_suffix(".mo").stat().st_mtime + 5
    os.utime(source, (later, later))
    assert compile_stale(tmp_path) == [source.with_suffix(".mo")]
    assert sorted(path.name for path in source.parent.iterdir()) == ["django.mo", "django.po"]
