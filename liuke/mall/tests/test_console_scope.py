"""How far a person reaches in the pages of the mall."""

import pytest

from liuke.mall.models import SupplierStaff
from liuke.mall.queries.access import suppliers_of
from liuke.mall.tests import builders
from liuke.org.rules import Role
from liuke.org.tests import builders as org

pytestmark = pytest.mark.django_db


def test_a_suppliers_staff_is_held_to_its_suppliers():
    mine, _other = builders.supplier(), builders.supplier()
    person = org.staff(role=Role.SUPPLIER)
    SupplierStaff.objects.create(supplier=mine, staff=person)

    assert suppliers_of(person) == {mine.pk}


def test_a_suppliers_staff_without_a_supplier_sees_nothing():
    assert suppliers_of(org.staff(role=Role.SUPPLIER)) == frozenset()


def test_staff_of_the_brand_sees_every_supplier():
    assert suppliers_of(org.staff(role=Role.AGENT)) is None


def test_a_suppliers_staff_opens_no_page_of_the_brand(client):
    client.force_login(org.staff(role=Role.SUPPLIER))

    for page in ("customers/", "mall/products/", "staff/", "audit/"):
        assert client.get(f"/console/{page}").status_code == 403, page
    assert client.get("/console/").status_code == 200
