"""Whose account PostgreSQL runs under, and where that account can reach. PostgreSQL refuses to run as root."""

import os
import pwd
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from liuke.run import leash
from liuke.run.errors import Trouble

CANDIDATES = ("liuke", "postgres", "nobody")
LOOK_SECONDS = 20


@dataclass(frozen=True)
class Account:
    """An account that is not root. `uid_gid` is None when it is simply ours."""

    name: str
    uid_gid: tuple[int, int] | None = None

    def can_run(self, program: Path) -> bool:
        """Whether this account may start the program, tried rather than guessed from permission bits."""
        if self.uid_gid is None:
            return os.access(program, os.X_OK)
        trial = leash.spawn([program, "--version"], uid_gid=self.uid_gid, cwd="/", output=subprocess.DEVNULL)
        return trial.wait(LOOK_SECONDS) == 0

    def can_enter(self, directory: Path) -> bool:
        """Whether this account may work in the directory, tried likewise."""
        if self.uid_gid is None:
            return os.access(directory, os.W_OK | os.X_OK)
        return self._finds("-w", directory / ".")

    def closed(self, directory: Path) -> Path | None:
        """The outermost directory on the way to this one that the account may not pass through."""
        way = (*reversed(directory.parents), directory)
        return next((path for path in way if self.uid_gid and not self._finds("-x", path)), None)

    def own(self, directory: Path, *, mode: int = 0o700) -> None:
        """Make a directory that belongs to this account; one that exists must be its own already."""
        try:
            directory.mkdir(mode=mode)
        except FileExistsError:
            self._must_be_mine(directory)
            return
        except OSError as error:
            raise Trouble(f"Cannot write to {directory.parent}: {error.strerror}.") from error
        directory.chmod(mode)
        if self.uid_gid:
            os.chown(directory, *self.uid_gid)

    def _finds(self, what: str, path: Path) -> bool:
        trial = leash.spawn(["test", what, path], uid_gid=self.uid_gid, cwd="/", output=subprocess.DEVNULL)
        return trial.wait(LOOK_SECONDS) == 0

    def _must_be_mine(self, directory: Path) -> None:
        found = directory.lstat()
        mine = self.uid_gid[0] if self.uid_gid else os.geteuid()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != mine or found.st_mode & 0o022:
            raise Trouble(f"{directory} is not a directory that belongs to the account {self.name} alone; remove it.")


def make_home(home: Path) -> None:
    """Make a data directory. Nobody else may look into it; when we are root, PostgreSQL's account may pass through.

    An empty one that root made before (mktemp -d) is opened for passing through too; one that holds anything stays as
    it is, for it may be more than ours.
    """
    missing = [path for path in (home, *home.parents) if not path.exists()]
    try:
        for path in reversed(missing):
            path.mkdir(exist_ok=True)
            path.chmod(0o755)
        if missing or (os.geteuid() == 0 and not any(home.iterdir())):
            home.chmod(0o711 if os.geteuid() == 0 else 0o700)
    except OSError as error:
        raise Trouble(f"Cannot write to {home}: {error.strerror}.") from error


def service_account() -> Account:
    """Ours, or as root LIUKE_PG_USER or the first of liuke, postgres, nobody that exists."""
    if os.geteuid() != 0:
        return Account(f"of uid {os.geteuid()}")
    wanted = os.environ.get("LIUKE_PG_USER")
    for name in (wanted,) if wanted else CANDIDATES:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        if found.pw_uid != 0:
            return Account(name, (found.pw_uid, found.pw_gid))
    raise Trouble(f"PostgreSQL must not run as root, and there is no account {wanted or 'for it'}; set LIUKE_PG_USER.")
