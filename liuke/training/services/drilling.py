"""Talks with simulated customers: scripts, a talk of one's own, a candidate's by a link, and forgetting candidates."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from liuke.kit import crypto
from liuke.kit.db import require_transaction
from liuke.kit.errors import BadInput, NotYours, Refused
from liuke.training import drills, queries
from liuke.training.models import Course, Drill, DrillLine, DrillScript
from liuke.training.rules import (
    CANDIDATE_DAYS,
    FORGET_BATCH,
    INVITED_DAYS,
    MOST_SAID,
    MOST_SCRIPTS,
    NAME_CHARACTERS,
    SCRIPT_CHARACTERS,
)
from liuke.training.services import courses


class DrillEnded(Refused):
    """The talk is over."""

    code = "drill_ended"


class MovedOn(Refused):
    """The talk has gone on elsewhere: read the newest message first."""

    code = "drill_moved_on"


def save_script(*, text: str, staff_id: int | None, now: datetime, script_id: int | None = None,
                active: bool = True) -> DrillScript:
    """Write a script or change it; talks that were begun keep what they began with. Raises BadScript, BadInput."""
    require_transaction()
    if len(text) > SCRIPT_CHARACTERS or "\x00" in text:
        raise BadInput(_("内容太长，最多 %(most)s 个字。") % {"most": SCRIPT_CHARACTERS})
    name = drills.script_of(text).title
    if DrillScript.objects.filter(name=name).exclude(pk=script_id or 0).exists():
        raise BadInput(_("已有同名的剧本。"))
    if script_id is None and DrillScript.objects.count() >= MOST_SCRIPTS:
        raise BadInput(_("剧本太多了，请先停用一些。"))
    row = DrillScript.objects.select_for_update().get(pk=script_id) if script_id else DrillScript()
    row.name, row.text, row.active, row.saved_at, row.saved_by_id = name, text, active, now, staff_id
    row.save()
    return row


def begin(*, script_id: int, staff_id: int, now: datetime) -> Drill:
    """Begin a talk, or go on with the one of this script that is open."""
    require_transaction()
    script = _script(script_id)
    known = Drill.objects.filter(script=script, staff_id=staff_id, ended_at=None).order_by("-pk").first()
    return known or Drill.objects.create(script=script, text=script.text, staff_id=staff_id, made_at=now, began_at=now)


def invite(*, script_id: int, name: str, by_id: int, now: datetime) -> tuple[Drill, str]:
    """A link for a candidate: the drill, and the secret of its address, which is kept nowhere else."""
    require_transaction()
    title = " ".join(name.split())
    if not 0 < len(title) <= NAME_CHARACTERS:
        raise BadInput(_("请填写名称，最多 %(most)s 个字。") % {"most": NAME_CHARACTERS})
    script, token = _script(script_id), secrets.token_urlsafe(24)
    row = Drill.objects.create(
        script=script, text=script.text, candidate_enc=crypto.encrypt(title), token_hash=_hash(token),
        invited_by_id=by_id, made_at=now, works_until_at=now + timedelta(days=INVITED_DAYS))
    return row, token


def invited(*, token: str, now: datetime) -> Drill:
    """The talk behind a link. Raises NotYours for one that never was or has run out."""
    row = Drill.objects.select_related("script").filter(token_hash=_hash(token), staff=None).first()
    if row is None or row.works_until_at is None or (row.ended_at is None and now >= row.works_until_at):
        raise NotYours
    return row


def start(*, drill_id: int, now: datetime) -> Drill:
    """The candidate is ready: the customer speaks, and time counts. Again is nothing."""
    require_transaction()
    row = Drill.objects.select_for_update().get(pk=drill_id)
    if row.began_at is None:
        row.began_at = now
        row.save(update_fields=["began_at"])
    return row


def say(*, drill_id: int, text: str, number: int, now: datetime) -> Drill:
    """The trainee's message `number` (from 1); the customer answers at once. The same again is the same.

    Raises DrillEnded, MovedOn when the talk is elsewhere, BadInput.
    """
    require_transaction()
    words = text.strip()
    if not 0 < len(words) <= MOST_SAID or "\x00" in words:
        raise BadInput(_("请填写内容，最多 %(most)s 个字。") % {"most": MOST_SAID})
    row = Drill.objects.select_for_update().get(pk=drill_id)
    said = {line.number: line for line in row.lines.all()}
    if number in said and crypto.decrypt(said[number].text_enc) == words:
        return row
    if row.ended_at is not None or row.began_at is None:
        raise DrillEnded(_("这次演练已经结束。"))
    if number != len(said) + 1:
        raise MovedOn(_("对话已经往前走了，请看过最新的消息再回复。"))
    since = queries.waiting_since(row) or now
    DrillLine.objects.create(drill=row, number=number, text_enc=crypto.encrypt(words), at=now,
                             seconds=max(int((now - since).total_seconds()), 0))
    return _settle(row, now=now)


def give_up(*, drill_id: int, now: datetime) -> Drill:
    """Stop before the end: the customer was left alone. Again is nothing."""
    require_transaction()
    row = Drill.objects.select_for_update().get(pk=drill_id)
    if row.ended_at is None:
        _end(row, drills.LEFT, queries.talk(row).played.score, passed=False, now=now)
    return row


def _settle(row: Drill, *, now: datetime) -> Drill:
    played = queries.talk(row).played
    if played.end:
        _end(row, played.end, played.score, passed=played.passed, now=now)
        if row.staff_id and played.passed:
            for course in Course.objects.filter(drill_id=row.script_id).exclude(published_at=None).select_related(
                    "programme").order_by("pk"):
                courses.certify(course=course, staff_id=row.staff_id, now=now)
    return row


def _end(row: Drill, end: str, score: int, *, passed: bool, now: datetime) -> None:
    row.end, row.score, row.passed, row.ended_at = end, score, passed, now
    row.save(update_fields=["end", "score", "passed", "ended_at"])


def forget_candidates(*, now: datetime, limit: int = FORGET_BATCH) -> int:
    """Candidates' names and words go after a while, scores stay; returns how many were forgotten."""
    require_transaction()
    old = Drill.objects.filter(staff=None, made_at__lt=now - timedelta(days=CANDIDATE_DAYS)).exclude(candidate_enc=b"")
    ids = list(old.order_by("pk").values_list("pk", flat=True)[:limit])
    DrillLine.objects.filter(drill_id__in=ids).delete()
    Drill.objects.filter(pk__in=ids).update(candidate_enc=b"", token_hash=None)
    return len(ids)


def _script(script_id: int) -> DrillScript:
    row = DrillScript.objects.filter(pk=script_id, active=True).first()
    if row is None:
        raise BadInput(_("没有这个演练剧本。"))
    return row


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
