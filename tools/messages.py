"""Finds every string a person may read and keeps the English catalogues: `python -m tools.messages`.

Chinese is the language of the source. A string in a template stands in `{% translate %}`, `{% blocktranslate %}` or
`_("...")`; any Chinese literal in Python (docstrings aside) is taken for one, so nothing can be forgotten. Each module
keeps its own `locale/en/LC_MESSAGES/django.po`.
"""

import ast
import io
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po
from django.template import engines
from django.template.base import Node

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "liuke"
SYNONYMS = re.compile(r"^[a-z]+, |, [a-z][a-z -]*$")         # names of columns and states as they come in
CHINESE = re.compile(r"^[^\[]*[\u3400-\u9fff]")            # what begins with a bracket is a pattern, not a sentence
MARKED = re.compile(r"""\b_\(\s*(["'])(.*?)\1\s*\)""")
NOT_FOR_PEOPLE = {                       # data in which Chinese is what comes in; only what they mark goes out
    "customers/demo.py", "customers/rules/names.py", "desk/triage.py",
    "intake/cells.py", "intake/header.py", "intake/line.py", "intake/rules.py",
    "channels/fakes/carrier.py", "channels/fakes/wechatpay.py", "channels/fakes/wechatpay_bill.py",
    "channels/wechatpay_bill.py", "channels/fakes/wechatpay_transfers.py", "channels/wechatpay_flow.py",
    "channels/wechatpay_transfers.py", "channels/fakes/identity.py", "org/demo.py", "desk/demo.py",
    "desk/holidays.py", "insight/rules/orderlog.py", "insight/services/fitting.py", "knowledge/demo.py",
    "mailbox/rules/marks.py", "performance/demo.py",
    "mailbox/rules/quotes.py", "mall/demo/__init__.py",
    "mall/demo/cards.py", "mall/demo/sales.py", "mall/demo/shop.py", "mall/demo/tree.py",
    "mall/management/commands/seed_demo.py", "referral/guard.py", "run/doctor.py",
    "training/demo.py", "training/examples.py", "improve/demo.py",
}
MARKS = ("_", "gettext", "gettext_lazy")
DATA = "# data, not words"                 # at the end of a line whose Chinese nobody reads as a sentence
HEADER = "# English of the Chinese strings in the source. `python -m tools.messages` adds what is missing."
MOVING_LINES = re.compile(
    r'^"(POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Generated-By|Project-Id-Version|'
    r'Report-Msgid-Bugs-To):.*\\n"\n', re.MULTILINE)
Ids = dict[str | tuple[str, str], set[str]]


def found() -> dict[Path, Ids]:
    """For every catalogue its message ids (a pair for a plural), with the files that use them."""
    catalogues: dict[Path, Ids] = {}
    for path in sorted(PACKAGE.rglob("*")):
        ids = catalogues.setdefault(catalogue_of(path), {})
        for message in _strings(path):
            ids.setdefault(message, set()).add(path.relative_to(PACKAGE).as_posix())
    return {catalogue: _without_singles(ids) for catalogue, ids in catalogues.items() if ids}


def catalogue_of(path: Path) -> Path:
    """Of the module in which the file lies, or the common one for what is no Django app."""
    module = PACKAGE / path.relative_to(PACKAGE).parts[0]
    home = module if (module / "apps.py").exists() else PACKAGE
    return home / "locale" / "en" / "LC_MESSAGES" / "django.po"


def _strings(path: Path) -> Iterator[str | tuple[str, str]]:
    if path.suffix == ".py" and not {"tests", "migrations"} & set(path.parts):
        data = path.relative_to(PACKAGE).as_posix() in NOT_FOR_PEOPLE
        yield from marked_strings(path) if data else python_strings(path)
    elif path.suffix in (".html", ".txt") and "templates" in path.parts:
        yield from template_strings(path.read_text(encoding="utf-8"))


def _without_singles(ids: Ids) -> Ids:
    plurals = {pair[0] for pair in ids if isinstance(pair, tuple)}
    return {message: names for message, names in ids.items() if message not in plurals}


def python_strings(path: Path) -> Iterator[str | tuple[str, str]]:
    """Every Chinese literal that is neither a docstring nor a part of an f-string, nor on a line that says DATA."""
    tree = _tree(path)
    silent = {id(inner) for node in ast.walk(tree) for inner in (*_docstring(node), *_f_string(node))}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in ("ngettext", "ngettext_lazy"):
            one, many = node.args[:2]
            silent |= {id(one), id(many)}
            yield ast.literal_eval(one), ast.literal_eval(many)
        elif _is_chinese(node) and id(node) not in silent:
            yield node.value                            # type: ignore[attr-defined]  # _is_chinese looked


def marked_strings(path: Path) -> Iterator[str | tuple[str, str]]:
    """Of a file of data only what it hands to `_` or to one of gettext's own names: that, a person reads."""
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Call) and _name(node.func) in MARKS and _is_chinese(node.args[0]):
            yield ast.literal_eval(node.args[0])


def untranslatable(path: Path) -> list[int]:
    """The lines on which Chinese stands in an f-string, which no catalogue can hold."""
    if path.relative_to(PACKAGE).as_posix() in NOT_FOR_PEOPLE:
        return []
    tree = _tree(path)
    return sorted({part.lineno for node in ast.walk(tree) for part in _f_string(node)})


def _tree(path: Path) -> ast.Module:
    """The file's code, with the texts that are data and not words taken out."""
    source = path.read_text(encoding="utf-8")
    data = {at for at, line in enumerate(source.splitlines(), start=1) if line.rstrip().endswith(DATA)}
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.lineno in data:
            node.value = ""
    return tree


def _f_string(node: ast.AST) -> Iterator[ast.Constant]:
    if isinstance(node, ast.JoinedStr):
        yield from (part for part in node.values if isinstance(part, ast.Constant) and _is_chinese(part))


def _docstring(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        yield from (each.value for each in node.body if isinstance(each, ast.Expr) and _is_chinese(each.value))


def _is_chinese(node: ast.AST) -> bool:
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return False
    return bool(CHINESE.search(node.value)) and not SYNONYMS.search(node.value)


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def template_strings(source: str) -> Iterator[str | tuple[str, str]]:
    """What the translation tags of a template ask for, told by Django's own parser."""
    yield from (match[2] for match in MARKED.finditer(source))
    for node in _nodes(source):
        kind = type(node).__name__
        if kind == "TranslateNode":
            if node.filter_expression.var.literal:
                yield str(node.filter_expression.var.literal).replace("%", "%%")     # as Django asks its catalogue
        elif kind == "BlockTranslateNode":
            one = _block(node, node.singular)
            yield (one, _block(node, node.plural)) if node.plural else one


def _block(node: Any, tokens: Any) -> str:
    text = str(node.render_token_list(tokens)[0])
    if node.trimmed:
        text = " ".join(line.strip() for line in text.strip().splitlines())
    return text


def _nodes(source: str) -> list[Any]:
    template = engines["django"].from_string(source).template      # type: ignore[attr-defined]  # of Django's own engine
    return list(template.nodelist.get_nodes_by_type(Node))


def bare_chinese(source: str) -> list[str]:
    """Chinese that a template would print untranslated."""
    text = " ".join(node.s for node in _nodes(source) if type(node).__name__ == "TextNode")
    return [word for word in re.findall(r"[\u3400-\u9fff]+", text) if word != "简体中文"]


def read(path: Path) -> Catalog:
    """The catalogue, or an empty one."""
    if not path.exists():
        return Catalog(locale="en", charset="utf-8", header_comment=HEADER, fuzzy=False)
    with path.open("rb") as words:
        return read_po(words, locale="en", charset="utf-8")


def missing() -> list[str]:
    """Message ids without English in any catalogue: Django reads them all as one."""
    known = [read(catalogue) for catalogue in found()]
    return sorted({
        str(each) for ids in found().values() for each in ids
        if not any(_english(one.get(each[0] if isinstance(each, tuple) else each)) for one in known)
    })


def _english(message: Message | None) -> bool:
    if message is None or message.fuzzy:
        return False
    return all(message.string) if isinstance(message.string, tuple | list) else bool(message.string)


def update(catalogue: Path, ids: Ids) -> None:
    """Write the catalogue: new ids still without English, old ones that nobody uses left out."""
    known, fresh = read(catalogue), Catalog(locale="en", charset="utf-8", header_comment=HEADER, fuzzy=False)
    for each, names in sorted(ids.items(), key=lambda item: (min(item[1]), str(item[0]))):
        old = known.get(each[0] if isinstance(each, tuple) else each)
        fresh.add(each, string=old.string if old else None, locations=[(name, 0) for name in sorted(names)],
                  flags=["python-format"] if "%(" in str(each) else [])
    catalogue.parent.mkdir(parents=True, exist_ok=True)
    out = io.BytesIO()
    write_po(out, fresh, width=110, include_lineno=False)
    catalogue.write_text(MOVING_LINES.sub("", out.getvalue().decode()), encoding="utf-8")


def main() -> int:
    """Update every catalogue; the exit code says whether English is complete."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liuke.config.settings")
    django.setup()
    for catalogue, ids in found().items():
        update(catalogue, ids)
    lacking = missing()
    sys.stdout.write("".join(f"{each}\n" for each in lacking))
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
