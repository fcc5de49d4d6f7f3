"""Staff choose what a block leads to from lists, and a wrong choice is said beside its field."""

import pytest
from django.urls import reverse

from liuke.mall.models import Category
from liuke.mall.tests import builders as mall
from liuke.org.rules import Role
from liuke.org.tests import builders as org
from liuke.storefront.models import Block
from liuke.storefront.tests.builders import block, front

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    front()
    client.force_login(org.staff("lin", role=Role.OWNER))
    return client


def banner(staff, **fields):
    return staff.post(reverse("storefront:new", args=["banner"]), {"title": "秋冬护理", **fields})


def test_a_banner_leads_to_the_chosen_category_and_comes_back_with_it(staff):
    care = Category.objects.create(name="护理", path=[])

    assert banner(staff, leads="category", category=str(care.pk), product="LEFT-OVER").status_code == 302

    made = Block.objects.get()
    page = staff.get(reverse("storefront:block", args=[made.pk])).content.decode()
    assert (made.leads, made.what) == ("category", str(care.pk))
    assert f'<option value="{care.pk}" selected>护理</option>' in page


def test_products_for_sale_are_offered_by_name_and_an_unknown_one_is_refused_beside_its_field(staff):
    sku = mall.sku()
    page = staff.get(reverse("storefront:new", args=["banner"])).content.decode()
    assert f'<option value="{sku.product.code}">{sku.product.name}</option>' in page

    wrong = banner(staff, leads="product", product="NOBODY")

    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["product"])
    assert banner(staff, leads="product", product=sku.product.code).status_code == 302
    assert Block.objects.get().what == sku.product.code


def test_a_banner_that_leads_nowhere_needs_no_choice(staff):
    assert banner(staff, leads="").status_code == 302
    assert (Block.objects.get().leads, Block.objects.get().what) == ("", "")


def test_a_changed_banner_may_lead_elsewhere(staff):
    row = block(leads="coupons")
    sku = mall.sku()

    staff.post(reverse("storefront:block", args=[row.pk]),
               {"title": "新", "leads": "product", "product": sku.product.code})

    row.refresh_from_db()
    assert (row.title, row.leads, row.what) == ("新", "product", sku.product.code)
