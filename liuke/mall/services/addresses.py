"""The customer's address book. Name, phone and street are encrypted; a checkout freezes a copy."""

import json
from dataclasses import asdict, dataclass

import phonenumbers
from django.utils.translation import gettext as _

from liuke.kit import crypto, rows
from liuke.kit.db import advisory_lock, require_transaction
from liuke.kit.errors import BadInput, NotYours, Refused
from liuke.mall.models import Address

MAX_ADDRESSES = 20
MAX_TEXT = 120


class BadAddress(BadInput):
    """Something of the address is missing or cannot be right."""

    code = "bad_address"


class TooManyAddresses(Refused):
    """The address book is full."""

    code = "too_many_addresses"


@dataclass(frozen=True)
class Place:
    """An address in the clear; `region` is the six-digit code of the district."""

    region: str
    region_name: str
    name: str
    phone: str
    street: str

    def sealed(self) -> bytes:
        """For a purchase: encrypted as one piece."""
        return crypto.encrypt(json.dumps(asdict(self), ensure_ascii=False))


def opened(sealed: bytes | memoryview) -> Place | None:
    """The address a purchase was sent to; None when there is none (or the person was forgotten)."""
    text = crypto.decrypt(sealed)
    return Place(**json.loads(text)) if text else None


def save(*, customer_id: int, place: Place, address_id: int | None = None, preferred: bool = False) -> Address:
    """Add an address, or change one of the customer's own. Raises BadAddress, TooManyAddresses, NotYours."""
    require_transaction()
    place = _checked(place)
    address = Address(customer_id=customer_id)
    if address_id is not None:
        address = address_for(customer_id=customer_id, address_id=address_id)
    address.region, address.region_name = place.region, place.region_name
    address.name_enc, address.phone_enc = crypto.encrypt(place.name), crypto.encrypt(place.phone)
    address.street_enc, address.preferred = crypto.encrypt(place.street), preferred
    if preferred:
        advisory_lock(f"addresses:{customer_id}")        # a double click is not two preferred ones
        Address.objects.filter(customer_id=customer_id, preferred=True).exclude(pk=address.pk).update(preferred=False)
    if address_id is not None:
        rows.update(address, "region", "region_name", "name_enc", "phone_enc", "street_enc", "preferred")
        return address
    added = rows.fetch(_ADD, [
        customer_id, address.region, address.region_name, address.name_enc, address.phone_enc, address.street_enc,
        preferred, customer_id, MAX_ADDRESSES,
    ])
    if not added:
        raise TooManyAddresses(_("地址簿最多保存 %(most)s 个地址") % {"most": MAX_ADDRESSES})
    return rows.made(Address, added)[0]


_ADD = f"""
INSERT INTO mall_address (customer_id, region, region_name, name_enc, phone_enc, street_enc, preferred)
SELECT %s, %s, %s, %s, %s, %s, %s WHERE (SELECT count(*) FROM mall_address WHERE customer_id = %s) < %s
RETURNING {rows.columns(Address)}
"""  # noqa: S608  names of our own


def _checked(place: Place) -> Place:
    if not (place.region.isascii() and place.region.isdigit() and len(place.region) == 6):
        raise BadAddress(_("请选择省市区"))
    texts = (place.region_name, place.name, place.street)
    if not all(text.strip() for text in texts) or any(len(text) > MAX_TEXT for text in texts):
        raise BadAddress(_("请填写收货人和详细地址"))
    try:
        number = phonenumbers.parse(place.phone, "CN")
    except phonenumbers.NumberParseException as error:
        raise BadAddress(_("请填写正确的联系电话")) from error
    if not phonenumbers.is_possible_number(number):
        raise BadAddress(_("请填写正确的联系电话"))
    return place


def address_for(*, customer_id: int, address_id: int) -> Address:
    """The customer's own address. Raises NotYours."""
    found = rows.select(Address, "id = %s AND customer_id = %s", [address_id, customer_id])
    if not found:
        raise NotYours(_("没有这个地址"))
    return found[0]


def in_the_clear(address: Address) -> Place:
    return Place(
        address.region, address.region_name, crypto.decrypt(address.name_enc), crypto.decrypt(address.phone_enc),
        crypto.decrypt(address.street_enc),
    )


def remove(*, customer_id: int, address_id: int) -> None:
    """Raises NotYours."""
    require_transaction()
    address_for(customer_id=customer_id, address_id=address_id).delete()
