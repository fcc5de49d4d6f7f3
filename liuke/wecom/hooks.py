"""What WeCom calls: news for customer service, and mentions of the robot in groups. Answered at once, read by a job."""

import structlog
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from liuke.channels.errors import NotVerified
from liuke.channels.registry import wecom
from liuke.kit.jobs import later
from liuke.wecom import services

log = structlog.get_logger(__name__)
MAX_BYTES = 64 * 1024


@csrf_exempt
@require_http_methods(["GET", "POST"])
def callback(request: HttpRequest) -> HttpResponse:
    """WeCom tries the address out with GET, and repeats a POST that is not answered with 200."""
    line, now = wecom(), timezone.now()
    if line is None or int(request.headers.get("Content-Length") or 0) > MAX_BYTES:
        raise Http404
    asked = request.GET.dict()
    try:
        if request.method == "GET":
            return HttpResponse(line.echo(asked, now=now), content_type="text/plain")
        called = line.called(asked, request.body, now=now)
    except NotVerified as error:
        return _stranger(error)
    if called is not None:
        with transaction.atomic(durable=True):
            services.note_account(code=called.account)
            later("wecom.pull", account=called.account, token=called.token, lock=f"wecom:{called.account}")
    return HttpResponse("success", content_type="text/plain")


@csrf_exempt
@require_http_methods(["POST"])
def robot(request: HttpRequest) -> HttpResponse:
    """Somebody spoke to the robot; only what is said in groups becomes a ticket."""
    line, now = wecom(), timezone.now()
    if line is None or int(request.headers.get("Content-Length") or 0) > MAX_BYTES:
        raise Http404
    try:
        mention = line.mentioned(request.GET.dict(), request.body, now=now)
    except NotVerified as error:
        return _stranger(error)
    if mention is not None and mention.id and mention.person and mention.text.strip():
        with transaction.atomic(durable=True):
            services.note_mention(mention=mention, now=now)
    return HttpResponse("success", content_type="text/plain")


def _stranger(error: NotVerified) -> HttpResponse:
    log.warning("wecom_call_not_verified", reason=str(error))
    return HttpResponse("not verified", status=401, content_type="text/plain")
