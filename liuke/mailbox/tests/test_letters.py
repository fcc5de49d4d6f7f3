"""A mail is read whatever is wrong with it; what is new in it, and who wrote it, is seen."""

from email.header import Header
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liuke.mailbox.rules import AUTO, BOUNCE, LIST, letters, marks, quotes
from liuke.mailbox.rules.markup import text_of
from liuke.mailbox.tests.builders import raw

QUOTED = {
    "english": "Thank you!\n\nOn Mon, Jun 8, 2026 at 10:00 AM Brand <service@brand.example> wrote:\n> Dear Wang",
    "english, broken line": "Thank you!\n\nOn Mon, Jun 8, 2026 at 10:00\nBrand <s@b.example> wrote:\n> Dear",
    "gmail": "Thank you!\n\n于2026年6月8日周一 10:00写道：\n> 您好",
    "gmail with a name": "Thank you!\n\nBrand <service@brand.example> 于2026年6月8日周一 10:00写道：\n\n> 您好",
    "qq": "Thank you!\n\n\n------------------ 原始邮件 ------------------\n发件人: \"品牌\"<service@brand.example>;",
    "163": "Thank you!\n\n在 2026-06-08 10:00:00，\"品牌\" <service@brand.example> 写道：\n您好",
    "163, newer": "Thank you!\n\n---- 回复的原邮件 ----\n| 发件人 | 品牌<service@brand.example> |",
    "outlook": "Thank you!\n\n________________________________\n发件人: 品牌 <service@brand.example>\n您好",
    "outlook, plain": "Thank you!\n\n发件人: 品牌 <service@brand.example>\n发送时间: 2026年6月8日\n您好",
    "iphone": "Thank you!\n\n发自我的 iPhone\n\n> 在 2026年6月8日，上午10:00，品牌 <s@b.example> 写道：\n> 您好",
}


@pytest.mark.parametrize("program", QUOTED)
def test_what_is_new_in_an_answer_is_what_stands_before_the_quote_of_each_mail_program(program):
    assert quotes.fresh(QUOTED[program]) == "Thank you!"


def test_words_that_only_look_a_little_like_a_quote_stay():
    text = "在商场买的，退货多久到账？\n于是我写了这封信\n订单 2026-06-08 的"

    assert quotes.fresh(text) == text
    assert quotes.fresh("> 全是引用") == "> 全是引用"


def test_a_plain_mail_is_read_with_its_thread():
    letter = letters.read(raw("您好", answers="a@x", references="<c@x> <b@x> <a@x>",
                              sender="王小满 <Wang@Mail.Example>"))

    assert (letter.sender, letter.name, letter.subject, letter.text) == ("wang@mail.example", "王小满", "快递", "您好")
    assert letter.references == ("a@x", "b@x", "c@x")


@pytest.mark.parametrize("charset", ["gb2312", "gbk", "gb18030", "big5", "utf-8", "iso-2022-jp"])
def test_words_in_the_charsets_of_asia_are_read_and_wrong_names_of_charsets_too(charset):
    text = "文字"
    subject = Header(text, charset).encode()
    body = raw("SIGN", subject=subject, charset="ascii").replace(b"charset=ascii", f"charset={charset}".encode())

    letter = letters.read(body.replace(b"SIGN", text.encode(charset)))

    assert (letter.subject, letter.text) == (text, text)
    lying = letters.read(raw("您好", charset="utf-8").replace(b"charset=utf-8", b"charset=x-nobody-knows"))
    assert lying.text == "您好"


def test_html_becomes_words_and_its_scripts_and_pictures_are_gone():
    html = ("<html><head><title>t</title><style>p{}</style></head><body><p>鞋子&nbsp;开胶</p><script>alert(1)</script>"
            "<img src=x onerror=alert(2)><div>请<b>处理</b><br>谢谢</div></body>")

    assert text_of(html) == "鞋子 开胶\n\n请处理\n谢谢"
    message = EmailMessage()
    message["From"] = "w@x.example"
    message.set_content(html, subtype="html")
    assert letters.read(bytes(message)).text == "鞋子 开胶\n\n请处理\n谢谢"


def test_enclosed_files_keep_their_names_and_inline_words_are_no_files():
    message = EmailMessage()
    message["From"] = "w@x.example"
    message.set_content("请看附件")
    message.add_attachment(b"%PDF-1.4 x %%EOF", maintype="application", subtype="pdf", filename="发票.pdf")

    letter = letters.read(bytes(message))

    assert letter.text == "请看附件"
    assert [(each.name, each.data) for each in letter.enclosed] == [("发票.pdf", b"%PDF-1.4 x %%EOF")]


@given(st.one_of(st.binary(max_size=400), st.builds(
    lambda head, body: b"From: a@b.example\r\n" + head + b"\r\n\r\n" + body, st.sampled_from([
        b"Content-Type: multipart/mixed; boundary=", b"Content-Type: multipart/mixed; boundary=x\r\nX: y",
        b"Content-Transfer-Encoding: base64", b"Subject: =?utf-8?b?!!!?= =?nope?q?=FF?=", b"Content-Type: ;;;=",
        b"Content-Type: text/plain; charset=\"", b"References: <<<>>> <a", b"From: \"<@>", b"Date: 99 Foo",
        b"Content-Disposition: attachment; filename*=utf-8''%ff%fe", b"Content-Type: message/rfc822",
    ]), st.binary(max_size=300))))
def test_no_bytes_make_it_raise_and_what_it_says_can_be_stored(data):
    letter = letters.read(data)

    assert "\x00" not in letter.text + letter.subject + letter.sender + letter.name + letter.message_id
    (letter.text + letter.subject + letter.name + letter.sender).encode()


BOUNCED = (b"From: MAILER-DAEMON@mx.example\r\nReturn-Path: <>\r\nSubject: Undelivered\r\nContent-Type: "
           b"multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n"
           b"no such user\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nAction: failed\r\n\r\n--b\r\n"
           b"Content-Type: message/rfc822\r\n\r\nMessage-ID: <first@x>\r\n\r\nHello\r\n--b--\r\n")


def test_a_bounce_says_which_mail_it_is_about():
    letter = letters.read(BOUNCED)

    assert marks.automatic(letter) == BOUNCE
    assert letter.about == ("first@x",)


@pytest.mark.parametrize(("headers", "kind"), [
    ({}, ""),
    ({"Auto_Submitted": "auto-replied"}, AUTO), ({"Auto_Submitted": "no"}, ""),
    ({"Precedence": "bulk"}, AUTO), ({"X_Autoreply": "yes"}, AUTO), ({"subject": "自动回复: 我休假了"}, AUTO),
    ({"subject": "自动回复怎么关闭"}, ""), ({"Return_Path": "<>"}, AUTO), ({"Return_Path": "<w@x.example>"}, ""),
    ({"List_Unsubscribe": "<https://x.example/u>"}, LIST), ({"sender": "postmaster@x.example"}, BOUNCE),
    ({"X_Auto_Response_Suppress": "All"}, ""),
], ids=str)
def test_automatic_mail_is_known_by_its_marks(headers, kind):
    assert marks.automatic(letters.read(raw(**headers))) == kind


def test_who_asks_for_no_automatic_answer_or_is_nobody_gets_none():
    assert marks.may_acknowledge(letters.read(raw()))
    assert not marks.may_acknowledge(letters.read(raw(X_Auto_Response_Suppress="All")))
    assert not marks.may_acknowledge(letters.read(raw(sender="no-reply@shop.example")))
    assert not marks.may_acknowledge(letters.read(raw(Auto_Submitted="auto-generated")))


def test_a_quoted_link_to_a_report_is_not_kept_and_other_addresses_are():
    own = "https://brand.example"
    letter = letters.Letter(text=f"好的\n> 查看对话：{own}/report/12w1abcXYZ09/\n> {own}/shop/ https://x.example/report/1w2/")

    assert letters.without_links(letter, own).text == (
        f"好的\n> 查看对话：{own}/report/…\n> {own}/shop/ https://x.example/report/1w2/")
