"""Threads of the worker that let handlers see the facts which wait: one hears the bell, the others work facts off."""

import queue
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import structlog
from django.db import connection

from liuke.kit.db import conninfo
from liuke.timeline.reactor import BELL, work_off

LANES = 2                # so that one slow handler does not stop the other facts
LOOK_SECONDS = 1.0       # unasked: for what is to be tried again, and while there is no line for the bell
GATHER_SECONDS = 0.05    # after a ring, before the next: what comes meanwhile is worked off together
AGAIN_SECONDS = 1.0      # after trouble
STOP_SECONDS = 0.4       # with the jobs' three, less than the supervisor waits; the next worker does what takes longer
log = structlog.get_logger(__name__)


@contextmanager
def open_lanes() -> Iterator[None]:
    """Facts are worked off inside of this block; at its end, lanes finish what they have in hand."""
    stop, rung = threading.Event(), queue.SimpleQueue[None]()
    works = (_listen, *[_lane] * LANES)
    bell, *lanes = (threading.Thread(target=work, args=(stop, rung), daemon=True) for work in works)
    for thread in (bell, *lanes):
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for _lane_that_waits in lanes:
            rung.put(None)
        until = time.monotonic() + STOP_SECONDS
        for lane in lanes:
            lane.join(max(0.0, until - time.monotonic()))


def _lane(stop: threading.Event, rung: "queue.SimpleQueue[None]") -> None:
    """Whatever goes wrong is told, and tried again: what was claimed is due again by itself."""
    while not stop.is_set():
        try:
            while not stop.is_set() and _worked_off():
                pass
            rung.get(timeout=LOOK_SECONDS)
        except queue.Empty:
            continue
        except Exception:
            log.exception("lane_troubled")
            connection.close()
            stop.wait(AGAIN_SECONDS)
    connection.close()


def _worked_off() -> int:
    began = time.perf_counter()
    facts = work_off()
    if facts:
        log.info("facts_worked_off", facts=facts, seconds=round(time.perf_counter() - began, 3))
    return facts


def _listen(stop: threading.Event, rung: "queue.SimpleQueue[None]") -> None:
    while not stop.is_set():
        try:
            with psycopg.connect(conninfo(), autocommit=True, connect_timeout=5) as line:
                line.execute(f"LISTEN {BELL}")
                while not stop.is_set():
                    for _ in line.notifies(timeout=LOOK_SECONDS, stop_after=1):
                        if rung.empty():
                            rung.put(None)
                        stop.wait(GATHER_SECONDS)
        except psycopg.Error as error:
            log.warning("bell_away", error=type(error).__name__)
            stop.wait(AGAIN_SECONDS)
