"""Which kinds of tickets ask for a certificate, and who holds it."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from liuke.desk import words
from liuke.desk.console.roster import allowed, may_arrange
from liuke.desk.queries import duty
from liuke.desk.queries.routing import certificates_wanted
from liuke.desk.services import routing
from liuke.desk.triage import TicketKind
from liuke.kit.errors import Refused
from liuke.kit.forms import number_of
from liuke.org.access import StaffRequest, staff_may
from liuke.training.models import Programme
from liuke.training.queries import certified


@staff_may("desk.view")
@require_GET
def certificates(request: StaffRequest) -> HttpResponse:
    """Each kind with its programme, and how many of those who work on tickets hold it."""
    wanted, good = certificates_wanted(), certified(timezone.localdate())
    people = [person.pk for person in duty.workers()]
    return render(request, "desk/certificates.html", {
        "rows": [(kind, words.KINDS[kind], wanted.get(kind), sum((pk, wanted.get(kind)) in good for pk in people))
                 for kind in TicketKind],
        "people": len(people), "programmes": Programme.objects.filter(active=True).order_by("name"),
        "may_arrange": may_arrange(request)})


@staff_may("desk.arrange")
@require_POST
def certificates_set(request: StaffRequest) -> HttpResponse:
    """What each kind asks for, all at once."""
    try:
        allowed(request)
        with transaction.atomic():
            for kind in TicketKind:
                said = request.POST.get(kind, "")
                routing.require_certificate(kind=kind, programme_id=number_of(said) or 0 if said else None)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("已保存，分配工单时按它检查"))
    return redirect("desk:certificates")
