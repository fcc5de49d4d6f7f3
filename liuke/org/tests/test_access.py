"""Doors let in who may, and every change leaves a row that cannot be taken away."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.http import HttpResponse
from django.test import RequestFactory

from liuke.org import queries, rules
from liuke.org.access import staff_may
from liuke.org.models import AuditEntry, Brand
from liuke.org.rules import Role
from liuke.org.tests import builders

pytestmark = pytest.mark.django_db


@staff_may("brand.edit")
def rename_brand(request, brand_id):
    Brand.objects.create(name="留客")
    request.audit_detail = {"length": 2}
    return HttpResponse(status=int(request.POST.get("status", 200)))


def send(staff, method="post", **data):
    request = getattr(RequestFactory(), method)("/x", data)
    request.user = staff
    return rename_brand(request, brand_id=7)


def test_a_change_leaves_an_audit_row_with_its_target():
    staff = builders.staff()

    send(staff)

    entry = AuditEntry.objects.get()
    assert (entry.staff, entry.action, entry.target, entry.detail) == (
        staff, "org.tests.test_access.rename_brand", "7", {"length": 2},
    )


def test_an_error_answer_rolls_the_change_back_and_leaves_no_row():
    send(builders.staff(), status=422)

    assert not Brand.objects.exists()
    assert not AuditEntry.objects.exists()


def test_who_may_not_is_refused_and_a_stranger_is_sent_to_log_in():
    from django.contrib.auth.models import AnonymousUser

    with pytest.raises(PermissionDenied):
        send(builders.staff(role=Role.AGENT))

    answer = send(AnonymousUser(), method="get")
    assert (answer.status_code, answer.url) == (302, "/console/login/?next=/x")


def test_a_person_who_left_may_nothing():
    staff = builders.staff(is_active=False)

    assert not staff.has_perm("home.view")


def test_a_shop_manager_may_in_the_own_shop_only():
    own, other = builders.shop("A"), builders.shop("B")
    manager = builders.staff(role=Role.SHOP_MANAGER, at=own)

    assert manager.has_perm("customers.merge", own)
    assert not manager.has_perm("customers.merge", other)
    assert list(queries.shops_where(manager, "customers.merge")) == [own]
    assert not queries.everywhere(manager, "customers.merge")


def test_the_audit_can_only_grow():
    send(builders.staff())

    for change in (lambda: AuditEntry.objects.update(action="x"), lambda: AuditEntry.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()

    assert AuditEntry.objects.count() == 1


def test_every_permission_names_at_least_one_role():
    assert all(rules.roles_for(permission) for permission in rules.PERMISSIONS)


def test_the_api_opens_no_earlier_than_the_pages_for_who_must_set_up_a_second_factor(client):
    client.force_login(builders.staff("ana", role=Role.ANALYST, second_factor_required=True))
    closed = client.get("/api/v1/insight/overview").status_code
    client.force_login(builders.staff("bo", role=Role.ANALYST))

    assert (closed, client.get("/api/v1/insight/overview").json()["code"]) == (401, "not_refreshed")
