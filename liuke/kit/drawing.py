"""What `kit.pictures` does to the pixels. Only a process that opens a picture loads this, and Pillow with it."""

from contextlib import suppress
from io import BytesIO
from threading import Lock
from typing import IO

from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps

from liuke.kit.pictures import EDGES, MEGABYTE, MOST_BYTES, MOST_PIXELS, WEBP, NotAPicture, PictureTooLarge, Size

PAPER = (255, 255, 255)              # shows through where a picture is transparent
_one_at_a_time = Lock()              # an open picture may take 100 MB; a process opens one


def opened(upload: IO[bytes]) -> Image.Image:
    """The pixels, upright, in sRGB, no larger than we keep, with nothing else. Raises PictureTooLarge, NotAPicture."""
    data = upload.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise PictureTooLarge(_("图片不能超过 %(most)d MB") % {"most": MOST_BYTES // MEGABYTE})
    with _one_at_a_time:
        try:
            return _opened(data)
        except (PictureTooLarge, Image.DecompressionBombError) as error:
            raise PictureTooLarge(_("图片的像素太多，请缩小后再上传")) from error
        except Exception as error:   # whatever a decoder trips over in a stranger's bytes, they are no picture
            raise NotAPicture(_("请上传 JPEG、PNG 或 WebP 图片；这个文件不是图片或已损坏")) from error


def _opened(data: bytes) -> Image.Image:
    edge = EDGES[Size.LARGE][0]
    with Image.open(BytesIO(data), formats=["JPEG", "PNG", "WEBP"]) as image:
        if image.width * image.height > MOST_PIXELS[image.format or ""]:
            raise PictureTooLarge
        image.draft(None, (edge, edge))                          # a JPEG is read at an eighth to the whole
        image.load()
        ImageOps.exif_transpose(image, in_place=True)
        upright = _in_srgb(image)
    upright.thumbnail((edge, edge), Image.Resampling.LANCZOS, reducing_gap=2.0)
    clean = Image.new(upright.mode, upright.size)                # a new one has no EXIF, no profile, no comment
    clean.paste(upright)
    return clean


def _in_srgb(image: Image.Image) -> Image.Image:
    """RGB or RGBA; colours of a wide camera or a printer's CMYK brought over by their profile where it is sound."""
    profile = image.info.get("icc_profile")
    see_through = "transparency" in image.info or image.mode in ("RGBA", "LA", "PA", "RGBa", "La")
    if profile and image.mode in ("RGB", "CMYK"):
        with suppress(ImageCms.PyCMSError, OSError, ValueError):     # a broken profile costs the colours only
            image = ImageCms.profileToProfile(
                image, ImageCms.getOpenProfile(BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode="RGB"
            ) or image
    if image.mode.startswith("I"):                               # 16 bits of grey
        image = image.point(lambda value: value / 256).convert("L")
    return image.convert("RGBA" if see_through else "RGB")


def drawn(image: Image.Image, size: Size) -> tuple[bytes, int, int]:
    """The picture as a file of this size, with its width and height."""
    edge, ending = EDGES[size]
    copy = image.copy()
    copy.thumbnail((edge, edge), Image.Resampling.LANCZOS)
    out = BytesIO()
    if ending == WEBP:
        copy.save(out, "WEBP", quality=82, method=4)
    else:
        flat = Image.new("RGB", copy.size, PAPER)
        flat.paste(copy, mask=copy.getchannel("A") if copy.mode == "RGBA" else None)
        flat.save(out, "JPEG", quality=86, progressive=True, optimize=True)
    return out.getvalue(), copy.width, copy.height
