"""Pictures that people upload: known by their content, drawn again in three sizes, kept under names nobody can guess.

What was uploaded is never stored itself, so nothing hides behind the pixels: no place, no camera, no second file.
"""

import re
import secrets
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import IO

from django.apps import apps
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.utils.translation import gettext as _

from liuke.kit.db import require_no_transaction
from liuke.kit.errors import BadInput, NotYours

MEGABYTE = 1024 * 1024
MOST_BYTES = 10 * MEGABYTE
MOST_PIXELS = {"JPEG": 50_000_000, "MPO": 50_000_000, "PNG": 25_000_000, "WEBP": 25_000_000}   # JPEG is read smaller
JPEG, WEBP = "jpg", "webp"
ORPHANED_AFTER = timedelta(days=1)       # since it was stored; its row is written in the same minute
MOST_SWEPT = 10_000                      # of one night
OURS = re.compile(r"([0-9a-f]{32})-(?:small|medium|large)\.(?:webp|jpg)")


class Folder(StrEnum):
    """Where a picture lies, and so who may see it: everybody, or whom a door of its own lets in."""

    PUBLIC = "pictures"
    PRIVATE = "photos"


class Size(StrEnum):
    """All three exist of every picture; a small one is not blown up."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


EDGES = {Size.SMALL: (480, WEBP), Size.MEDIUM: (960, WEBP), Size.LARGE: (1600, JPEG)}    # longest edge in pixels
TYPES = {WEBP: "image/webp", JPEG: "image/jpeg"}


class PictureTooLarge(BadInput):
    """The file is too heavy, or has more pixels than we open."""

    code = "picture_too_large"


class NotAPicture(BadInput):
    """Only JPEG, PNG and WebP are taken, and only whole ones."""

    code = "not_a_picture"


@dataclass(frozen=True)
class Stored:
    """A picture in the storage. `file` is its name without size and ending; width and height are the largest's."""

    file: str
    width: int
    height: int


@contextmanager
def kept(upload: IO[bytes], *, folder: Folder) -> Iterator[Stored]:
    """Store the picture before the block, and take it away again when the block raises.

    `with kept(file, folder=...) as picture, transaction.atomic(durable=True): ...` leaves no file without its row.
    Raises PictureTooLarge, NotAPicture.
    """
    picture = keep(upload, folder=folder)
    try:
        yield picture
    except BaseException:
        remove(picture.file)
        raise


def keep(upload: IO[bytes], *, folder: Folder) -> Stored:
    """Check, draw again and store; twice is two pictures. Never inside a transaction: the storage may be far away."""
    from liuke.kit import drawing  # noqa: PLC0415  Pillow takes 10 MB of a process that may never need it

    require_no_transaction()
    image = drawing.opened(upload)
    word = secrets.token_hex(16)
    file = f"{folder}/{word[:2]}/{word}"
    try:
        for size in Size:
            data, width, height = drawing.drawn(image, size)
            default_storage.save(name_of(file, size), ContentFile(data))
    except BaseException:
        remove(file)
        raise
    return Stored(file, width, height)


def remove(file: str) -> None:
    """Take all sizes out of the storage; again is nothing. Never inside a transaction."""
    for size in Size:
        default_storage.delete(name_of(file, size))


def name_of(file: str, size: Size) -> str:
    """What the storage calls this size."""
    return f"{file}-{size}.{EDGES[size][1]}"


def url(file: str, size: Size = Size.MEDIUM) -> str:
    """Where everybody finds a public picture; a private one has a door of its own."""
    return settings.MEDIA_URL + name_of(file, size)


def answer(file: str, size: Size) -> HttpResponse:
    """A picture for whom the caller has let in; nobody on the way may keep it. Raises NotYours when it is gone."""
    name = name_of(file, size)
    try:
        with default_storage.open(name) as stored:
            response = HttpResponse(stored.read(), content_type=TYPES[EDGES[size][1]])
    except FileNotFoundError as error:
        raise NotYours(_("图片已经不在了")) from error
    response["Cache-Control"] = "private, max-age=3600" if file.startswith(Folder.PRIVATE) else (
        "public, max-age=31536000, immutable")
    response["X-Content-Type-Options"] = "nosniff"
    return response


def used(files: Collection[str]) -> set[str]:
    """Those of the pictures and files that some row names, whichever module's it is (settings.LIUKE_PICTURES)."""
    tables = [apps.get_model(label) for label in settings.LIUKE_PICTURES]
    return {file for table in tables
            for file in table.objects.filter(file__in=files).values_list("file", flat=True)}


def sweep(*, used: Callable[[Collection[str]], Collection[str]], now: datetime, most: int = MOST_SWEPT) -> int:
    """Take pictures away that no row names, a day after they were stored; returns how many.

    A process that is killed between storing and committing leaves such. `used` tells which of some names rows have.
    Looks through the whole storage, so once a night is enough. Never inside a transaction.
    """
    require_no_transaction()
    swept = 0
    for folder in Folder:
        for shelf in listed(folder)[0]:
            names = listed(f"{folder}/{shelf}")[1]
            there = {f"{folder}/{shelf}/{found[1]}" for name in names if (found := OURS.fullmatch(name))}
            for file in sorted(there.difference(used(there))):
                if swept == most:
                    return swept
                if _stored_before(file, now - ORPHANED_AFTER):
                    remove(file)
                    swept += 1
    return swept


def listed(path: str) -> tuple[list[str], list[str]]:
    """Folders and files below; nothing when there is no such place."""
    try:
        return default_storage.listdir(path)
    except FileNotFoundError:
        return [], []


def _stored_before(file: str, moment: datetime) -> bool:
    """Whether all that there is of it is so old; what is gone meanwhile is not."""
    found = [name for size in Size if default_storage.exists(name := name_of(file, size))]
    return bool(found) and all(default_storage.get_modified_time(name) < moment for name in found)
