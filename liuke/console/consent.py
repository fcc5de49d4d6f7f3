"""Consent: what one customer allows, said to a member of staff, and the words that customers agree to."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from liuke.console import people, words
from liuke.customers.queries import consents
from liuke.customers.rules import consents as rules
from liuke.customers.rules.consents import Subject
from liuke.customers.services import consents as services
from liuke.kit.errors import BadInput
from liuke.org.access import StaffRequest, staff_may

HEARD = ("counter", "phone", "wecom", "paper")     # where a customer says it to a member of staff
MOST_SAID, MOST_TEXTS = 100, 200


@staff_may("customers.view")
def consent(request: StaffRequest, customer_id: int) -> HttpResponse:
    """What the customer allows, channel by channel, and everything ever said."""
    if request.method == "POST":
        return _say(request, customer_id)
    person = people.living_person(customer_id)
    said = {(row.channel, row.purpose): row for row in consents.latest([customer_id])}
    in_force = consents.texts_in_force()
    grid = [
        (_(word), [(people.statement(channel, purpose, said.get((channel, purpose))),
                    in_force.get(Subject(channel, purpose))) for purpose in rules.PURPOSES])
        for channel, word in rules.CHANNELS.items()
    ]
    said_before = consents.history(customer_id)[:MOST_SAID]
    return render(request, "console/consent.html", {
        "person": person, "grid": grid, "purposes": [_(word) for word in rules.PURPOSES.values()],
        "history": [(row, people.statement(row.channel, row.purpose, row)) for row in said_before],
        "texts": [(_about(text.purpose, text.channel), text)
                  for text in {text.pk: text for text in in_force.values()}.values()],
        "heard": [(code, words.SOURCES[code]) for code in HEARD], "heard_at": request.GET.get("source", HEARD[0]),
        "may_edit": request.user.has_perm("customers.edit"),
        "may_publish": request.user.has_perm("consent_texts.publish"),
    })


def _say(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Write down what the customer has said. Consent needs words to agree to; a refusal holds at once."""
    if not request.user.has_perm("customers.edit"):
        raise Http404
    people.living_person(customer_id)
    state, _sign, subject = request.POST.get("say", "").partition(":")
    channel, _sign, purpose = subject.partition(":")
    source = request.POST.get("source", "")
    if source not in HEARD or state not in (rules.GIVEN, rules.WITHDRAWN):
        raise BadInput("say what was said, and where")
    said: dict[str, Any] = {"customer_id": customer_id, "purpose": purpose, "source": source, "now": timezone.now(),
                            "by_id": request.user.pk}
    text = consents.texts_in_force().get(Subject(channel, purpose))
    if state == rules.WITHDRAWN and not channel:
        services.withdraw_everywhere(**said)
        messages.success(request, _("已记下：所有方式都拒绝，立即生效。"))
    elif state == rules.WITHDRAWN:
        services.withdraw(channel=channel, **said)
        messages.success(request, _("已记下拒绝，立即生效。"))
    elif text is None:
        messages.error(request, _("还没有可供同意的文本，请先发布。"))
    else:
        services.give(channel=channel, text_version=text.version, **said)
        messages.success(request, _("已记下同意（文本 %(version)s）。") % {"version": text.version})
    request.audit_target = f"customer:{customer_id}"
    request.audit_detail = {"subject": f"{channel}:{purpose}", "state": state, "source": source}
    response = redirect("console:consent", customer_id)
    response["Location"] += f"?source={source}"
    return response


@staff_may("customers.view")
def consent_texts(request: StaffRequest) -> HttpResponse:
    """The words that customers agree to, version by version, and the form for the next one."""
    if request.method == "POST":
        return _publish(request)
    return _texts_page(request)


def _publish(request: StaffRequest) -> HttpResponse:
    """Words can never be taken back, since somebody may have agreed to them: other words are another version."""
    if not request.user.has_perm("consent_texts.publish"):
        raise Http404
    purpose, channel, body = (request.POST.get(name, "").strip() for name in ("purpose", "channel", "body"))
    if not body or len(body) > rules.BODY_CHARACTERS:
        sentence = _("请写下客户要同意的话，最多 %(most)s 个字。")
        return _texts_page(request, error=sentence % {"most": rules.BODY_CHARACTERS})
    try:
        text = services.publish_next(purpose=purpose, channel=channel, body=body, now=timezone.now())
    except services.SameWords:
        return _texts_page(request, error=_("现行的就是这段话，不必再发布。"))
    request.audit_target, request.audit_detail = f"consent_text:{text.version}", {"purpose": purpose}
    messages.success(request, _("已发布 %(version)s，从现在起客户同意的是这一版。") % {"version": text.version})
    return redirect("console:consent_texts")


def _texts_page(request: StaffRequest, *, error: str = "") -> HttpResponse:
    in_force = {text.pk for text in consents.texts_in_force().values()}
    rows = [(_about(text.purpose, text.channel), text, text.pk in in_force) for text in consents.texts()[:MOST_TEXTS]]
    return render(request, "console/consent_texts.html", {
        "texts": sorted(rows, key=lambda row: not row[2]), "error": error, "most": rules.BODY_CHARACTERS,
        "purposes": [(code, _(word)) for code, word in rules.PURPOSES.items()],
        "channels": [("", _("所有方式")), *((code, _(word)) for code, word in rules.CHANNELS.items())],
        "typed": request.POST, "may_publish": request.user.has_perm("consent_texts.publish"),
    }, status=422 if error else 200)


def _about(purpose: str, channel: str) -> str:
    where = _(rules.CHANNELS[channel]) if channel else _("所有方式")
    return f"{_(rules.PURPOSES[purpose])} · {where}"
