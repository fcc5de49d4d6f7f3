"""Translations are written as .po and read as .mo; the .mo beside a newer .po is made again when a process starts."""

import os
import tempfile
from pathlib import Path

import structlog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

log = structlog.get_logger(__name__)


def compile_stale(package: Path) -> list[Path]:
    """Compile every catalogue below `package` that is newer than its .mo, and say which.

    Safe in several processes at once: each writes its own file and renames it. Where nothing may be written (an
    installed wheel brings its .mo along) it says so in the log and goes on.
    """
    made = []
    for source in sorted(package.glob("**/locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        try:
            _compile(source, target)
        except OSError as error:
            log.warning("catalogue_not_compiled", catalogue=str(source), reason=str(error))
            continue
        made.append(target)
    return made


def _compile(source: Path, target: Path) -> None:
    with source.open("rb") as words:
        catalogue = read_po(words, locale=source.parent.parent.name)
    handle, new = tempfile.mkstemp(dir=target.parent, suffix=".new")
    with os.fdopen(handle, "wb") as out:
        write_mo(out, catalogue)
    Path(new).chmod(0o644)
    Path(new).replace(target)
