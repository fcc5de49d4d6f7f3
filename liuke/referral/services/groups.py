"""Invitations to groups: made by staff with the group's QR code, ended by name or by their date."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from liuke.kit.db import require_transaction
from liuke.kit.errors import BadInput
from liuke.kit.jobs import later
from liuke.kit.pictures import Stored
from liuke.referral.guard import copy_findings
from liuke.referral.models import GroupInvitation

NAME_CHARACTERS, WORDS_CHARACTERS = 30, 200
LONGEST = timedelta(days=366)


class BadGroup(BadInput):
    """A group has a name and words within their lengths that promise no income (G14), and ends within a year.

    `about` is the field.
    """

    code = "referral_bad_group"

    def __init__(self, about: str, message: str) -> None:
        super().__init__(message)
        self.about = about


def invite(
    *, key: str, name: str, words: str, picture: Stored, ends_at: datetime, now: datetime, by_id: int | None = None,
) -> GroupInvitation:
    """From now on links may lead to this group. The same key again is the same invitation, with its first picture.

    Raises BadGroup, also for a key under which another group was invited.
    """
    require_transaction()
    name, words = name.strip(), words.strip()
    if not 0 < len(name) <= NAME_CHARACTERS or "\x00" in name:
        raise BadGroup("name", _("请填写群名，不超过30个字"))
    if len(words) > WORDS_CHARACTERS or "\x00" in words:
        raise BadGroup("words", _("说明不超过200个字"))
    for about, text in (("name", name), ("words", words)):
        if copy_findings([text]):
            raise BadGroup(about, _("群名和说明不能承诺收益或使用传销用语（G14）"))
    if not now < ends_at <= now + LONGEST:
        raise BadGroup("ends_at", _("有效期要在现在之后、一年以内"))
    row, made = GroupInvitation.objects.get_or_create(key=key, defaults={
        "name": name, "words": words, "file": picture.file, "ends_at": ends_at, "made_at": now, "made_by_id": by_id})
    if (row.name, row.words) != (name, words):
        raise BadGroup("name", _("刚才已用这张表单邀请了“%(name)s”，请再提交一次") % {"name": row.name})
    if not made:
        later("mall.remove_file", file=picture.file)
    return row


def renew(*, invitation_id: int, picture: Stored, ends_at: datetime, now: datetime) -> GroupInvitation:
    """The group has a new QR code; its links and posters stay. Raises BadGroup."""
    require_transaction()
    if not now < ends_at <= now + LONGEST:
        raise BadGroup("ends_at", _("有效期要在现在之后、一年以内"))
    row = GroupInvitation.objects.select_for_update().get(pk=invitation_id)
    later("mall.remove_file", file=row.file)
    row.file, row.ends_at, row.stopped_at = picture.file, ends_at, None
    row.save(update_fields=["file", "ends_at", "stopped_at"])
    return row


def stop(*, invitation_id: int, now: datetime) -> None:
    """Its links say that the invitation is over. Again is nothing."""
    require_transaction()
    GroupInvitation.objects.filter(pk=invitation_id, stopped_at=None).update(stopped_at=now)
