"""A bucket of any provider that speaks S3 (Aliyun OSS, Tencent COS, MinIO, AWS) as the storage of uploads.

Only loaded where LIUKE_MEDIA_BUCKET is set, and boto3 with it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage

from liuke.kit.errors import Refused


class StorageDown(Refused):
    """The storage of pictures does not answer; try again in a moment."""

    code = "storage_down"
    status = 503


class Bucket(S3Storage):
    """Waits for seconds, not for minutes, and says so in one way when the provider does not answer.

    Checksums that only AWS knows are left out: other providers refuse them.
    """

    def get_default_settings(self) -> dict[str, Any]:
        config = Config(
            connect_timeout=5, read_timeout=20, retries={"total_max_attempts": 3, "mode": "standard"},
            request_checksum_calculation="when_required", response_checksum_validation="when_required",
        )
        return {**super().get_default_settings(), "client_config": config, "default_acl": None}

    def _save(self, name: str, content: "File[bytes]") -> str:
        with _answering():
            return str(super()._save(name, content))

    def _open(self, name: str, mode: str = "rb") -> "File[bytes]":
        """Read at once: what fails later would fail in the middle of an answer."""
        with _answering():
            file = super()._open(name, mode)
            file.file.seek(0)
            return file                                            # type: ignore[no-any-return]  # storages has no types

    def delete(self, name: str) -> None:
        with _answering():
            super().delete(name)


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise StorageDown from error
