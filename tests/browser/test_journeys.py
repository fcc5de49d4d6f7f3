"""What staff do all day, in a real browser."""

import re

import pytest

from liuke.timeline.testing import settle

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = [
    "/console/", "/console/customers/", "/console/customers/new/", "/console/tags/", "/console/automation/",
    "/console/automation/rules/", "/console/audit/", "/console/search/?q=x", "/console/staff/", "/console/brand/",
    "/console/imports/", "/console/consent-texts/", "/console/password/change/", "/console/days/2026-11-02/",
    "/console/insight/retention/", "/console/insight/revenue/", "/console/insight/rhythm/",
    "/console/insight/tiers/", "/console/mall/orders/", "/console/mall/orders/board/", "/console/mall/orders/ship/",
    "/console/mall/orders/cards/", "/console/mall/returns/", "/console/mall/payments/", "/console/mall/statements/",
    "/console/mall/bills/",
    "/console/loyalty/rules/", "/console/loyalty/rules/new/", "/console/loyalty/effect/", "/console/loyalty/budgets/",
    "/console/loyalty/awards/", "/console/loyalty/points/", "/console/loyalty/coupons/",
    "/console/loyalty/coupons/new/", "/console/points-mall/", "/console/points-mall/new/",
    "/console/points-mall/exchanges/", "/console/tiers/", "/console/tiers/change/", "/console/draws/",
    "/console/draws/new/", "/console/cash/", "/console/cash/?view=approval", "/console/cash/plans/",
    "/console/cash/plans/new/", "/console/cash/limits/", "/console/cash/comparison/",
]
CHINESE = re.compile(r"[\u4e00-\u9fff]+")
NAMELESS = """() => [...document.querySelectorAll(
    'input:not([type=hidden]), select, textarea, button, a[href], summary')]
  .filter((one) => one.offsetParent !== null)
  .filter((one) => !(one.labels?.length || one.getAttribute('aria-label') || one.getAttribute('aria-hidden')
    || one.textContent.trim() || one.title))
  .map((one) => one.outerHTML.slice(0, 120))"""
TWICE = """() => { const ids = [...document.querySelectorAll('[id]')].map((one) => one.id);
  return ids.filter((id, at) => ids.indexOf(id) !== at) }"""


def test_find_a_customer_by_pinyin_and_read_the_story(inside, people):
    inside.click("nav >> text=客户")
    inside.fill(".finder input[name=q]", "wangxm")
    inside.press(".finder input[name=q]", "Enter")
    inside.click("table >> text=王小满")

    assert inside.inner_text("h1").startswith("王小满")
    assert "买过 1 次，共 ¥128.00" in inside.inner_text("#state")
    assert "D8821 · ¥128.00" in inside.inner_text(".story")
    inside.click("text=订单 1")
    assert "有机奶粉" in inside.inner_text("table")


def test_import_a_file_see_the_cohort_and_find_a_customer_of_it(inside, settings, tmp_path):
    settings.LIUKE_DATA = tmp_path / "data"
    file = tmp_path / "orders.csv"
    file.write_text("""订单号,下单时间,手机号,姓名,商品名称,数量,单价,订单状态
D1,2026-10-01 09:00:00,13800001234,王小满,有机奶粉,2,64.00,已完成
D2,2026-11-02 10:00:00,13800001234,王小满,棉柔巾,1,19.90,已完成
D3,2026-11-02 10:00:00,,,棉柔巾,1,19.90,已完成
""", encoding="utf-8")

    inside.goto("/console/")
    inside.click("text=从导入订单历史开始")
    inside.set_input_files("input[type=file]", file)
    inside.click("text=上传并核对列")
    inside.click("main button:has-text('开始导入')")
    inside.wait_for_load_state()
    settle()
    inside.reload()

    said = inside.inner_text("main").replace("\n", " ")
    assert "读取的行 3 接受 2" in said
    assert "退回 1" in said
    assert "没有客户" in said
    inside.goto("/console/insight/retention/")
    cohorts = inside.inner_text("main")
    assert "2026-10" in cohorts
    assert "100%" in cohorts
    inside.goto("/console/imports/")
    inside.keyboard.press("Control+k")
    inside.keyboard.type("wangxm")
    inside.click("#palette-found a:has-text('王小满')")
    inside.wait_for_selector("h1:has-text('王小满')")
    assert "买过 2 次，共 ¥147.90" in inside.inner_text("#state")
    assert "D1 · ¥128.00" in inside.inner_text(".story")


def test_tag_several_and_take_it_back(inside, people):
    inside.goto("/console/customers/")
    inside.check("tbody tr:nth-child(1) .pick input")
    inside.check("tbody tr:nth-child(2) .pick input")
    assert inside.inner_text("[data-picked]") == "2"
    inside.fill(".bulk input[name=name]", "团长")
    inside.click(".bulk button")

    assert "已给 2 位客户加上“团长”" in inside.inner_text(".toast")
    assert inside.locator("tbody .tag:has-text('团长')").count() == 2
    inside.click(".toast >> text=撤销")
    assert inside.locator("tbody .tag:has-text('团长')").count() == 0


def test_a_number_is_shown_in_full_in_place(inside, people):
    inside.goto(f"/console/customers/{people[0].pk}/")
    inside.click("[aria-label=显示完整内容]")
    inside.wait_for_selector("text=+8613800001234")

    assert inside.url.endswith(f"/customers/{people[0].pk}/")


def test_with_the_keyboard_alone(inside, people):
    inside.keyboard.press("Control+k")
    inside.keyboard.type("lisiqi")
    inside.wait_for_selector("#palette-found a:has-text('李思琪')")
    inside.keyboard.press("Enter")
    inside.wait_for_url(f"**/customers/{people[1].pk}/")
    inside.keyboard.press("Control+k")
    inside.keyboard.type("nobody")
    inside.keyboard.press("Escape")
    assert not inside.is_visible("#palette")
    inside.goto("/console/customers/")
    inside.keyboard.press("j")
    inside.keyboard.press("j")
    inside.keyboard.press("x")
    assert inside.inner_text("[data-picked]") == "1"
    second = inside.locator("tbody tr").nth(1).locator(".first a").get_attribute("href")
    inside.keyboard.press("Enter")
    inside.wait_for_url(f"**{second}")
    inside.keyboard.press("?")
    assert inside.is_visible("#keys")
    inside.keyboard.press("Escape")
    assert not inside.is_visible("#keys")
    inside.keyboard.press("e")
    inside.wait_for_url("**/edit/")


def test_the_list_keeps_its_place(inside, people):
    inside.goto("/console/customers/")
    inside.click("table >> text=王小满")
    inside.go_back()

    assert "王小满" in inside.inner_text("tr.at")


@pytest.mark.parametrize("width", [390, 1024, 1440])
def test_no_page_is_wider_than_the_window(inside, people, width):
    inside.set_viewport_size({"width": width, "height": 844})
    for path in [*PAGES, f"/console/customers/{people[2].pk}/", f"/console/customers/{people[0].pk}/consent/"]:
        inside.goto(path)
        assert inside.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path


def test_on_a_phone_the_navigation_is_a_drawer(inside, people):
    inside.set_viewport_size({"width": 390, "height": 844})
    inside.goto("/console/")
    assert not inside.is_visible("nav >> text=客户")
    inside.click("[aria-label=打开导航]")
    inside.click("nav >> text=客户")

    inside.wait_for_url("**/customers/")
    assert not inside.is_visible("nav >> text=标签")


def test_in_english_no_page_speaks_chinese(inside):
    inside.click(".me")
    inside.click("button:has-text('English')")
    own = {"林小满", "林", "简体中文"}      # a name, its first sign, and the way back
    for path in PAGES:
        inside.goto(path)
        assert set(CHINESE.findall(inside.inner_text("body"))) <= own, path


def test_dark_is_chosen_at_once_and_stays(inside):
    inside.click(".me")
    inside.click("button:has-text('深色')")
    assert inside.get_attribute("html", "data-theme") == "dark"
    inside.goto("/console/customers/")

    assert inside.get_attribute("html", "data-theme") == "dark"


def test_every_control_has_a_name_and_every_page_one_heading(inside, people):
    for path in [*PAGES, f"/console/customers/{people[0].pk}/"]:
        inside.goto(path)
        assert inside.evaluate(NAMELESS) == [], path
        assert inside.evaluate(TWICE) == [], path
        assert inside.locator("h1").count() == 1, path
        assert inside.locator("main").count() == 1, path


def test_a_wrong_password_says_so_beside_the_form(tab, owner):
    tab.goto("/console/login/")
    tab.fill("[name=login]", "lin")
    tab.fill("[name=password]", "wrong")
    tab.click("main button.btn")

    assert "用户名或密码不对" in tab.inner_text("[role=alert]")
    assert tab.input_value("[name=login]") == "lin"


def test_publish_words_and_write_down_a_yes_and_a_no(inside, people):
    inside.goto("/console/consent-texts/")
    inside.fill("#body", "我同意收到优惠，每月不超过四条。")
    inside.click("main button:has-text('发布')")
    assert "已发布 marketing-1" in inside.inner_text(".toast")
    inside.goto(f"/console/customers/{people[0].pk}/")
    inside.click("a[href$='/consent/']")
    assert "每月不超过四条" in inside.inner_text("main")
    inside.select_option("#source", "phone")
    inside.click("[aria-label='短信 · 营销推荐']")
    inside.click("button:has-text('记下同意') >> visible=true")
    assert "文本 marketing-1" in inside.inner_text(".toast")
    assert inside.inner_text("[aria-label='短信 · 营销推荐']").strip() == "同意"
    assert inside.input_value("#source") == "phone"
    inside.click("text=拒绝一切营销")

    assert inside.inner_text("[aria-label='短信 · 营销推荐']").strip() == "拒绝"
    assert "电话 · 由林小满记下" in inside.inner_text(".story")
