"""A customer's photo of broken goods, for staff who may see the request."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from liuke.kit import pictures
from liuke.kit.pictures import Size
from liuke.mall.queries.photos import photo_for_staff
from liuke.org.access import StaffRequest, staff_may


@staff_may("returns.view")
@require_safe
def photo(request: StaffRequest, number: str, photo_id: int, size: str) -> HttpResponse:
    if size not in list(Size):
        raise Http404
    return pictures.answer(photo_for_staff(request.user, number, photo_id).file, Size(size))
