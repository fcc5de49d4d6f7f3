"""Filters that staff keep on a list."""

import re

import pytest
from django.urls import reverse

from liuke.console.tests import builders
from liuke.org import rules, saved
from liuke.org.models import AuditEntry, SavedView
from liuke.org.rules import Role
from liuke.org.tests import builders as org

pytestmark = pytest.mark.django_db
LIST = reverse("console:customers")
SAVE = reverse("console:view_save")


def keep(client, name="妈妈", *, query, **more):
    return client.post(SAVE, {"page": "console:customers", "name": name, "query": query, **more})


def tabs(client, **asked):
    return {tab.word: tab for tab in client.get(LIST, asked).context["views"].tabs}


@pytest.fixture
def tag():
    mum = builders.known()
    builders.known("李思琪", "13900005678")
    return builders.tagged(mum, "新手妈妈")


def test_a_filter_is_saved_and_leads_to_the_same_list(client, owner, tag):
    shown = client.get(LIST, {"tag": tag.pk, "sort": "oldest", "after": "x", "q": ""})

    answer = keep(client, query=shown.context["views"].unsaved)

    tab = tabs(client)["妈妈"]
    assert answer.url == tab.href == f"{LIST}?tag={tag.pk}&sort=oldest"
    found = client.get(tab.href)
    assert [row.name for row in found.context["page"].rows] == ["王小满"]
    assert [each.word for each in found.context["views"].tabs if each.here] == ["妈妈"]
    assert found.context["views"].unsaved == ""
    assert AuditEntry.objects.get().target == f"view:{SavedView.objects.get().pk}"


def test_without_a_saved_filter_there_is_no_bar_of_tabs(client, owner, tag):
    page = client.get(LIST).content.decode()

    assert re.search(r'<nav class="tabs"[^>]*></nav>', page)


def test_what_somebody_typed_is_never_kept(client, owner, tag):
    typed = client.get(LIST, {"q": "王小满"})
    keep(client, query=f"q=13800001234&tag={tag.pk}&other=1")

    assert typed.context["views"].unsaved == ""
    assert [view.query for view in SavedView.objects.all()] == [f"tag={tag.pk}"]
    assert not tabs(client, q="王", tag=tag.pk)["妈妈"].here


@pytest.mark.parametrize(
    ("name", "query"), [("", "tag=1"), ("长" * 21, "tag=1"), ("空", ""), ("空", "q=x"), ("大", "tag=" + "1" * 600)])
def test_a_view_without_a_name_or_a_filter_is_refused_in_a_sentence(client, owner, name, query):
    answer = client.post(SAVE, {"page": "console:customers", "name": name, "query": query}, follow=True)

    assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    assert not SavedView.objects.exists()


def test_the_same_name_replaces_and_twenty_are_enough(client, owner):
    for number in range(rules.MAX_VIEWS):
        keep(client, f"第 {number}", query=f"tag={number + 1}")
    keep(client, " 第  3 ", query="tag=77")
    answer = client.post(SAVE, {"page": "console:customers", "name": "多", "query": "tag=5"}, follow=True)

    assert SavedView.objects.count() == rules.MAX_VIEWS
    assert SavedView.objects.get(name="第 3").query == "tag=77"
    assert "最多保存 20 个" in answer.content.decode()


def test_colleagues_see_what_is_shared_and_cannot_remove_it(client, owner, tag):
    keep(client, "我的", query=f"tag={tag.pk}")
    keep(client, "大家的", query="sort=oldest", shared="yes")

    client.force_login(org.staff("hua", role=Role.AGENT, name="华"))
    seen = tabs(client)

    assert set(seen) == {"全部", "大家的"}
    assert (seen["大家的"].mine, seen["大家的"].by) == (None, "林小满")
    pk = SavedView.objects.get(name="大家的").pk
    assert client.post(reverse("console:view_remove", args=[pk])).status_code == 404
    assert SavedView.objects.count() == 2


def test_what_is_removed_can_be_brought_back(client, owner, tag):
    keep(client, query=f"tag={tag.pk}", shared="yes")
    (before,) = SavedView.objects.values_list("name", "query", "shared")

    answer = client.post(reverse("console:view_remove", args=[SavedView.objects.get().pk]), follow=True)
    assert not SavedView.objects.exists()
    message = list(answer.context["messages"])[-1]
    client.post(message.extra_tags)

    assert list(SavedView.objects.values_list("name", "query", "shared")) == [before]
    assert client.post(reverse("console:view_undo"), {"what": "forged"}).status_code == 302


def test_a_list_that_is_not_ours_to_see_keeps_nothing(client):
    client.force_login(org.staff("cai", role=Role.FINANCE))

    assert keep(client, query="tag=1").status_code == 404
    assert client.post(SAVE, {"page": "console:audit", "name": "x", "query": "tag=1"}).status_code == 404


def test_a_list_with_views_asks_once_for_all_of_them(client, owner, django_assert_num_queries, rf):
    for number in range(5):
        keep(client, f"第 {number}", query=f"tag={number}", shared="yes")
    request = rf.get(LIST)
    request.user = owner

    with django_assert_num_queries(1):
        found = saved.views_of(request, "console:customers")

    assert len(found.tabs) == 6
