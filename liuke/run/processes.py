"""How each process of an installation is started."""

import errno
import os
import socket
import sys
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from liuke.kit import env
from liuke.run.errors import Trouble

THREADS = 4  # of each web process; one thread halves the orders per second
REQUESTS_WAITING = 256


def web(host: str, port: int) -> list[str]:
    """Django under granian: LIUKE_WEB_PROCESSES (2) processes of four threads."""
    processes = env.number("LIUKE_WEB_PROCESSES", 2, least=1, most=64)
    options = {
        "--interface": "wsgi",
        "--host": host,
        "--port": str(port),
        "--workers": str(processes),
        "--blocking-threads": str(THREADS),
        "--backpressure": str(REQUESTS_WAITING),
        "--http": "1",
        "--workers-kill-timeout": "3",
        "--respawn-interval": "0.5",
        "--log-level": "warning",
    }
    flags = [word for pair in options.items() for word in pair]
    return [*_python("granian"), *flags, "--no-ws", "--respawn-failed-workers", "liuke.config.wsgi:application"]


def worker() -> list[str]:
    """The runner of jobs."""
    return _python("liuke.run.worker")


def push(host: str, port: int) -> list[str]:
    """The server of live page updates."""
    return [*_python("liuke.run.push"), host, str(port)]


def ready(*, demo: bool) -> list[str]:
    """The maker of tables, and of the demo brand."""
    return [*_python("liuke.run.ready"), *(["--demo"] if demo else [])]


def must_be_free(host: str, port: int, option: str) -> None:
    """Say in a sentence why we cannot listen there, before anything is started."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise Trouble(
                    f"Port {port} on {host} is taken; end what uses it, or choose another with {option}."
                ) from error
            raise Trouble(f"Cannot listen on {host} port {port}: {error.strerror or error}.") from error
        except OverflowError as error:
            raise Trouble(f"{port} is not a port; choose one from 1 to 65535 with {option}.") from error


def prepare(data: Path) -> None:
    """What the processes expect of the data directory, and of the settings: a wrong one stops the start right here."""
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(data / "metrics")
    for name in ("metrics", "static", "media"):
        (data / name).mkdir(parents=True, exist_ok=True)
    for file in (data / "metrics").glob("*.db"):
        if not _runs(file.stem.rsplit("_", 1)[-1]):
            file.unlink(missing_ok=True)
    if not settings.SECRET_KEY:
        raise ImproperlyConfigured("LIUKE_SECRET_KEY is empty.")


def _runs(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True


def _python(module: str) -> list[str]:
    return [sys.executable, "-m", module]
