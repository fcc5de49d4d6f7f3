"""Serial numbers of numbered goods: written down when a piece is packed or replaces another."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from liuke.kit.db import require_transaction
from liuke.kit.errors import Refused
from liuke.mall.models import OrderLine, Serial, Shipment

MAX_CHARACTERS = 60


class SerialsNeeded(Refused):
    """Each piece of numbered goods needs its own serial number."""

    code = "serials_needed"


def note_serials(
    *, customer_id: int, pieces: Mapping[int, int], serials: Mapping[int, Sequence[str]],
    warranty_until: datetime | None = None, shipment: Shipment | None = None,
) -> None:
    """These pieces, by order line, go to the customer under these numbers; goods without numbers are passed over.

    A piece that came back to us for good may be sold again under its number. Raises SerialsNeeded when numbers are
    missing or belong to another piece.
    """
    numbered = OrderLine.objects.filter(pk__in=pieces, item__product__serial_numbered=True).select_related("item")
    for line in numbered.order_by("pk"):
        numbers = {number.strip() for number in serials.get(line.pk, ()) if number.strip()}
        if len(numbers) != pieces[line.pk] or any(len(number) > MAX_CHARACTERS for number in numbers):
            raise SerialsNeeded(_("%(name)s 需要 %(pieces)s 个不同的序列号")
                                % {"name": line.name, "pieces": pieces[line.pk]})
        assert line.item is not None, "the lines were found by their item"
        given = {"line": line, "customer_id": customer_id, "shipment": shipment, "warranty_until": warranty_until}
        ours = Serial.objects.select_for_update().filter(sku=line.item, number__in=numbers, customer=None)
        again = list(ours.order_by("pk").values_list("number", flat=True))
        try:
            with transaction.atomic():
                Serial.objects.filter(sku=line.item, number__in=again).update(**given)
                Serial.objects.bulk_create([
                    Serial(sku=line.item, number=number, **given) for number in sorted(numbers.difference(again))
                ])
        except IntegrityError as error:
            raise SerialsNeeded(_("有序列号已经属于另一件商品")) from error


def free_serials(shipment: Shipment) -> bool:
    """The numbered pieces of a parcel that never left are nobody's again; whether all of them were known."""
    require_transaction()
    numbered = shipment.lines.filter(line__item__product__serial_numbered=True)
    rows = Serial.objects.filter(shipment=shipment)
    if rows.count() != numbered.aggregate(pieces=Sum("quantity", default=0))["pieces"]:
        return False
    rows.filter(returns__isnull=False).update(line=None, customer=None, shipment=None, warranty_until=None)
    rows.delete()
    return True
