"""Everything that is known about one person, module by module: `settings.LIUKE_PERSONAL` names the table of parts.

Like `reactions.py` it is read by name, since the modules that know something stand on higher floors.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from liuke.customers.models import Consent, Customer, CustomerTag, Identity, Preferences
from liuke.customers.rules import consents, identities
from liuke.kit import crypto
from liuke.kit.sheets import Sheet
from liuke.timeline.facts import kinds
from liuke.timeline.models import Fact


def _nothing_open(_customer_ids: Sequence[int]) -> Sequence[str]:
    return ()


def _nothing_to_blank(_customer_ids: Sequence[int], _now: datetime) -> None:
    return None


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one module knows of a person. All ids given belong to one person: a record and those merged into it.

    `sheets` hands it out. `blank` removes names, phones and texts and leaves facts and money; called again it finds
    nothing. `open_matters` says in sentences what is not finished (an order on its way), before somebody is forgotten.
    """

    name: str
    sheets: Callable[[Sequence[int]], Iterable[Sheet]]
    blank: Callable[[Sequence[int], datetime], None] = _nothing_to_blank
    open_matters: Callable[[Sequence[int]], Sequence[str]] = _nothing_open


@cache
def parts() -> tuple[Part, ...]:
    """The table, in the order in which it is handed out and blanked."""
    return tuple(import_string(settings.LIUKE_PERSONAL))


def one_person(customer_id: int) -> list[int]:
    """The record and every record merged into it, directly or through another."""
    found, fresh = [customer_id], [customer_id]
    while fresh:
        fresh = list(Customer.objects.filter(merged_into_id__in=fresh).order_by("pk").values_list("pk", flat=True))
        found += fresh
    return found


def open_matters(customer_id: int) -> list[str]:
    """What is not finished with this person, as sentences for staff."""
    ids = one_person(customer_id)
    return [sentence for part in parts() for sentence in part.open_matters(ids)]


def sheets(customer_ids: Sequence[int]) -> Iterator[Sheet]:
    """This module's own part."""
    yield Sheet(
        name="customer", title=_("客户档案"),
        columns=(("number", _("会员号")), ("name", _("姓名")), ("joined_at", _("成为客户时间")),
                 ("language", _("语言")), ("best_channel", _("偏好渠道")), ("zone", _("时区")),
                 ("birthday", _("生日"))),
        rows=_records(customer_ids),
    )
    yield Sheet(
        name="identities", title=_("身份"),
        columns=(("kind", _("类型")), ("scope", _("范围")), ("value", _("内容")), ("verified_at", _("验证时间"))),
        rows=((_kind(row.kind), row.scope, crypto.decrypt(row.value_enc), row.verified_at)
              for row in Identity.objects.filter(customer_id__in=customer_ids).order_by("pk")),
    )
    yield Sheet(
        name="consents", title=_("授权记录"),
        columns=(("channel", _("渠道")), ("purpose", _("用途")), ("state", _("状态")), ("text", _("文本版本")),
                 ("source", _("来源")), ("happened_at", _("时间"))),
        rows=((consents.CHANNELS.get(row.channel, row.channel), consents.PURPOSES.get(row.purpose, row.purpose),
               _state(row.state), row.text.version if row.text else "", row.source, row.happened_at)
              for row in Consent.objects.filter(customer_id__in=customer_ids).select_related("text").order_by("pk")),
    )
    yield Sheet(
        name="tags", title=_("标签"),
        columns=(("tag", _("标签")), ("source", _("来源")), ("added_at", _("添加时间"))),
        rows=CustomerTag.objects.filter(customer_id__in=customer_ids).order_by("pk")
        .values_list("tag__name", "source", "added_at"),
    )
    yield Sheet(
        name="timeline", title=_("大事记"),
        columns=(("happened_at", _("时间")), ("fact", _("事件")), ("kind", _("事件代码")), ("detail", _("内容"))),
        rows=((fact.happened_at, _label(fact.kind), fact.kind, _detail(fact.data))
              for fact in Fact.objects.filter(customer_id__in=customer_ids).order_by("happened_at", "pk").iterator()),
    )


def _records(customer_ids: Sequence[int]) -> Iterator[tuple[str | datetime, ...]]:
    wishes = {row.customer_id: row for row in Preferences.objects.filter(customer_id__in=customer_ids)}
    for row in Customer.objects.filter(pk__in=customer_ids).order_by("pk"):
        wish = wishes.get(row.pk, Preferences())
        birthday = f"{wish.birth_month_day // 100:02}-{wish.birth_month_day % 100:02}" if wish.birth_month_day else ""
        yield (row.number, crypto.decrypt(row.name_enc), row.joined_at, wish.language,
               consents.CHANNELS.get(wish.best_channel, wish.best_channel), wish.zone, birthday)


def _kind(kind: str) -> str:
    names = {
        identities.PHONE: _("手机号"), identities.EMAIL: _("邮箱"), identities.WECHAT_OPENID: "微信 OpenID",
        identities.WECHAT_UNIONID: "微信 UnionID", identities.WECOM_EXTERNAL: _("企业微信外部联系人"),
        identities.EXTERNAL: _("外部编号"),
    }
    return names.get(kind, kind)


def _state(state: str) -> str:
    return {consents.GIVEN: _("同意"), consents.WITHDRAWN: _("拒绝"), consents.CLEARED: _("未表态")}.get(state, state)


def _label(kind: str) -> str:
    known = kinds().get(kind)
    return _(known.label) if known else kind


def _detail(data: dict[str, object]) -> str:
    return ", ".join(f"{key}={value}" for key, value in data.items())
