"""The part of referral in a person's export: links, touches, who referred them, and every commission.

It stands beside the usual files because it shapes reads for `liuke/personal.py`. Other people are named by number only.
"""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from liuke.kit.sheets import Sheet
from liuke.referral.models import (
    Block,
    Commission,
    PassedOver,
    Portrait,
    Position,
    Referral,
    ReferralLink,
    Screening,
    Touch,
)


def sheets(customer_ids: Sequence[int]) -> Iterable[Sheet]:
    yield _links(customer_ids)
    yield _touches(customer_ids)
    yield _referrals(customer_ids)
    yield _commissions(customer_ids)
    yield _standing(customer_ids)
    yield _screenings(customer_ids)


def _links(customer_ids: Sequence[int]) -> Sheet:
    rows = ReferralLink.objects.filter(customer_id__in=customer_ids).order_by("pk")
    return Sheet(
        name="referral_links", title=_("推广链接"),
        columns=(("at", _("时间")), ("code", _("推广码")), ("landing", _("落地页")), ("name", _("名称")),
                 ("ended", _("停用时间"))),
        rows=((row.made_at, row.token, row.landing, row.name, row.ended_at) for row in rows.iterator(chunk_size=1_000)),
    )


def _touches(customer_ids: Sequence[int]) -> Sheet:
    rows = Touch.objects.filter(visitor__customer_id__in=customer_ids).select_related("link").order_by("pk")
    why = dict(PassedOver.objects.filter(customer_id__in=customer_ids).values_list("touch", "why"))
    return Sheet(
        name="referral_touches", title=_("打开过的链接"),
        columns=(("at", _("时间")), ("code", _("推广码")), ("channel", _("渠道")), ("qr", _("扫码")),
                 ("why", _("未计入的原因"))),
        rows=((row.at, row.link.token, row.channel, row.qr, why.get(row.pk, ""))
              for row in rows.iterator(chunk_size=1_000)),
    )


def _referrals(customer_ids: Sequence[int]) -> Sheet:
    mine = Referral.objects.filter(customer_id__in=customer_ids) | Referral.objects.filter(referrer_id__in=customer_ids)
    rows = mine.select_related("customer", "referrer").order_by("pk")
    return Sheet(
        name="referrals", title=_("推荐关系"),
        columns=(("at", _("时间")), ("customer", _("新客会员号")), ("referrer", _("推荐人会员号")), ("how", _("方式")),
                 ("ended", _("结束时间")), ("reason", _("原因"))),
        rows=((row.bound_at, row.customer.number, row.referrer.number, row.how, row.ended_at, row.reason)
              for row in rows.iterator(chunk_size=1_000)),
    )


def _commissions(customer_ids: Sequence[int]) -> Sheet:
    rows = Commission.objects.filter(customer_id__in=customer_ids).select_related("order", "version").order_by("pk")
    return Sheet(
        name="commissions", title=_("佣金"),
        columns=(("at", _("时间")), ("order", _("订单")), ("reward", _("奖励")), ("version", _("版本")),
                 ("promised", _("应得（分）")), ("amount", _("现有（分）")), ("paid_in", _("支付方式")),
                 ("state", _("状态")), ("held_for", _("暂缓原因"))),
        rows=((row.at, row.order.number, row.reward, str(row.version), row.promised, row.amount, row.paid_in, row.state,
               row.held_for) for row in rows.iterator(chunk_size=1_000)),
    )


def _screenings(customer_ids: Sequence[int]) -> Sheet:
    rows = Screening.objects.filter(customer_id__in=customer_ids).select_related("order").order_by("pk")
    return Sheet(
        name="screenings", title=_("佣金核查"),
        columns=(("at", _("时间")), ("order", _("订单")), ("score", _("得分")), ("verdict", _("结论")),
                 ("decision", _("处理")), ("reason", _("理由"))),
        rows=((row.at, row.order.number, row.score, row.verdict, row.decision, row.reason)
              for row in rows.iterator(chunk_size=1_000)),
    )


def _standing(customer_ids: Sequence[int]) -> Sheet:
    positions = Position.objects.filter(customer_id__in=customer_ids).order_by("pk")
    blocks = Block.objects.filter(customer_id__in=customer_ids).order_by("pk")
    portraits = Portrait.objects.filter(customer_id__in=customer_ids).order_by("pk")
    return Sheet(
        name="referral_standing", title=_("推广身份"),
        columns=(("at", _("时间")), ("what", _("身份")), ("directs", _("已确认直推人数")), ("ended", _("结束时间"))),
        rows=[*((row.joined_at, row.role, row.confirmed_directs, None) for row in positions),
              *((row.blocked_at, row.reason, None, row.lifted_at) for row in blocks),
              *((row.at, _("海报上的头像"), None, None) for row in portraits)],
    )
