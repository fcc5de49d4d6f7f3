"""Photos of a request about goods: the customer sends them, and only the customer gets them back here.

No address that opens without a login: an app fetches the bytes with its token (`fetch`, `wx.downloadFile`).
"""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import File, Router, Schema, Status
from ninja.files import UploadedFile

from liuke.kit import pictures
from liuke.kit.pictures import Folder, Size
from liuke.mall.api import base
from liuke.mall.queries import photos, shopper
from liuke.mall.services import return_photos

router = Router(tags=["returns"], throttle=base.writes, auth=base.customer_auth)
REFUSED = {401: base.Said, 404: base.Said, 409: base.Said, 413: base.Said, 422: base.Said, 503: base.Said}


class PhotoOut(Schema):
    id: int


@router.post("/returns/{number}/photos", response={200: PhotoOut, **REFUSED})
def send_photo(request: HttpRequest, number: base.Word, file: File[UploadedFile]) -> dict[str, int]:
    """One photo (JPEG, PNG or WebP, at most 10 MB) for an open request; it is kept without place and camera."""
    customer_id = base.customer_of(request)
    shopper.return_for(customer_id, number)          # a stranger's picture is not even opened
    with pictures.kept(file, folder=Folder.PRIVATE) as picture, transaction.atomic(durable=True):
        photo = return_photos.add_photo(
            customer_id=customer_id, number=number, picture=picture, now=timezone.now())
    return {"id": photo.pk}


@router.get("/returns/{number}/photos/{photo_id}", response={**REFUSED}, throttle=base.reads)
def photo(request: HttpRequest, number: base.Word, photo_id: base.Id, size: Size = Size.MEDIUM) -> HttpResponse:
    """The bytes of one's own photo: small, medium (both WebP) or large (JPEG)."""
    found = photos.photo_for_customer(base.customer_of(request), number, photo_id)
    return pictures.answer(found.file, size)


@router.delete("/returns/{number}/photos/{photo_id}", response={204: None, **REFUSED})
@transaction.atomic(durable=True)
def take_back(request: HttpRequest, number: base.Word, photo_id: base.Id) -> Status[None]:
    """Take a photo back while the request is open."""
    return_photos.remove_photo(customer_id=base.customer_of(request), number=number, photo_id=photo_id)
    return Status(204, None)
