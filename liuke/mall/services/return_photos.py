"""The photos of a request about goods: its customer sends them while it is open, and only they and staff see them."""

from datetime import datetime

from django.utils.translation import gettext as _

from liuke.kit.db import require_transaction
from liuke.kit.errors import NotYours, Refused
from liuke.kit.jobs import later
from liuke.kit.pictures import Stored
from liuke.mall.models import Return, ReturnPhoto
from liuke.mall.rules.returns import MAX_PHOTOS, NotNow


class TooManyPhotos(Refused):
    """A request has at most MAX_PHOTOS photos."""

    code = "too_many_photos"


def add_photo(*, customer_id: int, number: str, picture: Stored, now: datetime) -> ReturnPhoto:
    """One more photo of the customer's own request. The door stores the file around its transaction.

    Raises NotYours, NotNow when the request is closed, TooManyPhotos. Calling twice adds two.
    """
    require_transaction()
    request = _locked(customer_id, number)
    if request.photos.count() >= MAX_PHOTOS:
        raise TooManyPhotos(_("最多上传 %(most)s 张照片") % {"most": MAX_PHOTOS})
    return ReturnPhoto.objects.create(request=request, file=picture.file, at=now)


def remove_photo(*, customer_id: int, number: str, photo_id: int) -> None:
    """The customer takes a photo back while the request is open; a job takes the file away. Again raises NotYours."""
    require_transaction()
    request = _locked(customer_id, number)
    photo = request.photos.filter(pk=photo_id).first()
    if photo is None:
        raise NotYours(_("没有这张照片"))
    photo.delete()
    later("mall.remove_file", file=photo.file)


def _locked(customer_id: int, number: str) -> Return:
    request = Return.objects.select_for_update().filter(customer_id=customer_id, number=number).first()
    if request is None:
        raise NotYours(_("没有这个售后单"))
    if request.state != "open":
        raise NotNow(_("这个售后单已经结束"))
    return request
