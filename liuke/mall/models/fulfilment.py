"""Parcels on their way to the customer, and what the carriers say of them."""

from django.db import models
from django.db.models.functions import Now, Upper


class Shipment(models.Model):
    """One parcel of one order, from the shelf to the door. `state` is one of rules.ShipmentState.

    With a `request` it brings what a return ended in: a replacement, a repaired piece, or the piece as it came.
    """

    order = models.ForeignKey("mall.Order", models.PROTECT, related_name="shipments")
    request = models.ForeignKey("mall.Return", models.PROTECT, null=True, related_name="parcels")    # it costs nothing
    number = models.CharField(max_length=20, unique=True)
    key = models.CharField(max_length=80, unique=True)
    state = models.CharField(max_length=12)
    carrier = models.CharField(max_length=20, default="", blank=True)
    tracking = models.CharField(max_length=40, default="", blank=True)
    packed_at = models.DateTimeField(null=True)
    shipped_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    expected_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["carrier", "tracking"], name="tracking_once", condition=~models.Q(tracking="")
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ShipmentLine(models.Model):
    shipment = models.ForeignKey(Shipment, models.CASCADE, related_name="lines")
    line = models.ForeignKey("mall.OrderLine", models.PROTECT, related_name="shipment_lines")
    quantity = models.PositiveIntegerField()
    batch = models.CharField(max_length=40, default="", db_default="", blank=True)       # the maker's, if known

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shipment", "line"], name="shipment_line_once")]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.line_id}"


class TrackingEvent(models.Model):
    """One step a carrier reported, for a parcel either way; the same step told twice is one row."""

    carrier = models.CharField(max_length=20)
    tracking = models.CharField(max_length=40)
    happened_at = models.DateTimeField()
    state = models.CharField(max_length=12)      # picked_up, in_transit, delivering, delivered, problem
    text = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["carrier", "tracking", "happened_at", "state"], name="tracking_event_once")
        ]

    def __str__(self) -> str:
        return f"{self.tracking} {self.state}"


class CarrierEvent(models.Model):
    """What a carrier's own system told once, under its number of it; `digest` knows the same words again."""

    carrier = models.CharField(max_length=20)
    event = models.CharField(max_length=80)
    digest = models.BinaryField(max_length=32)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["carrier", "event"], name="carrier_event_once")]
        indexes = [models.Index(fields=["received_at"], name="carrier_event_old")]

    def __str__(self) -> str:
        return f"{self.carrier} {self.event}"


class Serial(models.Model):
    """One numbered piece in a customer's hands; its warranty and its repairs hang on it."""

    sku = models.ForeignKey("mall.Sku", models.PROTECT, related_name="serials")
    number = models.CharField(max_length=60)
    line = models.ForeignKey("mall.OrderLine", models.PROTECT, null=True, related_name="serials")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, null=True, related_name="serials")
    shipment = models.ForeignKey(Shipment, models.SET_NULL, null=True, related_name="serials")    # packed in it
    warranty_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sku", "number"], name="serial_once")]
        indexes = [models.Index(Upper("number"), name="serial_by_number")]

    def __str__(self) -> str:
        return self.number


class PackingCard(models.Model):
    """The warm card in the parcel: an editable template with {name}, {note}, {care} and {review} in it."""

    supplier = models.OneToOneField("mall.Supplier", models.CASCADE, null=True, related_name="packing_card")
    title = models.CharField(max_length=60)
    note = models.TextField()
    footer = models.CharField(max_length=120, default="", blank=True)
    review = models.CharField(max_length=200, default="", db_default="", blank=True)      # behind the QR code

    def __str__(self) -> str:
        return self.title
