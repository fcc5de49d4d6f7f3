"""Serial numbers of numbered goods: written down when a piece is packed or replaces another."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from liuke.kit.errors import Refused
from liuke.mall.models import OrderLine, Serial


class SerialsNeeded(Refused):
    """Each piece of numbered goods needs its own serial number."""

    code = "serials_needed"


def note_serials(
    *, customer_id: int, pieces: Mapping[int, int], serials: Mapping[int, Sequence[str]],
    warranty_until: datetime | None = None,
) -> None:
    """These pieces, by order line, go to the customer under these numbers; goods without numbers are passed over.

    Raises SerialsNeeded when numbers are missing or belong to another piece.
    """
    numbered = OrderLine.objects.filter(pk__in=pieces, item__product__serial_numbered=True).select_related("item")
    for line in numbered.order_by("pk"):
        numbers = [number.strip() for number in serials.get(line.pk, ()) if number.strip()]
        if len(set(numbers)) != pieces[line.pk]:
            raise SerialsNeeded(_("%(name)s 需要 %(pieces)s 个不同的序列号")
                                % {"name": line.name, "pieces": pieces[line.pk]})
        try:
            with transaction.atomic():
                Serial.objects.bulk_create([
                    Serial(sku=line.item, number=number[:60], line=line, customer_id=customer_id,
                           warranty_until=warranty_until) for number in numbers
                ])
        except IntegrityError as error:
            raise SerialsNeeded(_("有序列号已经属于另一件商品")) from error
