"""The files that jobs have made for somebody."""

from datetime import datetime

from liuke.kit.errors import NotYours
from liuke.mall.models import MadeFile

MOST = 50


def made_files(staff_id: int, *, now: datetime) -> list[MadeFile]:
    """Those of this person that are still there, the newest first, without their content."""
    rows = MadeFile.objects.defer("content_enc").filter(staff=staff_id, expires_at__gt=now)
    return list(rows.order_by("-pk")[:MOST])


def made_file(file_id: int, *, staff_id: int) -> MadeFile:
    """One of this person's files; its content is read when it is asked for. Raises NotYours."""
    row = MadeFile.objects.defer("content_enc").filter(pk=file_id, staff=staff_id).first()
    if row is None:
        raise NotYours
    return row
