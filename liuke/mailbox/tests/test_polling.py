"""The mailbox on a real server: every mail once, whoever else reads it, whatever kills us, however heavy it is."""

import re
import subprocess
import sys
import time
from email.message import EmailMessage

import pytest
from django.utils import timezone

from liuke.desk.models import Attachment, Conversation, Message, Ticket
from liuke.desk.tests.rows import agent, answer
from liuke.kit import crypto
from liuke.kit.pictures import MEGABYTE
from liuke.mailbox import rules
from liuke.mailbox.models import Mail, Mailbox
from liuke.mailbox.services.polling import poll
from liuke.mailbox.tests.builders import ADDRESS, raw
from liuke.mailbox.tests.dovecot import needs_dovecot, running
from liuke.mailbox.tests.smtp import serving
from liuke.run.testing import process_environment
from liuke.webform.queries import newest_ticket
from liuke.webform.services import carry as carry_form
from liuke.webform.tests.builders import sent

pytestmark = [pytest.mark.slow, needs_dovecot, pytest.mark.django_db(transaction=True)]
POLL = "import django; django.setup(); from liuke.mailbox.tasks import poll; poll()"


@pytest.fixture(scope="module")
def imap():
    with running() as server:
        yield server


@pytest.fixture
def empty(imap):
    """The mailbox without any mail; uids go on."""
    with imap.inbox() as inbox:
        if uids := inbox.uids("ALL"):
            inbox.box.delete([str(uid) for uid in uids])
    return imap


def polled(imap):
    return poll(inbox=imap.inbox(), address=ADDRESS)


def subjects(**which):
    return [crypto.decrypt(row.subject_enc) for row in Mail.objects.filter(**which).order_by("uid")]


def test_what_was_read_before_us_is_left_alone_and_everything_after_is_taken_whoever_reads_it(empty):
    empty.put(raw(subject="old, read"))
    empty.put(raw(subject="old, unread"))
    with empty.inbox() as inbox:
        first = inbox.uids("ALL")[0]
        inbox.mark_seen([first])
    assert polled(empty) == 1

    empty.put(raw(subject="new, read by a person"))
    with empty.inbox() as inbox:
        inbox.mark_seen(inbox.uids("ALL")[-1:])
    empty.put(raw(subject="new"))
    assert (polled(empty), polled(empty)) == (2, 0)

    assert subjects() == ["old, unread", "new, read by a person", "new"]
    assert empty.flags() == [True] * 4


def test_uids_that_count_anew_bring_nothing_twice_and_lose_nothing(empty):
    for number in range(3):
        empty.put(raw(subject=f"mail {number}"))
    polled(empty)
    Mailbox.objects.update(validity=7)                        # the server's word is another one now
    empty.put(raw(subject="meanwhile"))

    polled(empty)

    assert (subjects(), Ticket.objects.count()) == (["mail 0", "mail 1", "mail 2", "meanwhile"], 4)


def test_a_mail_of_50_mb_is_answered_by_its_words_and_says_what_was_left_out(empty):
    message = EmailMessage()
    message["From"], message["Subject"], message["Message-ID"] = "w@mail.example", "视频", "<heavy@x>"
    message.set_content("请看视频里的异响")
    message.add_attachment(b"\x00\x00\x00\x18ftypmp42" + bytes(38 * MEGABYTE), maintype="video", subtype="mp4",
                           filename="a.mp4")
    empty.put(bytes(message))
    empty.put(raw(subject="behind it"))

    assert polled(empty) == 2

    heavy = Mail.objects.get(message_id="heavy@x")
    assert heavy.size > 50 * MEGABYTE
    assert crypto.decrypt(heavy.said.text_enc) == "视频\n请看视频里的异响"
    assert "too_large" in crypto.decrypt(heavy.left_out_enc)
    assert subjects(parked="") == ["视频", "behind it"]


def test_enclosed_files_are_known_by_their_content(empty):
    message = EmailMessage()
    message["From"], message["Subject"] = "w@mail.example", "发票"
    message.set_content("见附件")
    message.add_attachment(b"%PDF-1.4\nx\n%%EOF\n", maintype="image", subtype="png", filename="../../发票.png")
    message.add_attachment(b"MZ\x90\x00 a program", maintype="application", subtype="pdf", filename="invoice.pdf")
    empty.put(bytes(message))

    polled(empty)

    kept = Attachment.objects.get()
    assert (kept.kind, crypto.decrypt(kept.name_enc), kept.size) == ("pdf", "发票.pdf", 17)
    assert crypto.decrypt(Mail.objects.get().left_out_enc) == "invoice.pdf file_not_allowed"


def test_broken_mail_is_parked_and_holds_up_nothing(empty):
    broken = (b"Content-Type: multipart/mixed; boundary=x\r\nFrom: a@b.example\r\n\r\n--x\r\n"
              b"Content-Transfer-Encoding: base64\r\n\r\n!!!!\r\n--x")
    for data in (b"\x00\xff\xfe nothing of a mail", b"From: \r\n\r\n", broken, raw(subject="good")):
        empty.put(data)

    assert polled(empty) == 4

    assert Mail.objects.count() == 4
    assert "good" in subjects(parked="")
    assert polled(empty) == 0


def test_what_went_out_from_a_web_form_comes_home_by_imap_and_only_from_its_sender(empty, settings, client):
    """The form is answered over a real SMTP server; its mail is answered in the mailbox on a real IMAP server."""
    report = sent(client, contact="wang@mail.example")
    with serving(settings) as smtp:
        reply = answer(newest_ticket(report), agent(), text="明天给您换新的", at=timezone.now())
        carry_form(message_id=reply.pk, now=timezone.now())
    (to, out), = smtp.mails
    back = {"answers": out["Message-ID"].strip("<>"), "subject": f"Re: {out['Subject']}"}
    empty.put(raw(text="好的，谢谢", sender="wang@mail.example", **back))
    empty.put(raw(text="我是他", sender="stranger@mail.example", **back))

    assert polled(empty) == 2

    said = Message.objects.filter(conversation=report.conversation, author="customer").order_by("pk")
    assert to == ["wang@mail.example"]
    assert [crypto.decrypt(row.text_enc) for row in said] == ["杯子漏水", "好的，谢谢"]
    link = re.search(r"/report/\S+", out.get_content())[0]
    assert "明天给您换新的" in client.get(link).content.decode()


def test_killed_again_and_again_it_takes_each_mail_once(empty):
    many = 300
    for number in range(many):
        empty.put(raw(subject=f"mail {number}", sender=f"c{number % 40}@mail.example"))
    environment = process_environment(LIUKE_IMAP_URL=empty.url, LIUKE_SERVICE_MAIL=ADDRESS)
    kills, so_far = 0, 0
    until = time.monotonic() + 100
    while time.monotonic() < until:
        process = subprocess.Popen([sys.executable, "-c", POLL], env=environment, stderr=subprocess.DEVNULL)
        while process.poll() is None:
            if kills < 4 and Mail.objects.count() > so_far:
                time.sleep(0.03 * kills)                      # right after a commit, and ever deeper in the next batch
                process.kill()
            time.sleep(0.005)
        process.wait()
        if process.returncode == 0:
            break
        kills, so_far = kills + 1, Mail.objects.count()
        assert so_far % rules.COMMITTED_MAILS == 0            # of a batch all or nothing

    assert kills == 4
    assert process.returncode == 0
    assert sorted(subjects()) == sorted(f"mail {number}" for number in range(many))
    assert set(Mail.objects.values_list("copies", "parked")) == {(1, "")}
    assert Message.objects.filter(author="customer").count() == many
    assert empty.flags() == [True] * many


def test_two_who_poll_at_once_take_each_mail_once(empty):
    many = 60
    for number in range(many):
        empty.put(raw(subject=f"mail {number}", sender=f"c{number}@mail.example"))
    environment = process_environment(LIUKE_IMAP_URL=empty.url, LIUKE_SERVICE_MAIL=ADDRESS)

    running_ = [subprocess.Popen([sys.executable, "-c", POLL], env=environment) for _each in range(2)]

    assert [process.wait(60) for process in running_] == [0, 0]
    assert (Mail.objects.count(), Message.objects.filter(author="customer").count()) == (many, many)


def test_a_thousand_mails_are_read_and_threaded_in_one_poll(empty):
    """500 matters, each with an answer that names its first mail."""
    for number in range(500):
        who = {"sender": f"c{number}@mail.example"}
        empty.put(raw(subject="杯子漏水", message_id=f"first{number}@x", **who))
        empty.put(raw(subject="Re: 杯子漏水", text="还在漏", answers=f"first{number}@x", **who))
    started, cpu = time.perf_counter(), time.process_time()

    assert polled(empty) == 1_000

    print(  # noqa: T201  what the figure was, with `pytest -s`
        f"1,000 mails in {time.perf_counter() - started:.1f} s, {time.process_time() - cpu:.1f} s of our CPU")
    assert (Conversation.objects.count(), Mail.objects.exclude(parked="").count()) == (500, 0)
    assert rules.MOST_A_POLL >= 1_000
