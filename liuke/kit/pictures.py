"""Pictures that people upload: known by their content, drawn again in three sizes, kept under names nobody can guess.

What was uploaded is never stored itself, so nothing hides behind the pixels: no place, no camera, no second file.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import IO

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
