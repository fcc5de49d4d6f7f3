"""THE OTHER TABLE: how often -> what. Every recurring job stands here; nothing is hidden in modules.

Times are cron words in UTC. A job that two workers start at once must be safe to run twice.
"""

from dataclasses import dataclass

from procrastinate import App


@dataclass(frozen=True)
class Clock:
    cron: str
    task: str


def every(cron: str, task: str) -> Clock:
    return Clock(cron, task)


CLOCKS: list[Clock] = [
    every("* * * * *", "outreach.deliver_due"),
    every("* * * * *", "ledger.expire_holds"),
    every("* * * * *", "ledger.roll_up"),
    every("20 16 * * *", "ledger.close_day"),      # twenty past midnight in China
    every("*/10 * * * *", "points.expire"),
    every("*/5 * * * *", "loyalty.release"),
    every("*/5 * * * *", "referral.confirm"),
    every("5 17 * * *", "referral.give_coupons"),
    every("15 17 * * *", "referral.watch"),        # a quarter past one at night in China
    every("25 17 * * *", "referral.measure"),
    every("50 16 * * *", "points.check"),
    every("*/10 * * * *", "coupons.expire"),
    every("55 16 * * *", "coupons.check"),
    every("* * * * *", "cash.run"),
    every("* * * * *", "draws.end"),
    every("37 * * * *", "draws.settle"),
    every("50 2-9 * * *", "cash.compare_days"),    # from ten to eleven in China, when yesterday's bill is written
    every("55 16 * * *", "cash.check"),
    every("58 16 * * *", "payouts.check"),
    every("*/10 * * * *", "loyalty.finish_batches"),
    every("7 1 * * *", "points.remind"),           # seven past nine in the morning in China
    every("*/10 * * * *", "tiers.settle"),
    every("55 16 * * *", "tiers.check"),
    every("3 1 * * *", "tiers.birthdays"),         # three past nine in the morning in China
    every("12 1 * * *", "coupons.remind"),
    every("14 1 * * *", "gifts.remind"),
    every("17 * * * *", "customers.delete_expired_exports"),
    every("47 * * * *", "customers.delete_old_codes"),
    every("27 * * * *", "intake.delete_old_files"),
    every("* * * * *", "mall.expire_orders"),
    every("* * * * *", "mall.ask_payments"),
    every("* * * * *", "mall.ask_refunds"),
    every("30 2-9 * * *", "mall.compare_bills"),   # from half past ten in China, when yesterday's bill is written
    every("*/10 * * * *", "mall.receive_silent"),
    every("37 * * * *", "mall.delete_old_events"),
    every("42 * * * *", "mall.delete_old_files"),
    every("10 19 * * *", "mall.sweep_pictures"),   # ten past three at night in China
    every("40 17 * * *", "mall.open_statements"),  # at night in China; drafts of the month that has ended, once
    every("* * * * *", "desk.mark_due"),           # dated at the due instant, whenever it is noticed
    every("* * * * *", "desk.warn_due"),
    every("* * * * *", "desk.call_due"),
    every("* * * * *", "desk.tasks_due"),
    every("* * * * *", "desk.fold_counts"),
    every("* * * * *", "desk.carry_waiting"),
    every("15 19 * * *", "desk.sweep_files"),      # a quarter past three at night in China
    every("* * * * *", "mailbox.poll"),
    every("*/5 * * * *", "wecom.pull_all"),        # what a lost callback did not tell of
    every("20 19 * * *", "mailbox.forget_old"),
    every("* * * * *", "desk.route_waiting"),
    every("5 * * * *", "desk.watch_roster"),
    every("30 1 * * *", "desk.remind_courses"),    # half past nine in China
    every("* * * * *", "performance.fold"),
    every("15 19 * * *", "training.forget_candidates"),
    every("45 17 1 * *", "performance.suggest"),   # of the month before; the 2nd in China
    every("35 18 * * 0", "improve.look"),          # on Mondays, twenty-five to three at night in China
    every("5 1 * * *", "improve.remind"),          # five past nine in the morning in China
    every("10 17 * * *", "desk.load_holidays"),
    every("5 18 * * *", "desk.learn_kinds"),       # five past two at night in China
    every("30 18 * * *", "insight.refresh"),       # half past two at night in China
    every("40 19 * * *", "loyalty.suggest"),       # when effects are known
    every("10 19 * * *", "loyalty.measure"),       # when the figures are there
]


def install(app: App) -> None:
    """Hand the table to the workers; called once when a process starts."""
    for clock in CLOCKS:
        app.periodic(cron=clock.cron, periodic_id=clock.task)(app.tasks[clock.task])
