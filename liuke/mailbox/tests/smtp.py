"""A real SMTP server for tests, on a free port, that our mail goes to."""

import email
import email.policy
from contextlib import contextmanager

from aiosmtpd.controller import Controller

from liuke.mailbox.tests.builders import ADDRESS
from liuke.mailbox.tests.dovecot import free_port


class Server:
    """Takes mail, or answers with what a test wants."""

    def __init__(self):
        self.mails, self.answer = [], ""

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802  aiosmtpd's name
        if self.answer:
            return self.answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  aiosmtpd's name
        self.mails.append((envelope.rcpt_tos, email.message_from_bytes(envelope.content, policy=email.policy.default)))
        return "250 OK"


@contextmanager
def serving(settings):
    """Our mail goes out by this server as long as it is open."""
    server, port = Server(), free_port()
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.LIUKE_SENDS_MAIL, settings.LIUKE_SERVICE_MAIL = True, ADDRESS
    try:
        yield server
    finally:
        controller.stop()
