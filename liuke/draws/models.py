"""Draws, their prizes, tickets, and how far each has come. What was published is frozen by triggers (0002)."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now


class Draw(models.Model):
    """Its terms change while it is a draft only. The seed is sealed until the end; its hash is shown from the start."""

    number = models.CharField(max_length=20, unique=True)             # D261101001, in the hash of every ticket
    name = models.CharField(max_length=40)
    rules = models.TextField(default="", blank=True)                  # what the public reads
    contact = models.CharField(max_length=120, default="", blank=True)           # who holds it, and how to reach them
    look = models.CharField(max_length=10)                            # wheel, scratch
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    free_a_day = models.PositiveSmallIntegerField(default=0)
    most_a_day = models.PositiveIntegerField(default=0)               # times a customer and local day; 0: no bound
    most = models.PositiveIntegerField(default=0)                     # times a customer in all
    audience = models.JSONField(default=dict)
    budgets = models.JSONField(default=dict)                          # unit -> loyalty budget
    state = models.CharField(max_length=10)                           # queries.State
    seed_enc = models.BinaryField(default=b"")
    seed_hash = models.CharField(max_length=64, default="", blank=True)
    terms_hash = models.CharField(max_length=64, default="", blank=True)
    seed = models.CharField(max_length=64, default="", blank=True)    # hex, from the end on
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    purse_emptied_at = models.DateTimeField(null=True)                # what nobody won is back at its budgets
    stop_reason = models.CharField(max_length=200, default="", blank=True)       # ended before its time, and why

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="draw_span")]
        indexes = [
            models.Index(fields=["closes_at"], name="draw_to_end", condition=Q(state="published")),
        ]

    def __str__(self) -> str:
        return self.number


class Prize(models.Model):
    """One stretch of the odds. `count` empty: it never runs out."""

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="prizes")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=30)
    kind = models.CharField(max_length=10)                            # rules.promise.KINDS
    amount = models.BigIntegerField(default=0)
    details = models.JSONField(default=dict)
    value_fen = models.BigIntegerField(default=0)
    count = models.PositiveIntegerField(null=True)
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField()
    fallback = models.PositiveSmallIntegerField(null=True)            # position of the prize won instead

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draw", "position"], name="prize_once"),
            models.CheckConstraint(
                condition=Q(numerator__gte=0, denominator__gt=0, numerator__lte=F("denominator"), amount__gte=0,
                            value_fen__gte=0), name="prize_fits"),
        ]

    def __str__(self) -> str:
        return self.name


class Stock(models.Model):
    """How many of a prize are gone. Changed by one conditional statement only, and never beyond the count."""

    prize = models.OneToOneField(Prize, models.PROTECT, primary_key=True, related_name="stock")
    count = models.PositiveIntegerField(null=True)
    drawn = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(count=None) | Q(drawn__lte=F("count")), name="stock_not_overdrawn"),
        ]

    def __str__(self) -> str:
        return f"{self.drawn} of {self.count}"


class Course(models.Model):
    """How far a draw has come: tickets given, tickets drawn, and the link that the next result follows."""

    draw = models.OneToOneField(Draw, models.PROTECT, primary_key=True, related_name="course")
    tickets = models.PositiveIntegerField(default=0)
    drawn = models.PositiveIntegerField(default=0)
    link = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.drawn} of {self.tickets}"


class Ticket(models.Model):
    """The right to draw once, and what came of it. From `drawn_at` on nothing of the result changes (a trigger)."""

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="tickets", db_index=False)
    number = models.PositiveIntegerField()                            # within its draw
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="draw_tickets", db_index=False)
    key = models.CharField(max_length=140, unique=True)               # of what gave it: award:3:77:customer:1
    source = models.CharField(max_length=10)                          # day, rule, mall, staff
    state = models.CharField(max_length=10)                           # queries.TicketState
    day_on = models.DateField(null=True)                              # of a free ticket: the only day it is good for
    given_at = models.DateTimeField()
    play_key = models.CharField(max_length=120, default="", blank=True)
    nonce = models.CharField(max_length=64, default="", blank=True)
    digest = models.CharField(max_length=64, default="", blank=True)
    place = models.PositiveIntegerField(null=True)
    result = models.PositiveSmallIntegerField(null=True)              # position that the digest says
    prize = models.ForeignKey(Prize, models.PROTECT, null=True, related_name="winners", db_index=False)
    link = models.CharField(max_length=64, default="", blank=True)
    drawn_at = models.DateTimeField(null=True)
    delivery = models.CharField(max_length=10, default="", blank=True)           # queries.Delivery
    stuck_reason = models.CharField(max_length=60, default="", blank=True)
    delivered_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draw", "number"], name="ticket_number_once"),
            models.UniqueConstraint(fields=["draw", "place"], name="ticket_place_once"),
            models.UniqueConstraint(fields=["play_key"], name="ticket_play_once", condition=~Q(play_key="")),
        ]
        indexes = [
            models.Index(fields=["customer", "draw", "state"], name="draw_ticket_by_customer"),
            models.Index(fields=["prize", "-id"], name="draw_ticket_by_prize", condition=Q(prize__isnull=False)),
            models.Index(fields=["id"], name="draw_ticket_to_deliver", condition=Q(delivery__in=["wanted", "stuck"])),
        ]

    def __str__(self) -> str:
        return f"{self.draw_id}:{self.number}"
