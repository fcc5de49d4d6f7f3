"""Pictures live in a bucket as they do on the disk, and a bucket that is away says so."""

from io import BytesIO

import pytest
from PIL import Image

from liuke.kit import pictures
from liuke.kit.errors import NotYours
from liuke.kit.pictures import Folder, Size
from liuke.kit.s3 import StorageDown
from liuke.kit.tests.fake_s3 import FakeBucket


@pytest.fixture
def bucket(settings):
    with FakeBucket() as fake:
        settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "liuke.kit.s3.Bucket", "OPTIONS": {
            "bucket_name": "liuke", "endpoint_url": fake.url, "region_name": "cn", "access_key": "key",
            "secret_key": "secret", "addressing_style": "path",
        }}}
        yield fake


def upload():
    out = BytesIO()
    Image.new("RGB", (60, 30), (9, 9, 9)).save(out, "PNG")
    return BytesIO(out.getvalue())


def test_all_sizes_lie_in_the_bucket_with_their_types_and_come_back_as_they_were(bucket):
    stored = pictures.keep(upload(), folder=Folder.PUBLIC)

    names = {f"/liuke/{pictures.name_of(stored.file, size)}": size for size in Size}
    assert set(bucket.files) == set(names)
    assert {kind for _body, kind in bucket.files.values()} == {"image/webp", "image/jpeg"}
    for name, size in names.items():
        assert pictures.answer(stored.file, size).content == bucket.files[name][0]


def test_nothing_is_opened_to_the_world_and_no_checksum_of_one_provider_is_sent(bucket):
    pictures.keep(upload(), folder=Folder.PRIVATE)

    sent = {header.lower() for command, _path, headers in bucket.seen if command == "PUT" for header in headers}
    assert "x-amz-acl" not in sent
    assert not [header for header in sent if "checksum" in header or header == "x-amz-trailer"]


def test_removing_empties_the_bucket_and_again_is_nothing(bucket):
    stored = pictures.keep(upload(), folder=Folder.PUBLIC)

    pictures.remove(stored.file)
    pictures.remove(stored.file)

    assert bucket.files == {}
    with pytest.raises(NotYours):
        pictures.answer(stored.file, Size.SMALL)


def test_a_bucket_that_does_not_answer_is_an_expected_answer(bucket):
    stored = pictures.keep(upload(), folder=Folder.PUBLIC)
    bucket.down = True

    with pytest.raises(StorageDown) as refused:
        pictures.answer(stored.file, Size.SMALL)
    assert (refused.value.code, refused.value.status) == ("storage_down", 503)
    with pytest.raises(StorageDown):
        pictures.keep(upload(), folder=Folder.PUBLIC)
