"""Pictures: known by content, drawn again, and nothing of what was hidden in them is kept."""

import zlib
from io import BytesIO
from struct import pack

import pytest
from django.core.files.storage import default_storage
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from liuke.kit import drawing, pictures
from liuke.kit.errors import NotYours
from liuke.kit.pictures import Folder, NotAPicture, PictureTooLarge, Size

RED, BLUE = (200, 30, 30), (20, 40, 220)
ORIENTATION, GPS, CAMERA = 0x0112, 0x8825, 0x0110


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def file(kind="PNG", *, mode="RGB", size=(40, 20), colour=RED, **save):
    out = BytesIO()
    Image.new(mode, size, colour).save(out, kind, **save)
    return BytesIO(out.getvalue())


def half_and_half():
    """Red on the left, blue on the right."""
    image = Image.new("RGB", (64, 32), RED)
    image.paste(BLUE, (32, 0, 64, 32))
    return image


def close(pixel, colour):
    return all(abs(a - b) < 40 for a, b in zip(pixel[:3], colour, strict=True))


def read(name):
    with default_storage.open(name) as stored:
        return stored.read()


@pytest.mark.parametrize(("kind", "mode"), [
    ("JPEG", "RGB"), ("JPEG", "CMYK"), ("JPEG", "L"), ("PNG", "1"), ("PNG", "L"), ("PNG", "LA"), ("PNG", "P"),
    ("PNG", "RGBA"), ("PNG", "I;16"), ("WEBP", "RGB"), ("WEBP", "RGBA"),
])
def test_every_usual_kind_of_picture_is_kept_in_three_sizes(kind, mode):
    stored = pictures.keep(file(kind, mode=mode, size=(2000, 1000), colour=0), folder=Folder.PUBLIC)

    assert (stored.width, stored.height) == (1600, 800)
    found = {size: Image.open(BytesIO(read(pictures.name_of(stored.file, size)))) for size in Size}
    assert {size: (image.format, image.size) for size, image in found.items()} == {
        Size.SMALL: ("WEBP", (480, 240)), Size.MEDIUM: ("WEBP", (960, 480)), Size.LARGE: ("JPEG", (1600, 800)),
    }


def test_a_small_picture_is_not_blown_up():
    stored = pictures.keep(file(size=(40, 20)), folder=Folder.PUBLIC)

    assert {Image.open(BytesIO(read(pictures.name_of(stored.file, size)))).size for size in Size} == {(40, 20)}


def test_sixteen_bits_of_grey_stay_as_bright_as_they_were():
    assert drawing.opened(file(mode="I;16", colour=40_000)).getpixel((1, 1)) == (156, 156, 156)


def test_what_is_see_through_shows_paper_where_the_file_knows_no_transparency():
    stored = pictures.keep(file(mode="RGBA", colour=(0, 0, 0, 0)), folder=Folder.PUBLIC)

    assert Image.open(BytesIO(read(pictures.name_of(stored.file, Size.LARGE)))).getpixel((3, 3)) == (255, 255, 255)
    assert Image.open(BytesIO(read(pictures.name_of(stored.file, Size.SMALL)))).convert("RGBA").getpixel((3, 3))[3] == 0


@pytest.mark.parametrize(("orientation", "left", "top"), [
    (1, RED, None), (2, BLUE, None), (3, BLUE, None), (4, RED, None),
    (5, None, RED), (6, None, RED), (7, None, BLUE), (8, None, BLUE),
])
def test_a_picture_stands_upright_whatever_way_the_camera_was_held(orientation, left, top):
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    out = BytesIO()
    half_and_half().save(out, "JPEG", exif=exif, quality=95)

    image = drawing.opened(BytesIO(out.getvalue()))

    assert image.size == ((64, 32) if left else (32, 64))
    assert close(image.getpixel((8, 8)), left or top)


def test_place_camera_profile_and_comments_are_gone():
    exif = Image.Exif()
    exif[CAMERA] = "SECRET-CAMERA"
    exif.get_ifd(GPS)[2] = (30.0, 15.0, 1.0)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    source = file("JPEG", exif=exif, icc_profile=profile, comment=b"SECRET-COMMENT").getvalue() + b"<?php SECRET-TAIL"
    assert source.count(b"SECRET") == 3

    stored = pictures.keep(BytesIO(source), folder=Folder.PUBLIC)

    for size in Size:
        data = read(pictures.name_of(stored.file, size))
        assert b"SECRET" not in data
        assert not Image.open(BytesIO(data)).getexif()
        assert "icc_profile" not in Image.open(BytesIO(data)).info


def test_a_wide_profile_is_brought_over_and_a_broken_one_costs_nothing_else():
    same = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    assert close(drawing.opened(file("JPEG", icc_profile=same)).getpixel((3, 3)), RED)
    assert close(drawing.opened(file("JPEG", icc_profile=b"nonsense" * 40)).getpixel((3, 3)), RED)


@pytest.mark.parametrize("data", [
    b"", b"GIF89a" + bytes(40), b"%PDF-1.7", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff\xe0" + bytes(200), b"MZ" + bytes(500), b"RIFF\x10\0\0\0WEBPVP8 ",
], ids=["nothing", "gif", "pdf", "svg", "png-head", "jpeg-head", "exe", "webp-head"])
def test_what_is_no_picture_is_said_so(data, media):
    with pytest.raises(NotAPicture) as refused:
        pictures.keep(BytesIO(data), folder=Folder.PUBLIC)

    assert (refused.value.code, refused.value.status) == ("not_a_picture", 422)
    assert list(media.rglob("*")) == []


def test_a_picture_that_was_cut_off_is_refused():
    whole = file("JPEG", size=(600, 600)).getvalue()

    with pytest.raises(NotAPicture):
        drawing.opened(BytesIO(whole[:len(whole) // 2]))


def test_a_file_that_is_too_heavy_is_refused_before_it_is_opened():
    with pytest.raises(PictureTooLarge) as refused:
        drawing.opened(BytesIO(bytes(pictures.MOST_BYTES + 1)))

    assert (refused.value.code, refused.value.status) == ("picture_too_large", 422)


def bomb(width, height):
    """A sound PNG header that promises so many pixels, with a few bytes behind it."""
    def chunk(kind, data):
        return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))

    head = pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(99))) + chunk(b"IEND", b"")


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize(("width", "height"), [(5001, 5000), (12_000, 10_000), (30_000, 30_000), (2**31 - 1, 1)])
def test_a_bomb_is_refused_by_its_header(width, height):
    with pytest.raises(PictureTooLarge):
        drawing.opened(BytesIO(bomb(width, height)))


@settings(max_examples=150)
@given(st.data())
def test_no_bytes_break_the_door(data):
    source = data.draw(st.sampled_from([file(kind, size=(30, 30)).getvalue() for kind in ("PNG", "JPEG", "WEBP")]))
    broken = bytearray(source)
    for _ in range(data.draw(st.integers(1, 6))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))

    try:
        image = drawing.opened(BytesIO(bytes(broken)))
    except (NotAPicture, PictureTooLarge):
        return
    assert image.mode in ("RGB", "RGBA")


def test_names_cannot_be_guessed_and_two_uploads_of_one_file_are_two_pictures():
    names = {pictures.keep(file(), folder=Folder.PUBLIC).file for _ in range(3)}

    assert len(names) == 3
    assert all(len(name) == len("pictures/ab/") + 32 and name[9:11] == name[12:14] for name in names)


def test_a_block_that_fails_takes_its_file_away_and_one_that_ends_well_keeps_it(media):
    with pytest.raises(ZeroDivisionError), pictures.kept(file(), folder=Folder.PRIVATE):
        raise ZeroDivisionError
    assert [path for path in media.rglob("*") if path.is_file()] == []

    with pictures.kept(file(), folder=Folder.PRIVATE):
        pass
    assert len([path for path in media.rglob("*") if path.is_file()]) == 3


def test_removing_takes_all_sizes_and_again_is_nothing(media):
    stored = pictures.keep(file(), folder=Folder.PUBLIC)

    pictures.remove(stored.file)
    pictures.remove(stored.file)

    assert [path for path in media.rglob("*") if path.is_file()] == []
    with pytest.raises(NotYours):
        pictures.answer(stored.file, Size.SMALL)


def test_a_private_picture_is_kept_by_nobody_on_the_way_and_a_public_one_for_good():
    private = pictures.answer(pictures.keep(file(), folder=Folder.PRIVATE).file, Size.SMALL)
    public = pictures.answer(pictures.keep(file(), folder=Folder.PUBLIC).file, Size.LARGE)

    assert (private["Content-Type"], private["Cache-Control"]) == ("image/webp", "private, max-age=3600")
    assert (public["Content-Type"], public["Cache-Control"]) == (
        "image/jpeg", "public, max-age=31536000, immutable")
    assert private["X-Content-Type-Options"] == public["X-Content-Type-Options"] == "nosniff"
