"""What the channel of transfers sends us."""

import structlog
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from liuke.cash.services import notices
from liuke.channels.errors import NotVerified
from liuke.channels.registry import payout_providers

log = structlog.get_logger(__name__)
LOOK = ("unknown", "wrong_amount", "wrong_merchant", "conflict")


@csrf_exempt
@require_POST
def notify(request: HttpRequest, provider: str) -> HttpResponse:
    """Kept and answered 204 once it is verified, whatever it says; what cannot be verified is not kept."""
    channel = payout_providers().get(provider)
    if channel is None:
        raise Http404
    now = timezone.now()
    try:
        event = channel.parse_notice(headers=request.headers, body=request.body, now=now)
    except NotVerified as error:
        log.warning("notice_not_verified", provider=provider, reason=str(error))
        return JsonResponse({"code": "FAIL", "message": "not verified"}, status=401)
    with transaction.atomic(durable=True):
        notice = notices.apply_event(provider=provider, event=event, body=request.body, now=now)
    if notice.outcome in LOOK:
        log.error("transfer_notice_needs_look", notice_id=notice.pk, outcome=notice.outcome)
    return HttpResponse(status=204)
