"""WHO KNOWS WHAT OF A PERSON: every module that holds names, phones or texts hands them out and blanks them here."""

from liuke.cash import personal as cash
from liuke.coupons import personal as coupons
from liuke.customers.queries import personal as customers
from liuke.customers.queries.personal import Part
from liuke.customers.services import forget
from liuke.desk import personal as desk
from liuke.draws import personal as draws
from liuke.gifts import personal as gifts
from liuke.insight import personal as insight
from liuke.knowledge import personal as knowledge
from liuke.ledger import personal as ledger
from liuke.loyalty import personal as loyalty
from liuke.mailbox import personal as mailbox
from liuke.mall.queries import personal as mall
from liuke.mall.services import privacy
from liuke.outreach import queries as outreach
from liuke.outreach import services as messages
from liuke.payouts import personal as payouts
from liuke.points import personal as points
from liuke.pointsmall import personal as pointsmall
from liuke.referral import personal as referral
from liuke.referral.services import portraits
from liuke.tiers import personal as tiers
from liuke.webform import personal as webform

PERSONAL = [
    Part(name="customers", sheets=customers.sheets, blank=forget.blank),
    Part(name="mall", sheets=mall.sheets, blank=privacy.forget_words, open_matters=mall.open_matters),
    Part(name="desk", sheets=desk.sheets, blank=desk.blank, open_matters=desk.open_matters),
    Part(name="mailbox", sheets=mailbox.sheets, blank=mailbox.blank),
    Part(name="webform", sheets=webform.sheets, blank=webform.blank),
    Part(name="knowledge", sheets=knowledge.sheets, blank=knowledge.blank),
    Part(name="ledger", sheets=ledger.sheets),                     # money stays, and names nobody
    Part(name="points", sheets=points.sheets),
    Part(name="tiers", sheets=tiers.sheets),
    Part(name="coupons", sheets=coupons.sheets),                   # names nobody; what is unused ends with the person
    Part(name="loyalty", sheets=loyalty.sheets),
    Part(name="pointsmall", sheets=pointsmall.sheets),
    Part(name="referral", sheets=referral.sheets, blank=portraits.take_away),
    Part(name="cash", sheets=cash.sheets, blank=cash.forget_payee, open_matters=cash.open_matters),
    Part(name="payouts", sheets=payouts.sheets, blank=payouts.blank, open_matters=payouts.open_matters),
    Part(name="draws", sheets=draws.sheets),
    Part(name="gifts", sheets=gifts.sheets),                       # names and addresses are the order's
    Part(name="insight", sheets=insight.sheets),
    Part(name="outreach", sheets=outreach.personal_sheets, blank=messages.forget_words),
]
