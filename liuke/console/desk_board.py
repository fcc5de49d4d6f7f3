"""The desk's work on the page of today: what must be seen to before promises suffer."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from liuke.console.cards import Card
from liuke.desk.queries import promises
from liuke.org import queries as org
from liuke.org.models import Staff


def holidays_end(staff: Staff, now: datetime) -> Card | None:
    """The known holidays of a calendar end within 60 days: what is due after them is a guess."""
    if not org.everywhere(staff, "desk.arrange"):
        return None
    short = [row for row in promises.short_of_holidays(timezone.localdate(now)) if row.known_until]
    if not short:
        return None
    first = min(short, key=lambda row: row.known_until or timezone.localdate(now))
    return Card("warn", "clock", len(short), _("日历的节假日快到头了"),
                _("“%(name)s”只知道到 %(until)s。之后的期限是暂定的，请升级或手工补上下一年的放假安排。") % {
                    "name": first.name, "until": f"{first.known_until:%Y-%m-%d}"},
                reverse("desk:calendar", args=[first.pk]), _("去补"))
