"""Which role may do what. Pure: the table can be read, printed and tested."""

from enum import StrEnum


class Role(StrEnum):
    OWNER = "owner"
    SHOP_MANAGER = "shop_manager"
    AGENT = "agent"
    OPERATOR = "operator"          # of communities
    FINANCE = "finance"
    ANALYST = "analyst"
    SUPPLIER = "supplier"          # works for a supplier, not for the brand: sees only what that supplier sends


ROLE_NAMES = {
    Role.OWNER: "品牌负责人",
    Role.SHOP_MANAGER: "店长",
    Role.AGENT: "客服",
    Role.OPERATOR: "社群运营",
    Role.FINANCE: "财务",
    Role.ANALYST: "分析师",
    Role.SUPPLIER: "供应商人员",
}

EVERYONE = frozenset(Role)
BRAND = EVERYONE - {Role.SUPPLIER}
OWNER = frozenset({Role.OWNER})
MANAGERS = frozenset({Role.OWNER, Role.SHOP_MANAGER})

PERMISSIONS: dict[str, frozenset[Role]] = {
    "home.view": EVERYONE,
    "customers.view": BRAND - {Role.FINANCE},
    "customers.edit": frozenset({Role.OWNER, Role.SHOP_MANAGER, Role.AGENT, Role.OPERATOR}),
    "customers.reveal": frozenset({Role.OWNER, Role.SHOP_MANAGER, Role.AGENT}),      # phone numbers in full
    "customers.merge": frozenset({Role.OWNER, Role.SHOP_MANAGER}),
    "customers.export": OWNER,
    "customers.forget": OWNER,
    "consent_texts.publish": OWNER,    # the words that customers agree to
    "orders.view": BRAND,
    "orders.cancel": MANAGERS | {Role.AGENT},
    "parcels.view": EVERYONE,          # orders as they are sent: a supplier's staff sees those of its supplier
    "parcels.ship": MANAGERS | {Role.AGENT, Role.SUPPLIER},
    "cards.edit": MANAGERS | {Role.OPERATOR},
    "returns.view": BRAND - {Role.OPERATOR},
    "returns.decide": MANAGERS | {Role.AGENT},
    "payments.view": OWNER | {Role.FINANCE},
    "payments.settle": OWNER | {Role.FINANCE},      # confirm transfers, send refunds again, explain differences
    "statements.view": MANAGERS | {Role.FINANCE, Role.SUPPLIER},
    "statements.close": OWNER | {Role.FINANCE},
    "goods.view": BRAND,
    "goods.edit": MANAGERS,            # what all shops share: only with the role for the whole brand
    "prices.view": MANAGERS | {Role.FINANCE},      # supply prices too
    "prices.edit": MANAGERS,
    "stock.view": EVERYONE,
    "stock.edit": MANAGERS | {Role.SUPPLIER},      # a supplier's staff: in its own warehouses
    "suppliers.view": MANAGERS | {Role.FINANCE},
    "suppliers.edit": OWNER,
    "loyalty.view": BRAND,             # rules, budgets, awards, a customer's points
    "loyalty.edit": OWNER | {Role.OPERATOR},
    "loyalty.grant": MANAGERS | {Role.AGENT, Role.OPERATOR},          # by hand, within a budget of one's own
    "storefront.view": BRAND,          # the shop's front page
    "storefront.edit": OWNER | {Role.OPERATOR},
    "referral.view": BRAND,            # plans, members, commissions
    "referral.edit": OWNER | {Role.OPERATOR},
    "referral.screen": OWNER | {Role.FINANCE},     # let held commissions go or void them, set what is suspicious
    "referral.sign": OWNER,            # a name under what the guard warns of
    "budgets.set": OWNER | {Role.FINANCE},
    "desk.view": BRAND - {Role.FINANCE},       # tickets with what customers have said
    "desk.work": MANAGERS | {Role.AGENT, Role.OPERATOR},
    "desk.arrange": MANAGERS,                  # roster, promises, calendars: only with the role for the whole brand
    "performance.view": MANAGERS,              # figures of everybody; one's own need desk.view alone
    "performance.decide": MANAGERS,            # service bonuses: only with the role for the whole brand
    "training.view": BRAND,            # courses and drills of one's own
    "training.edit": MANAGERS,         # programmes, courses, scripts, candidates; sees how everybody does
    "draws.view": BRAND,
    "draws.edit": OWNER | {Role.OPERATOR},
    "cash.view": OWNER | {Role.OPERATOR, Role.FINANCE, Role.AGENT},      # cash bonuses and where they are
    "cash.plan": OWNER | {Role.OPERATOR},
    "cash.approve": OWNER | {Role.FINANCE},        # let bonuses go or not, set limits, explain differences
    "payouts.view": OWNER | {Role.FINANCE, Role.OPERATOR, Role.AGENT},   # pay-outs of commissions, without identities
    "payouts.decide": OWNER | {Role.FINANCE},      # start runs, say yes or no, bank files (they name people), terms
    "payouts.report": OWNER | {Role.FINANCE},      # identities and incomes of a quarter, in full, for the tax office
    "insight.view": frozenset({Role.OWNER, Role.SHOP_MANAGER, Role.OPERATOR, Role.ANALYST, Role.FINANCE}),
    "insight.cut": frozenset({Role.OWNER, Role.ANALYST}),              # compute now, and cut levels and tiers anew
    "imports.run": frozenset({Role.OWNER, Role.SHOP_MANAGER, Role.ANALYST}),
    "ledger.view": frozenset({Role.OWNER, Role.FINANCE}),
    "reactions.view": OWNER,
    "reactions.retry": OWNER,
    "staff.view": frozenset({Role.OWNER, Role.SHOP_MANAGER}),
    "staff.edit": OWNER,
    "audit.view": OWNER | {Role.FINANCE},
    "brand.edit": OWNER,
    "raw.view": OWNER,
}

MAX_ROLES = 20                 # held by one person
MAX_STAFF_LISTED = 2_000
DETAIL_CHARACTERS = 2_000      # of one audit row


def roles_for(permission: str) -> frozenset[Role]:
    """Who may; an unknown permission is a bug and raises KeyError."""
    return PERMISSIONS[permission]

MAX_VIEWS = 20                 # saved filters of one person on one page
MAX_VIEWS_SHARED = 50          # of all, shown on one page
VIEW_NAME_CHARACTERS = 20
VIEW_QUERY_CHARACTERS = 500
