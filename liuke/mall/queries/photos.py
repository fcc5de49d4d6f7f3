"""Who may look at which photo of a request about goods. A photo that is not yours does not exist."""

from django.utils.translation import gettext as _

from liuke.kit.errors import NotYours
from liuke.mall.models import ReturnPhoto
from liuke.org import queries as org
from liuke.org.models import Staff


def photo_for_customer(customer_id: int, number: str, photo_id: int) -> ReturnPhoto:
    """A photo of the customer's own request. Raises NotYours."""
    rows = ReturnPhoto.objects.filter(pk=photo_id, request__number=number, request__customer_id=customer_id)
    return _one(rows.first())


def photo_for_staff(staff: Staff, number: str, photo_id: int) -> ReturnPhoto:
    """A photo of a request that the person may see: of the whole brand, or of their shops. Raises NotYours."""
    rows = ReturnPhoto.objects.filter(pk=photo_id, request__number=number)
    if not org.everywhere(staff, "returns.view"):
        rows = rows.filter(request__order__shop__in=org.shops_where(staff, "returns.view"))
    return _one(rows.first())


def _one(photo: ReturnPhoto | None) -> ReturnPhoto:
    if photo is None:
        raise NotYours(_("没有这张照片"))
    return photo
