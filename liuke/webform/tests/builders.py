"""A form as a browser sends it, some time after it was opened."""

import time
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signing import TimestampSigner, b62_encode
from PIL import Image

from liuke.webform.models import Report

ADDRESS = "/report/"


class Earlier(TimestampSigner):
    """Signs as if it were so many seconds ago."""

    ago = 10

    def timestamp(self):
        return b62_encode(int(time.time()) - self.ago)


def opened(key="form-key-1", *, ago=10):
    signer = Earlier(salt="liuke.webform.form")
    signer.ago = ago
    return signer.sign(key)


def photo(name="a.png"):
    data = BytesIO()
    Image.new("RGB", (40, 30), "red").save(data, "PNG")
    return SimpleUploadedFile(name, data.getvalue(), content_type="image/png")


def send(client, *, key="form-key-1", ago=10, **typed):
    """What comes back; what a test does not type is plain."""
    return client.post(ADDRESS, {"name": "王女士", "contact": "13800138000", "order_number": "", "kind": "",
                                 "text": "杯子漏水", "homepage": "", "opened": opened(key, ago=ago), **typed})


def sent(client, **typed):
    """The report that came of it."""
    answer = send(client, **typed)
    assert answer.status_code == 302, answer.content.decode()
    return Report.objects.order_by("-pk")[0]
