"""What customers say in WeCom comes in once, in its order, and answers go out while WeCom lets us speak."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.db import transaction
from django.utils import timezone
from PIL import Image

from liuke.channels.errors import ChannelError, NotVerified
from liuke.channels.fakes.wecom import CORP, KEY, TOKEN, FakeWeCom
from liuke.channels.wecom_crypto import Seal, Sealed
from liuke.desk.models import Attachment, Delivery, Message, Notice, Ticket
from liuke.desk.services import talk
from liuke.desk.services.talk import ChannelClosed
from liuke.desk.tests.rows import agent
from liuke.kit import crypto, files
from liuke.timeline.testing import settle
from liuke.wecom import services
from liuke.wecom.models import Account

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 8, 2, tzinfo=UTC)


@pytest.fixture
def wecom(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    fake = FakeWeCom(now=NOW)
    line = fake.line()
    for place in ("liuke.wecom.services", "liuke.wecom.tasks", "liuke.wecom.hooks"):
        monkeypatch.setattr(f"{place}.wecom", lambda: line)
    with transaction.atomic():
        services.note_account(code=fake.account)
    return fake


def pull(fake, now=NOW):
    return services.pull(line=fake.line(), code=fake.account, token="", now=now)


def at(minutes):
    return NOW + timedelta(minutes=minutes)


def words():
    return [crypto.decrypt(row.text_enc) for row in Message.objects.filter(author="customer").order_by("happened_at")]


def photo():
    data = BytesIO()
    Image.new("RGB", (40, 30), "red").save(data, "PNG")
    return data.getvalue()


def test_the_seal_opens_what_wecom_itself_has_published():
    """The sample of WeCom's own documentation: it also says that our padding and receiver are theirs."""
    seal = Seal(token=TOKEN, aes_key=KEY, receiver=CORP)
    sealed = Sealed("5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3", "1409659589", "263014780",
                    "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==")
    then = datetime.fromtimestamp(1409659589, tz=UTC)

    assert seal.opened(sealed, now=then) == b"1616140317555161061"
    for wrong in (Sealed("0" * 40, sealed.timestamp, sealed.nonce, sealed.words),
                  Sealed(sealed.signature, sealed.timestamp, sealed.nonce, sealed.words[:-4] + "AA==")):
        with pytest.raises(NotVerified):
            seal.opened(wrong, now=then)
    with pytest.raises(NotVerified):
        seal.opened(sealed, now=then + timedelta(minutes=6))
    with pytest.raises(NotVerified):
        Seal(token=TOKEN, aes_key=KEY, receiver="another").opened(sealed, now=then)
    for size in (0, 1, 11, 12, 13, 31, 32, 33, 500):
        made = seal.sealed(b"x" * size, now=then, nonce="n")
        assert seal.opened(made, now=then) == b"x" * size


def test_messages_come_in_once_in_their_order_however_they_are_delivered(wecom):
    wecom.says("wm1", "第二句", at=at(-3), id="b")
    wecom.says("wm1", "第一句", at=at(-5), id="a")
    wecom.says("wm2", "另一位", at=at(-4))
    wecom.says("wm1", "我们说的", at=at(-2), origin=5)
    wecom.shows("wm1", photo(), at=at(-1))

    pull(wecom)
    cursor = Account.objects.get().cursor
    Account.objects.update(cursor="")                     # as after a crash before the cursor was kept
    pull(wecom)
    wecom.says("wm1", "第二句", at=at(-3), id="b")         # delivered twice by WeCom itself
    wecom.says("wm1", "改了的话", at=at(-3), id="a")
    wecom.end_token()
    wecom.busy = 0
    pull(wecom)

    assert words() == ["第一句", "另一位", "第二句", ""]
    assert Ticket.objects.count() == 2
    assert Attachment.objects.count() == 1
    assert (cursor, Account.objects.get().cursor) == ("5", "7")
    wecom.busy = 1
    with pytest.raises(ChannelError) as failed:
        pull(wecom)
    assert not failed.value.permanent


def test_a_file_that_wecom_no_longer_has_holds_up_no_message(wecom):
    wecom.shows("wm1", photo(), at=at(-3))
    wecom.files.clear()
    wecom.says("wm1", "收到图了吗", at=at(-2))

    pull(wecom)

    assert words() == ["（消息，请在企业微信里看）", "收到图了吗"]
    assert Attachment.objects.count() == 0


def test_a_callback_is_verified_and_read_by_a_job(client, wecom):
    now = timezone.now()
    wecom.says("wm1", "在吗", at=now)
    asked, body = wecom.call(now=now)
    echo = wecom.seal().sealed(b"4561255354251345929", now=now, nonce="e")

    def post(asked, body, path="callback"):
        return client.post(f"/hooks/wecom/{path}?" + "&".join(f"{k}={v}" for k, v in asked.items()), body,
                           content_type="text/xml").status_code

    tried = client.get("/hooks/wecom/callback", {**wecom.address(echo), "echostr": echo.words})
    assert tried.content == b"4561255354251345929"
    assert post(asked | {"msg_signature": "0" * 40}, body) == 401
    assert post(asked, body.replace(b"<Encrypt><![CDATA[", b"<Encrypt><![CDATA[B")) == 401
    assert post(wecom.call(now=now - timedelta(minutes=9))[0], wecom.call(now=now - timedelta(minutes=9))[1]) == 401
    assert post(asked, b"\xff") == 401
    assert words() == []
    assert post(asked, body) == post(asked, body) == 200
    assert post(*wecom.call(now=now, event="change_contact")) == 200
    settle(name="wecom.pull")

    assert words() == ["在吗"]


def test_a_mention_in_a_group_is_a_community_mention_once(client, wecom):
    now = timezone.now()
    for _again in range(2):
        for chat, who in (("group", "m1"), ("single", "m2")):
            asked, body = wecom.mention("wm9", "@小满 你们的货怎么还没到", now=now, id=who, chat=chat)
            found = client.post("/hooks/wecom/robot?" + "&".join(f"{k}={v}" for k, v in asked.items()), body,
                                content_type="application/json")
            assert found.status_code == 200

    ticket = Ticket.objects.get()
    talk_ = ticket.conversation
    assert (ticket.kind, talk_.channel, talk_.external_id) == ("mention", "group", "wrG1:wm9")
    assert client.post("/hooks/wecom/robot", b"{}", content_type="application/json").status_code == 401


def test_an_answer_goes_out_once_with_its_picture_and_is_tried_again(wecom):
    wecom.says("wm1", "在吗", at=at(-1))
    pull(wecom)
    with files.kept_any(BytesIO(photo()), name="a.png") as kept:
        reply = _reply(kept)

    wecom.down = True
    services.carry(message_id=reply.pk, now=at(1))
    assert Delivery.objects.get().state == "waiting"
    wecom.down = False
    for minutes in (9, 10):
        services.carry(message_id=reply.pk, now=at(minutes))

    assert Delivery.objects.get().state == "sent"
    assert [(who, kind) for who, kind, _what in wecom.sent.values()] == [("wm1", "text"), ("wm1", "image")]
    assert wecom.sent[f"lk{reply.pk}"][2] == "请看图"


@transaction.atomic
def _reply(*pictures, text="请看图", now=NOW, key="k"):
    return talk.reply(ticket_id=Ticket.objects.get().pk, staff_id=agent().pk, text=text, key=key, now=now,
                      pictures=pictures)


def test_nothing_is_said_to_be_sent_that_wecom_would_refuse(wecom):
    wecom.says("wm1", "在吗", at=at(-1))
    pull(wecom)
    for number in range(5):
        _reply(text=f"第 {number} 条", key=f"k{number}", now=at(number))

    with pytest.raises(ChannelClosed) as full:
        _reply(text="第六条", key="k6", now=at(6))
    assert "5" in full.value.message
    wecom.says("wm1", "好的，谢谢，还有一个问题", at=at(7))
    pull(wecom, now=at(8))
    _reply(text="请讲", key="k7", now=at(9))
    with pytest.raises(ChannelClosed) as late:
        _reply(text="还在吗", key="k8", now=at(7) + timedelta(hours=48, seconds=1))
    assert "48" in late.value.message
    assert Message.objects.filter(author="staff").count() == 6


def test_what_wecom_refuses_all_the_same_is_told_to_who_wrote_it(wecom):
    wecom.says("wm1", "在吗", at=at(-1))
    pull(wecom)
    reply = _reply()
    wecom.now = NOW + timedelta(days=3)

    services.carry(message_id=reply.pk, now=at(1))

    row = Delivery.objects.get()
    assert (row.state, row.error) == ("failed", "95001")


def test_an_answer_that_wecom_took_and_lost_is_told_to_who_wrote_it_once(wecom):
    wecom.says("wm1", "在吗", at=at(-1))
    pull(wecom)
    reply = _reply()
    services.carry(message_id=reply.pk, now=at(1))
    wecom.end_token()
    wecom.busy = 1
    services.carry(message_id=_reply(text="还有", key="k2").pk, now=at(1))
    wecom.loses(f"lk{reply.pk}", at=at(2))

    for _again in range(2):
        Account.objects.update(cursor="")
        pull(wecom, now=at(3))

    assert list(Delivery.objects.order_by("pk").values_list("state", flat=True)) == ["bounced", "waiting"]
    assert Notice.objects.filter(reason="undelivered", ticket=reply.ticket).count() == 1
