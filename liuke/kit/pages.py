"""What pages of every module ask of a request: where to go back to, and the days of a filter."""

from datetime import datetime, time

from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.http import url_has_allowed_host_and_scheme


def back_to(request: HttpRequest, default: str) -> str:
    """The page the form was on, if it is ours."""
    back = request.POST.get("next") or request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return back if back and safe else default


def day_begins(text: str) -> datetime | None:
    """The first moment of the day that was typed, in the brand's zone; nothing when it is none."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None
