"""What a file is, its content says; what it is called, we say; and nobody reads it in the storage."""

import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from liuke.kit import files
from liuke.kit.files import FileKind, FileTooLarge, NotAllowed, name_for
from liuke.kit.pictures import MEGABYTE


def office(*names, encrypted=False):
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as packed:
        for name in names:
            packed.writestr(name, "x")
    found = bytearray(data.getvalue())
    if encrypted:
        at = found.index(b"PK\x01\x02")
        found[at + 8] |= 1
    return bytes(found)


PDF = b"%PDF-1.7\nwords\n%%EOF\n"
ALLOWED = {
    FileKind.PDF: PDF, FileKind.WORD: office("[Content_Types].xml", "word/document.xml"),
    FileKind.SHEET: office("[Content_Types].xml", "xl/workbook.xml"),
    FileKind.SLIDES: office("[Content_Types].xml", "ppt/presentation.xml"),
    FileKind.TEXT: "订单 8821\n".encode("gb18030"),
    FileKind.FILM: b"\x00\x00\x00\x18ftypmp42\x00\x00",
}
REFUSED = {
    "a program": b"MZ\x90\x00", "an archive": office("a.txt"), "macros": office(
        "[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
    "a locked document": office("[Content_Types].xml", "word/document.xml", encrypted=True),
    "half a PDF": b"%PDF-1.7\nwords", "nothing": b"", "bytes": b"abc\x00def", "half an archive": b"PK\x03\x04abc",
}


@pytest.mark.parametrize("kind", ALLOWED)
def test_each_kind_that_is_taken_is_known_by_its_content(kind):
    assert files.kind_of(ALLOWED[kind]) == kind


@pytest.mark.parametrize("what", REFUSED)
def test_whatever_else_it_is_it_is_refused(what):
    with pytest.raises(NotAllowed):
        files.kind_of(REFUSED[what])


@given(st.text())
def test_a_name_has_no_folders_and_no_ending_of_its_own(name):
    safe = name_for(name, FileKind.PDF)

    assert safe.endswith(".pdf")
    assert not set(safe) & set('/\\<>:"|?*\n\r\x00')
    assert 4 < len(safe) <= files.NAME_CHARACTERS + 4


def test_it_is_sealed_in_the_storage_and_handed_out_as_a_download(db):
    with files.kept(BytesIO(PDF), name="../../发票.exe") as stored:
        pass

    with default_storage.open(stored.file) as lying:
        assert b"words" not in lying.read()
    answer = files.answer(stored.file, kind=stored.kind, name=stored.name)
    assert (answer.content, answer["Content-Type"]) == (PDF, "application/pdf")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"] == "attachment; filename*=UTF-8''%E5%8F%91%E7%A5%A8.pdf"
    files.remove(stored.file)


def test_too_heavy_is_refused_and_what_fails_leaves_nothing(db):
    with pytest.raises(FileTooLarge):
        files.keep(BytesIO(bytes(files.MOST_BYTES + 1)), name="a")
    block = files.kept(BytesIO(PDF), name="a.pdf")
    stored = block.__enter__()
    assert not block.__exit__(RuntimeError, RuntimeError(), None)        # the error goes on

    assert not default_storage.exists(stored.file)
    assert files.MOST_BYTES == 20 * MEGABYTE


def test_what_no_row_names_goes_after_a_day(db):
    named, orphan = (files.keep(BytesIO(PDF), name="a.pdf").file for _each in range(2))
    now = timezone.now()

    assert files.sweep(used=lambda found: {named} & set(found), now=now) == 0
    files.sweep(used=lambda found: {named} & set(found), now=now + timedelta(days=2))

    assert (default_storage.exists(named), default_storage.exists(orphan)) == (True, False)
    files.remove(named)
