"""How long a thousand mails take from a real IMAP server to tickets: read, threaded, with their clocks.

    python -m benches.desk_mail [--mails 1000] [--polls 3]

Needs Debian's dovecot (apt-get install dovecot-imapd). Each poll finds so many new mails, half of them matters of
people nobody knew, half answers that name the first mail, as `liuke` finds them a minute after they came. The database
flushes every commit. CPU is this process's, and that of its backend of PostgreSQL.
"""

import argparse
import os
import sys
import time
from typing import Any

from benches.ledger import cpu, server
from benches.mall import loop

ADDRESS = "service@brand.example"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--mails", type=int, default=1_000)
    options.add_argument("--polls", type=int, default=3)
    chosen = options.parse_args()
    with server():
        from django.db import connection

        from liuke.mailbox.services.polling import poll
        from liuke.mailbox.tests.dovecot import PROGRAM, running

        if PROGRAM is None:
            sys.exit("dovecot is not installed: apt-get install dovecot-imapd")
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            backend = cursor.fetchone()[0]
        print("\n| mails | seconds | CPU ms a mail, here | PostgreSQL | load | loop ms |\n" + "| --- " * 6 + "|")
        with running() as imap:
            for turn in range(chosen.polls):
                deliver(imap, chosen.mails, turn)
                began, here, there = time.perf_counter(), time.process_time_ns(), cpu(backend)
                taken = poll(inbox=imap.inbox(), address=ADDRESS)
                waited = time.perf_counter() - began
                each = [spent / 1e6 / taken for spent in (time.process_time_ns() - here, cpu(backend) - there)]
                print(f"| {taken:,} | {waited:.1f} | {each[0]:.1f} | {each[1]:.1f} | {os.getloadavg()[0]:.1f} |"
                      f" {loop():.1f} |", flush=True)
        check(chosen.mails * chosen.polls)


def deliver(imap: Any, mails: int, turn: int) -> None:
    """Put them into the mailbox, as a mail server would."""
    from liuke.mailbox.tests.builders import raw

    for number in range(mails // 2):
        name, who = f"first{turn}-{number}@x", {"sender": f"c{turn}-{number}@mail.example"}
        imap.put(raw(subject="杯子漏水", message_id=name, **who))
        imap.put(raw(subject="Re: 杯子漏水", text="还在漏", answers=name, **who))


def check(mails: int) -> None:
    """Every mail is at the desk, every answer in the matter it answers."""
    from liuke.desk.models import Message, Ticket
    from liuke.mailbox.models import Mail

    assert Mail.objects.filter(parked="").count() == mails
    assert (Ticket.objects.count(), Message.objects.count()) == (mails // 2, mails)


if __name__ == "__main__":
    main()
