"""Navigation by work, not by module. A section shows only when it has a page and the person may see it."""

from dataclasses import dataclass
from functools import cache, lru_cache

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liuke.org import rules
from liuke.org.models import Staff


@dataclass(frozen=True)
class Page:
    """One door: `view` is a URL name."""

    view: str
    word: Promise
    permission: str
    whole_brand: bool = False        # not for staff who see some shops alone
    also: tuple[str, ...] = ()       # pages that belong to it and lie elsewhere


@dataclass(frozen=True)
class Section:
    word: Promise
    sign: str
    pages: tuple[Page, ...]


SECTIONS = (
    Section(_("今天"), "today", (Page("console:home", _("今天"), "home.view"),)),
    Section(_("客户"), "people", (
        Page("console:customers", _("全部客户"), "customers.view"),
        Page("console:tags", _("标签"), "customers.view"),
    )),
    Section(_("服务"), "service", (
        Page("desk:tickets", _("工单"), "desk.view"),
        Page("desk:phone", _("记录来电"), "desk.work"),
        Page("desk:board", _("主管看板"), "desk.arrange"),
        Page("desk:roster", _("值班"), "desk.view"),
        Page("desk:promises", _("服务承诺"), "desk.view", also=("console:vip",)),
        Page("performance:people", _("绩效"), "performance.view"),
        Page("improve:causes", _("改进"), "desk.view"),
        Page("knowledge:articles", _("知识库"), "desk.view"),
        Page("mailbox:parked", _("邮件"), "desk.view"),
        Page("training:overview", _("培训"), "training.view"),
    )),
    Section(_("商城"), "mall", (
        Page("mall:orders", _("订单"), "parcels.view"),
        Page("storefront:blocks", _("商城首页"), "storefront.view"),
        Page("mall:returns", _("售后"), "returns.view"),
        Page("mall:products", _("商品"), "goods.view", also=("mall:made_files",)),
        Page("mall:prices", _("价格"), "prices.view"),
        Page("mall:stock", _("库存"), "stock.view"),
        Page("mall:suppliers", _("供应商"), "suppliers.view"),
        Page("mall:payments", _("收款与退款"), "payments.view", also=("mall:balances",)),
        Page("mall:statements", _("结算"), "statements.view"),
        Page("mall:bills", _("对账"), "payments.view"),
    )),
    Section(_("增长"), "growth", (
        Page("loyalty:rules", _("奖励规则"), "loyalty.view"),
        Page("loyalty:effects", _("奖励效果"), "loyalty.view"),
        Page("loyalty:coupons", _("优惠券"), "loyalty.view"),
        Page("loyalty:packs", _("礼包"), "loyalty.view"),
        Page("loyalty:budgets", _("奖励预算"), "loyalty.view"),
        Page("loyalty:awards", _("奖励记录"), "loyalty.view"),
        Page("loyalty:grants", _("员工赠送"), "loyalty.view"),
        Page("loyalty:points", _("积分设置"), "loyalty.view"),
        Page("pointsmall:items", _("积分商城"), "loyalty.view"),
        Page("referral:overview", _("推荐"), "referral.view"),
        Page("referral:plans", _("推广方案"), "referral.view"),
        Page("console:compliance", _("合规检查"), "referral.view"),
        Page("payouts:payouts", _("佣金提现"), "payouts.view"),
        Page("tiers:plan", _("会员等级"), "loyalty.view"),
        Page("gifts:gifts", _("礼品"), "loyalty.view"),
        Page("draws:draws", _("抽奖"), "draws.view"),
        Page("cash:bonuses", _("现金红包"), "cash.view"),
    )),
    Section(_("社群"), "group", (Page("community:groups", _("群"), "community.view"),)),
    Section(_("洞察"), "insight", (
        Page("insight:retention", _("留存"), "insight.view", whole_brand=True),
        Page("insight:revenue", _("收入"), "insight.view", whole_brand=True),
        Page("insight:rhythm", _("购买节奏"), "insight.view", whole_brand=True),
        Page("insight:tiers", _("价值分层"), "insight.view", whole_brand=True),
    )),
    Section(_("设置"), "settings", (
        Page("console:imports", _("导入"), "imports.run"),
        Page("console:consent_texts", _("同意文本"), "consent_texts.publish"),
        Page("org_brand", _("品牌与门店"), "brand.edit"),
        Page("org_staff", _("员工与角色"), "staff.view"),
        Page("console:reactions", _("自动处理"), "reactions.view"),
        Page("console:audit", _("操作记录"), "audit.view"),
        Page("raw:index", _("原始数据"), "raw.view"),
    )),
)


@dataclass(frozen=True)
class Door:
    word: Promise
    href: str
    here: bool


@dataclass(frozen=True)
class Opened:
    """A section as one person sees it on one page."""

    word: Promise
    sign: str
    href: str
    here: bool
    doors: tuple[Door, ...]


def opened(request: HttpRequest) -> list[Opened]:
    """The sections this person has a page in."""
    staff = request.user
    found = []
    for section, pages in _allowed(staff.held) if isinstance(staff, Staff) and staff.is_active else ():
        doors = tuple(Door(page.word, places[0], _is_here(page, places, request.path)) for page, places in pages)
        here = any(door.here for door in doors)
        found.append(Opened(section.word, section.sign, doors[0].href, here, doors if len(doors) > 1 else ()))
    return found


@cache
def address(view: str) -> str:
    """The address of a page, or nothing while there is none. Kept: every page asks for some hundred of them."""
    try:
        return reverse(view)
    except NoReverseMatch:          # that part of Liuke has no page yet
        return ""


@lru_cache(maxsize=500)
def _allowed(held: frozenset[tuple[str, int | None]]) -> list[tuple[Section, list[tuple[Page, tuple[str, ...]]]]]:
    """The pages of whoever holds these roles, each with the addresses that belong to it, its own first.

    Kept: there are few such sets, and a hundred questions for each.
    """
    found = [(section, [(page, tuple(filter(None, map(address, (page.view, *page.also)))))
                        for page in section.pages if address(page.view) and _may(held, page)]) for section in SECTIONS]
    return [(section, pages) for section, pages in found if pages]


def _may(held: frozenset[tuple[str, int | None]], page: Page) -> bool:
    roles = rules.roles_for(page.permission)
    return any(role in roles and (at is None or not page.whole_brand) for role, at in held)


def _is_here(page: Page, places: tuple[str, ...], path: str) -> bool:
    return path == places[0] if page.view == "console:home" else path.startswith(places)
