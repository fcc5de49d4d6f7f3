"""liuke export customers FILE"""

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from zoneinfo import ZoneInfo

from django.conf import settings

from liuke.customers.models import Customer, Identity
from liuke.customers.rules import identities
from liuke.intake.exports import ExportCommand
from liuke.kit import crypto

AT_ONCE = 5_000
SHOWN = (identities.PHONE, identities.EMAIL, identities.EXTERNAL)


class Command(ExportCommand):
    help = "Write all living customers, with names and phones in the clear, in a form that `import customers` reads"
    columns = ("会员号", "姓名", "手机号", "邮箱", "外部编号", "入会时间")

    def rows(self) -> Iterator[tuple[object, ...]]:
        zone = ZoneInfo(settings.TIME_ZONE)
        living = Customer.objects.filter(merged_into=None, forgotten_at=None).order_by("pk")
        people = living.iterator(chunk_size=AT_ONCE)
        while batch := list(islice(people, AT_ONCE)):
            known = defaultdict[int, dict[str, str]](dict)
            for each in Identity.objects.filter(customer__in=batch, kind__in=SHOWN).order_by("pk"):
                known[each.customer_id].setdefault(each.kind, crypto.decrypt(each.value_enc))
            for customer in batch:
                yield (
                    customer.number, crypto.decrypt(customer.name_enc),
                    *(known[customer.pk].get(kind, "") for kind in SHOWN),
                    f"{customer.joined_at.astimezone(zone):%Y-%m-%d %H:%M:%S}",
                )
