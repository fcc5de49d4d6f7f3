"""A real IMAP server for tests: Debian's dovecot on a free port, with one mailbox in a directory of its own."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from liuke.channels.imap import ImapInbox

USER, PASSWORD = "service", "geheim"
CONFIG = """
base_dir = {home}/run
state_dir = {home}/run
log_path = {home}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{home}/mail
mail_uid = {owner}
mail_gid = {group}
first_valid_uid = 1
first_valid_gid = 1
default_internal_user = {internal}
default_login_user = {login}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={owner} gid={group} home={home}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
"""
PROGRAM = shutil.which("dovecot") or ("/usr/sbin/dovecot" if Path("/usr/sbin/dovecot").exists() else None)
needs_dovecot = pytest.mark.skipif(PROGRAM is None, reason="dovecot is not installed: apt-get install dovecot-imapd")


class Dovecot:
    """The server's mailbox as files: `put` is what a delivery does."""

    def __init__(self, home: Path, port: int, uid: int) -> None:
        self.home, self.port, self.uid, self.delivered = home, port, uid, 0

    @property
    def url(self) -> str:
        return f"imap://{USER}:{PASSWORD}@127.0.0.1:{self.port}"

    def inbox(self) -> ImapInbox:
        return ImapInbox("127.0.0.1", self.port, USER, PASSWORD, encrypted=False)

    def put(self, raw: bytes) -> None:
        self.delivered += 1
        name = f"{time.time():.6f}.{self.delivered:06}.test"
        temporary = self.home / "mail" / "tmp" / name
        temporary.write_bytes(raw)
        if os.getuid() == 0:
            os.chown(temporary, self.uid, -1)
        temporary.rename(self.home / "mail" / "new" / name)

    def flags(self) -> list[bool]:
        """Of every mail, in order, whether it is marked as read."""
        with self.inbox() as inbox:
            return [head.seen for head in inbox.heads(inbox.uids("ALL"))]


def free_port() -> int:
    """One that nobody listens on right now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextmanager
def running():
    """A server with an empty mailbox."""
    home = Path(tempfile.mkdtemp(prefix="liuke-dovecot-"))
    root = os.getuid() == 0
    person = pwd.getpwnam("mail") if root else pwd.getpwuid(os.getuid())
    me = person.pw_name
    home.chmod(0o755)
    for folder in ("run", "mail", "mail/new", "mail/cur", "mail/tmp"):
        (home / folder).mkdir()
        if root and folder != "run":
            os.chown(home / folder, person.pw_uid, person.pw_gid)
    port = free_port()
    config = home / "dovecot.conf"
    config.write_text(CONFIG.format(
        home=home, port=port, owner=me, group=person.pw_gid, password=PASSWORD,
        internal="dovecot" if root else me, login="dovenull" if root else me))
    process = subprocess.Popen([PROGRAM, "-F", "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        _wait(port, process, home)
        yield Dovecot(home, port, person.pw_uid)
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.stderr.close()
        shutil.rmtree(home, ignore_errors=True)


def _wait(port: int, process: subprocess.Popen, home: Path) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        assert process.poll() is None, process.stderr.read().decode()
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            if connection.recv(20).startswith(b"* OK"):
                return
        time.sleep(0.05)
    raise AssertionError((home / "log").read_text() if (home / "log").exists() else "dovecot does not answer")
