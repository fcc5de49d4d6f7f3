"""Mail that goes out by the server of LIUKE_SMTP_URL."""

import smtplib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.core.mail import EmailMessage

from liuke.channels.errors import ChannelError
from liuke.kit.db import require_no_transaction

REFUSED_FROM = 500                                  # of SMTP's answers: here and above, asking again is useless


@dataclass(frozen=True)
class Outgoing:
    """One mail to one person. `headers` hold Message-ID and what threads it; `files` are (name, bytes, type)."""

    to: str
    sender: str
    subject: str
    text: str
    headers: Mapping[str, str]
    files: Sequence[tuple[str, bytes, str]] = field(default=())


def send(mail: Outgoing) -> None:
    """Hand it to the server. Sent again under the same Message-ID it is the same mail. Raises ChannelError."""
    require_no_transaction()
    made = EmailMessage(subject=mail.subject, body=mail.text, from_email=mail.sender, to=[mail.to],
                        headers=dict(mail.headers))
    for name, data, kind in mail.files:
        made.attach(name, data, kind)
    try:
        made.send()
    except smtplib.SMTPRecipientsRefused as error:
        code = next(iter(error.recipients.values()), (0, b""))[0]
        raise ChannelError("the mail server refuses this address", permanent=code >= REFUSED_FROM,
                           code="unknown_address") from error
    except smtplib.SMTPResponseException as error:
        raise ChannelError(f"the mail server says {error.smtp_code}", permanent=error.smtp_code >= REFUSED_FROM,
                           code=str(error.smtp_code)) from error
    except (OSError, smtplib.SMTPException) as error:
        raise ChannelError(f"the mail server does not answer: {type(error).__name__}", permanent=False,
                           code="no_answer") from error

