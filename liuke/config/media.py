"""The door to what people uploaded: /media/ gives public pictures, and refuses bodies that nobody could mean.

It lives with the wiring: pictures belong to no module, and the bucket or the disk behind them is a setting.
"""

import re
from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from liuke.kit import pictures
from liuke.kit.pictures import MEGABYTE, Folder, Size

Answer = Callable[[HttpRequest], HttpResponse]
NAME = re.compile(rf"({Folder.PUBLIC}/[0-9a-f]{{2}}/[0-9a-f]{{32}})-({'|'.join(Size)})\.(?:webp|jpg)")


@require_safe
def picture(request: HttpRequest, name: str) -> HttpResponse:
    """A public picture, for good: another picture has another name. 404 for every name that is not of our making."""
    del request
    found = NAME.fullmatch(name)
    if found is None:
        raise Http404
    file, size = found[1], Size(found[2])
    if pictures.name_of(file, size) != name:
        raise Http404
    return pictures.answer(file, size)


class BodyLimit:
    """Middleware: a body larger than anything we take is refused by its length, before a byte of it is read."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        most = settings.LIUKE_MOST_UPLOAD_MB if request.path_info.startswith("/console/") else API_MEGABYTES
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not (length.isascii() and length.isdigit() and len(length) < 19) or int(length) > most * MEGABYTE:
            return _too_large(request, most)
        return self.get_response(request)


API_MEGABYTES = pictures.MOST_BYTES // MEGABYTE + 1


def _too_large(request: HttpRequest, most: int) -> HttpResponse:
    if request.path_info.startswith("/report/"):
        from liuke.webform.public import too_large  # noqa: PLC0415  middleware is made before the apps' pages are

        return too_large(request, most - 1)
    said = _("上传的内容不能超过 %(most)d MB") % {"most": most}
    return JsonResponse({"code": "body_too_large", "message": said}, status=413)
