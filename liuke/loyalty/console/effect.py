"""Pages of effect: everything that keeps a hold-out by what it returns, and one thing with its two groups."""

from typing import Any

from django.contrib import messages
from django.core import signing
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from liuke.kit.charts import BARS, LINES, MONEY, PERCENT, Chart, Series
from liuke.kit.errors import NotYours, Refused
from liuke.kit.jobs import later
from liuke.loyalty import saying, words
from liuke.loyalty.queries.effect import Reading, Seen, nights, ranked, reading, readings
from liuke.loyalty.services import effect
from liuke.loyalty.services.effect import Measured
from liuke.org.access import StaffRequest, staff_may

UNDO_SALT, UNDO_SECONDS = "liuke.loyalty.effect", 3600
MOST_BARS = 12


@staff_may("loyalty.view")
@require_GET
def effects(request: StaffRequest) -> HttpResponse:
    """What runs and what it brings, the best first; which to stop."""
    now = timezone.now()
    things = {(source.kind, thing.id): (source, thing) for source in effect.sources()
              for thing in source.measured(now=now) if thing.stopped_at is None}
    found = {key: each for key, each in readings().items() if key in things}
    order = ranked(list(found.values()))
    rows = [_row(*things[each.row.kind, each.row.of_id], each) for each in order]
    rows += [_row(source, thing, None) for key, (source, thing) in things.items() if key not in found]
    return render(request, "loyalty/effects.html", {
        "rows": rows, "chart": _ranking(rows), "computed_at": max((e.row.computed_at for e in order), default=None),
        "stop": sum(row["verdict"] == "stop" for row in rows), "may_edit": request.user.has_perm("loyalty.edit"),
    })


def _row(source: effect.Source, thing: Measured, found: Reading | None) -> dict[str, Any]:
    word, kind = saying.VERDICTS[found.verdict] if found else (_("今晚计算"), "")
    return {
        "thing": thing, "dialog": f"stop-{source.kind}-{thing.id}", "kind": source.kind, "kind_word": source.word,
        "found": found, "word": word, "pill": kind, "verdict": str(found.verdict) if found else "",
        "says": saying.verdict_says(found) if found else "", "unit": words.BENEFITS.get(thing.unit, thing.unit),
        "main": found.main if found else None,
    }


def _ranking(rows: list[dict[str, Any]]) -> Chart:
    """What a yuan of cost brings; the list below has the intervals."""
    shown = [row for row in rows if row["main"] and row["main"].per_yuan][:MOST_BARS]
    bands = [row["main"].per_yuan for row in shown]
    return Chart(
        name="ranking", kind=BARS, unit=MONEY, says=_("每花 1 元多带来的毛利；超过 ¥1 才划算。"), axis=_("名称"),
        labels=[row["thing"].name for row in shown], low_box=True,
        hrefs=[reverse("loyalty:effect", args=[row["kind"], row["thing"].id]) for row in shown],
        series=[Series(name=_("多带来的毛利"), values=[band.estimate * 100 for band in bands],
                       low=[band.low * 100 for band in bands], high=[band.high * 100 for band in bands])],
    )


@staff_may("loyalty.view")
@require_GET
def one(request: StaffRequest, kind: str, of_id: int) -> HttpResponse:
    """One thing: what it cost, what of it was used, and both groups side by side."""
    source, thing = _thing(kind, of_id)
    found = reading(kind, of_id)
    context: dict[str, Any] = {
        **_row(source, thing, found), "may_edit": request.user.has_perm("loyalty.edit") and thing.stopped_at is None}
    if found:
        context |= {
            "again_says": saying.again_says(found.main), "net_says": saying.net_says(found.main),
            "groups": _groups(found), "money": _money(found), "course": _course(nights(kind, of_id)),
            "used_part": found.row.used / found.row.given if found.row.used is not None and found.row.given else None,
            "hold_out": found.row.hold_out_bp / 10_000,
        }
    return render(request, "loyalty/effect.html", context)


def _thing(kind: str, of_id: int) -> tuple[effect.Source, Measured]:
    source = effect.source_of(kind)
    for thing in source.measured(now=timezone.now()):
        if thing.id == of_id:
            return source, thing
    raise NotYours(kind)


def has_page(kind: str, of_id: int) -> bool:
    """Whether there is an effect to look at: not before it began, nor long after it ended."""
    try:
        return bool(_thing(kind, of_id))
    except NotYours:
        return False


def _groups(found: Reading) -> Chart:
    """Repurchase of both groups by window, as far as anybody was watched for so long."""
    windows = [each for each in found.windows if each.treated and each.control]
    return Chart(
        name="groups", kind=LINES, unit=PERCENT, says=saying.again_says(found.main), axis=_("首次得到奖励后的天数"),
        labels=[str(each.days) for each in windows], low_box=True,
        series=[Series(name=_("得到奖励"), values=[each.treated_again for each in windows]),
                Series(name=_("对照组"), values=[each.control_again for each in windows], dashed=True)],
    )


def _money(found: Reading) -> Chart:
    windows = [each for each in found.windows if each.treated and each.control]
    return Chart(
        name="money", kind=LINES, unit=MONEY, says=saying.net_says(found.main), axis=_("首次得到奖励后的天数"),
        labels=[str(each.days) for each in windows], low_box=True,
        series=[Series(name=_("得到奖励"), values=[each.treated_fen for each in windows]),
                Series(name=_("对照组"), values=[each.control_fen for each in windows], dashed=True)],
    )


def _course(seen: list[tuple[Any, Seen]]) -> Chart:
    """How the difference in repurchase was seen night by night, with its interval."""
    rows = [(on, each.again) for on, each in seen if each.again]
    return Chart(
        name="course", kind=LINES, unit=PERCENT, axis=_("日期"), low_box=True,
        says=_("复购率之差逐日的样子；浅色带是 95% 区间，包含 0 就可能只是巧合。"),
        labels=[f"{on:%m-%d}" for on, _band in rows],
        series=[Series(name=_("相差"), values=[band.estimate for _on, band in rows],
                       low=[band.low for _on, band in rows], high=[band.high for _on, band in rows])],
    )


@staff_may("loyalty.edit")
@require_POST
def stop(request: StaffRequest, kind: str, of_id: int) -> HttpResponse:
    """End it with one click; the toast takes that back for an hour."""
    thing = _thing(kind, of_id)[1]
    undo = stop_with_undo(request, kind, of_id)
    messages.success(request, _("已停用“%(name)s”；已经发放的奖励不变") % {"name": thing.name}, extra_tags=undo)
    return redirect("loyalty:effects")


def stop_with_undo(request: StaffRequest, kind: str, of_id: int) -> str:
    """End it, and the address that takes that back; empty when it had ended before."""
    how = effect.source_of(kind).stop(of_id, now=timezone.now())
    request.audit_target = f"{kind}:{of_id}"
    if how is None:
        return ""
    token = signing.dumps({"kind": kind, "id": of_id, "how": how}, salt=UNDO_SALT)
    return f"{reverse('loyalty:effect_resume')}?what={token}"


@staff_may("loyalty.edit")
@require_POST
def resume(request: StaffRequest) -> HttpResponse:
    """Undo of `stop`, for an hour."""
    try:
        what = signing.loads(request.GET.get("what", ""), salt=UNDO_SALT, max_age=UNDO_SECONDS)
    except signing.BadSignature:
        messages.error(request, _("撤销的时间已过，请新建规则。"))
        return redirect("loyalty:effects")
    try:
        with transaction.atomic():
            effect.source_of(what["kind"]).resume(what["id"], what["how"], now=timezone.now())
    except Refused as error:
        messages.error(request, words.refused(error))
        return redirect("loyalty:effects")
    request.audit_target = f"{what['kind']}:{what['id']}"
    messages.success(request, _("已恢复"))
    return redirect("loyalty:effects")


@staff_may("loyalty.edit")
@require_POST
def measure(request: StaffRequest) -> HttpResponse:
    """Compute now instead of at night; done by the worker."""
    request.audit_target = "loyalty:effect"
    later("loyalty.measure", once="loyalty.measure")
    messages.success(request, _("正在计算，通常不到一分钟；完成后刷新页面就能看到。"))
    return redirect("loyalty:effects")
