"""THE TABLE: fact -> handlers. Read it like urls.py; an empty row says "nobody, on purpose"."""

from liuke.coupons import handlers as coupons
from liuke.desk import handlers as desk
from liuke.ledger import handlers as ledger
from liuke.loyalty import handlers as loyalty
from liuke.mall import handlers as mall
from liuke.outreach import handlers as outreach
from liuke.points import handlers as points
from liuke.referral import handlers as referral
from liuke.tiers import handlers as tiers
from liuke.timeline import facts
from liuke.timeline.reactor import on

REACTIONS = [
    on(facts.CustomerJoined,
       loyalty.award),
    on(facts.IdentityAdded),
    on(facts.IdentityVerified),
    on(facts.IdentityRemoved),
    on(facts.CustomersMerged,
       ledger.merge_balances,
       points.move_lots,              # after the balances
       tiers.move_growth,
       coupons.move_coupons,
       loyalty.move_awards,
       mall.move_orders,
       desk.move_tickets,
       outreach.move_messages,
       referral.move_referrals),
    on(facts.CustomersUnmerged,
       ledger.unmerge_balances,       # undo
       points.move_lots_back,
       tiers.move_growth_back,
       coupons.move_coupons_back,
       loyalty.move_awards_back,
       mall.move_orders_back,
       desk.move_tickets_back,
       outreach.move_messages_back,
       referral.move_referrals_back),
    on(facts.PersonalDataExported),
    on(facts.CustomerForgotten,
       coupons.withdraw_of_forgotten),
    on(facts.ConsentGiven),
    on(facts.ConsentWithdrawn),
    on(facts.TagAdded),
    on(facts.TagRemoved),
    on(facts.MessageSent),
    on(facts.OrderPlaced,
       referral.bind_at_order),
    on(facts.OrderPaid,
       loyalty.award,
       referral.promise_commission),
    on(facts.PaymentReturned),
    on(facts.BalanceChanged),
    on(facts.OrderShipped),
    on(facts.OrderDelivered),
    on(facts.OrderReceived,
       loyalty.award,
       loyalty.plan_release,
       mall.settle_received,
       referral.plan_confirmation),
    on(facts.OrderCancelled,
       mall.offer_repair_again),
    on(facts.OrderRefunded,
       loyalty.take_back_awards,      # undo
       mall.end_refunded_claims,
       mall.settle_refund,            # undo
       referral.take_back_commission),   # undo
    on(facts.ReturnRequested,
       desk.open_return_ticket,
       outreach.hush_for_return),
    on(facts.ReturnDecided,
       desk.follow_return_decision,
       outreach.speak_after_return),
    on(facts.ReturnMoved,
       desk.follow_return),
    on(facts.ReturnClosed,
       desk.finish_return_ticket),
    on(facts.RepairPaid,
       mall.begin_repair),
    on(facts.RepairFinished,
       mall.settle_repair),
    on(facts.TicketOpened,
       desk.route_ticket),
    on(facts.DangerReported),
    on(facts.TicketSolved),
    on(facts.TicketReopened),
    on(facts.TicketOverdue,
       desk.call_for_overdue),
    on(facts.OrderCorrected),
    on(facts.ReferrerBound),
    on(facts.CommissionPromised),
    on(facts.CommissionConfirmed),
    on(facts.CommissionTakenBack),
    on(facts.MemberGraduated),
    on(facts.PointsExpiring),
    on(facts.TierChanged,
       loyalty.award),
    on(facts.BirthdayCame,
       loyalty.award),
    on(facts.RewardGranted),
    on(facts.RewardGrantUndone),
    on(facts.CouponIssued),
    on(facts.CouponUsed),
    on(facts.CouponGivenBack),
    on(facts.CouponWithdrawn),
    on(facts.CouponExpiring),
]
