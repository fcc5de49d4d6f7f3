"""Where an installation keeps its data, and its secrets, which are made on first use and never shown."""

import base64
import hashlib
import os
import re
import secrets
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import liuke
from liuke.run.account import make_home
from liuke.run.errors import Trouble
from liuke.run.postgres import Server

FOR_ROOT = Path("/var/lib/liuke")
SECRETS: dict[str, Callable[[], str]] = {
    "LIUKE_SECRET_KEY": lambda: secrets.token_urlsafe(48),
    "LIUKE_DATA_KEYS": lambda: "1:" + base64.b64encode(secrets.token_bytes(32)).decode(),
}
FRESH: dict[str, str] = {}  # made by this process, not yet on disk


@dataclass(frozen=True)
class Installation:
    """One brand's data directory. `own_database` says that PostgreSQL is ours to start and stop."""

    data: Path
    own_database: bool


def here() -> Installation:
    """The installation that the environment names; nothing is made or changed.

    LIUKE_DATA, else var/ in the checkout (or the working directory). Root has /var/lib/liuke/<checkout> instead,
    because PostgreSQL must run under another account, which root's own directories keep out.
    """
    chosen = os.environ.get("LIUKE_DATA")
    return Installation(
        data=Path(chosen).absolute() if chosen else _default(), own_database="LIUKE_DATABASE_URL" not in os.environ
    )


def enter(installation: Installation) -> None:
    """Set the environment of this process for Django. Nothing is written: new secrets exist in memory until `keep`."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "liuke.config.settings"
    os.environ["LIUKE_DATA"] = str(installation.data)
    if installation.own_database:
        os.environ["LIUKE_DATABASE_URL"] = Server(installation.data).url
    for name, make in SECRETS.items():
        if name not in os.environ and f"{name}_FILE" not in os.environ:
            file = _file(installation, name)
            if file.exists():
                os.environ[f"{name}_FILE"] = str(file)
            else:
                os.environ[name] = FRESH[name] = make()


def keep(installation: Installation) -> None:
    """Write what `enter` made for the first time, because from now on data depends on it."""
    for name, value in FRESH.items():
        file = _file(installation, name)
        if not _write_secret(file, value):
            _start_again(installation)
        os.environ[f"{name}_FILE"] = str(file)
        del os.environ[name]
    FRESH.clear()


def _file(installation: Installation, name: str) -> Path:
    return installation.data / "secrets" / name.lower()


def _default() -> Path:
    package = Path(liuke.__file__).resolve().parent.parent
    base = package if (package / "pyproject.toml").exists() else Path.cwd()
    if os.geteuid() != 0:
        return base / "var"
    word = re.sub(r"[^a-z0-9]+", "-", base.name.lower()).strip("-") or "liuke"
    return FOR_ROOT / f"{word}-{hashlib.sha256(bytes(base)).hexdigest()[:6]}"


def _start_again(installation: Installation) -> NoReturn:
    """Another process made the installation at the same moment: this one begins anew, with the other's secrets."""
    for name in [*FRESH, *(["LIUKE_DATABASE_URL"] if installation.own_database else [])]:
        os.environ.pop(name, None)
    os.execv(sys.executable, sys.orig_argv)


def _write_secret(path: Path, value: str) -> bool:
    """Appear at once with its whole content, for our account only. False when there is one, which is never replaced."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        make_home(path.parent.parent)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(value + "\n")
        os.link(fresh, path)
    except FileExistsError:
        return False
    except OSError as error:
        raise Trouble(f"Cannot write to {path.parent}: {error.strerror}.") from error
    finally:
        with suppress(OSError):  # where nothing could be written, nothing is to be taken away
            fresh.unlink()
    return True
