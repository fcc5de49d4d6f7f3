"""Files that people send beside pictures: known by their content, sealed, and handed out as downloads only.

PDF, Office documents without macros, plain text and short films. Anything else is refused, archives too: nobody can
say what is in them. The name a person gave is kept for people; the ending is ours.
"""

import secrets
import zipfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from io import BytesIO
from typing import IO
from urllib.parse import quote

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.utils.translation import gettext as _

from liuke.kit import crypto, pictures
from liuke.kit.db import require_no_transaction
from liuke.kit.errors import BadInput, NotYours
from liuke.kit.pictures import MEGABYTE, MOST_SWEPT, ORPHANED_AFTER, Folder

MOST_BYTES = 20 * MEGABYTE
MOST_UNPACKED, MOST_MEMBERS = 200 * MEGABYTE, 5_000      # of an Office document
NAME_CHARACTERS = 80
FOLDER = "files"


class FileKind(StrEnum):
    """What a file is; the value is the ending of its name."""

    PDF = "pdf"
    WORD = "docx"
    SHEET = "xlsx"
    SLIDES = "pptx"
    TEXT = "txt"
    FILM = "mp4"


TYPES = {
    FileKind.PDF: "application/pdf", FileKind.TEXT: "text/plain; charset=utf-8", FileKind.FILM: "video/mp4",
    FileKind.WORD: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.SHEET: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.SLIDES: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
OFFICE = {"word/": FileKind.WORD, "xl/": FileKind.SHEET, "ppt/": FileKind.SLIDES}
MACROS = ("vbaproject.bin", "vbadata.xml")
FILMS = (b"isom", b"iso2", b"mp41", b"mp42", b"avc1", b"M4V ", b"qt  ", b"3gp", b"MSNV")
PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")


class FileTooLarge(BadInput):
    """The file is heavier than we take."""

    code = "file_too_large"


class NotAllowed(BadInput):
    """Only pictures, PDF, Office documents without macros, plain text and MP4 are taken."""

    code = "file_not_allowed"


@dataclass(frozen=True)
class StoredFile:
    """A file in the storage. `file` is its name there, `name` what people call it, with the ending of its kind."""

    file: str
    kind: FileKind
    name: str
    size: int


def is_picture(data: bytes) -> bool:
    """Whether these first bytes are a picture's; `kit.pictures` then looks closer."""
    return data.startswith(PICTURES)


@contextmanager
def kept(upload: IO[bytes], *, name: str) -> Iterator[StoredFile]:
    """Store the file before the block, and take it away again when the block raises.

    Raises FileTooLarge, NotAllowed.
    """
    stored = keep(upload, name=name)
    try:
        yield stored
    except BaseException:
        remove(stored.file)
        raise


def keep(upload: IO[bytes], *, name: str) -> StoredFile:
    """Check by content, seal and store; twice is two files. Never inside a transaction."""
    require_no_transaction()
    data = upload.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise FileTooLarge(_("文件太大，最多 %(most)s MB。") % {"most": MOST_BYTES // MEGABYTE})
    kind = kind_of(data)
    word = secrets.token_hex(16)
    file = f"{FOLDER}/{word[:2]}/{word}.bin"
    default_storage.save(file, ContentFile(crypto.seal(data)))
    return StoredFile(file, kind, name_for(name, kind), len(data))


def kind_of(data: bytes) -> FileKind:
    """What the content is, whatever its name says. Raises NotAllowed."""
    if data.startswith(b"%PDF-") and b"%%EOF" in data[-2048:]:
        return FileKind.PDF
    if data.startswith(b"PK\x03\x04") and (office := _office(data)):
        return office
    if data[4:8] == b"ftyp" and data[8:12].startswith(FILMS):
        return FileKind.FILM
    if data and not data.startswith((b"%PDF-", b"MZ")) and _is_text(data):
        return FileKind.TEXT
    raise NotAllowed(_("只收图片、PDF、不含宏的 Office 文档、纯文本和 MP4 视频。"))


def _office(data: bytes) -> FileKind | None:
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            members = packed.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return None
    names = [member.filename.lower() for member in members]
    hidden = any(member.flag_bits & 1 for member in members) or any(name.endswith(MACROS) for name in names)
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_UNPACKED or hidden:
        return None
    if "[content_types].xml" not in names:
        return None
    return next((kind for folder, kind in OFFICE.items() if any(name.startswith(folder) for name in names)), None)


def _is_text(data: bytes) -> bool:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return all(sign >= " " or sign in "\t\r\n\f" for sign in text)
    return False


def name_for(name: str, kind: FileKind) -> str:
    """What people call the file: without folders and control signs, and with the ending of what it really is."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    stem = "".join(sign for sign in last.rpartition(".")[0] or last if sign.isprintable() and sign not in '<>:"|?*')
    return f"{stem.strip(' .')[:NAME_CHARACTERS] or 'file'}.{kind}"


def remove(file: str) -> None:
    """Take it out of the storage; again is nothing. Never inside a transaction."""
    default_storage.delete(file)


def content(file: str) -> bytes:
    """The bytes as they were sent. Raises NotYours when it is gone."""
    try:
        with default_storage.open(file) as stored:
            return crypto.unseal(stored.read())
    except FileNotFoundError as error:
        raise NotYours(_("文件已经不在了")) from error


def answer(file: str, *, kind: str, name: str) -> HttpResponse:
    """A download for whom the caller has let in: never shown by the browser, never kept on the way. Raises NotYours."""
    response = HttpResponse(content(file), content_type=TYPES[FileKind(kind)])
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def sweep(*, used: Callable[[Collection[str]], Collection[str]], now: datetime, most: int = MOST_SWEPT) -> int:
    """Take files away that no row names, a day after they were stored; returns how many. See `pictures.sweep`."""
    require_no_transaction()
    swept = 0
    for shelf in pictures.listed(FOLDER)[0]:
        there = {f"{FOLDER}/{shelf}/{name}" for name in pictures.listed(f"{FOLDER}/{shelf}")[1]}
        for file in sorted(there.difference(used(there))):
            if swept == most:
                return swept
            if default_storage.get_modified_time(file) < now - ORPHANED_AFTER:
                remove(file)
                swept += 1
    return swept


@contextmanager
def kept_any(upload: IO[bytes], *, name: str) -> "Iterator[StoredFile | pictures.Stored]":
    """As `kept`, and a picture is drawn again among the private ones; what it is, its content says.

    Raises FileTooLarge, NotAllowed, and what `pictures.keep` raises.
    """
    head = upload.read(16)
    upload.seek(0)
    if is_picture(head):
        with pictures.kept(upload, folder=Folder.PRIVATE) as picture:
            yield picture
    else:
        with kept(upload, name=name) as stored:
            yield stored
