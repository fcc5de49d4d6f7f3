"""Pictures of products: in order, few, and gone from the storage when no product shows them."""

import os
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.db.models import CharField
from django.utils import timezone

from liuke.kit import pictures
from liuke.kit.errors import BadInput, NotYours
from liuke.kit.pictures import Size, Stored
from liuke.mall import tasks
from liuke.mall.models import Picture
from liuke.mall.rules.catalogue import MAX_PICTURES
from liuke.mall.services import pictures as services
from liuke.mall.tests import builders
from liuke.mall.tests.builders import NOW

pytestmark = pytest.mark.django_db


def add(product, file="pictures/ab/abc"):
    return services.add_picture(product_id=product.pk, picture=Stored(file, 1600, 900), now=NOW)


def shown(product):
    return list(product.pictures.order_by("position", "pk").values_list("pk", flat=True))


def test_pictures_stand_one_behind_the_other_and_the_first_is_the_cover():
    product = builders.product()
    first, second = add(product), add(product)

    assert shown(product) == [first.pk, second.pk]
    assert (first.small_url, first.large_url) == (
        "/media/pictures/ab/abc-small.webp", "/media/pictures/ab/abc-large.jpg")


def test_a_picture_does_not_make_the_open_form_of_the_product_stale():
    product = builders.product(version=3)
    add(product)

    product.refresh_from_db()
    assert (product.version, product.changed_at) == (3, NOW)


def test_they_are_put_in_another_order_only_as_a_whole():
    product = builders.product()
    rows = [add(product).pk for _ in range(3)]
    other = add(builders.product()).pk

    services.order_pictures(product_id=product.pk, picture_ids=rows[::-1], now=NOW)

    assert shown(product) == rows[::-1]
    for given in (rows[:2], [*rows, rows[0]], [*rows[:2], other]):
        with pytest.raises(BadInput):
            services.order_pictures(product_id=product.pk, picture_ids=given, now=NOW)
    assert shown(product) == rows[::-1]


def test_a_product_has_only_so_many():
    product = builders.product()
    for _ in range(MAX_PICTURES):
        add(product)

    with pytest.raises(services.TooManyPictures):
        add(product)
    assert product.pictures.count() == MAX_PICTURES


def test_nobody_touches_the_picture_of_another_product():
    row = add(builders.product())

    with pytest.raises(NotYours):
        services.remove_picture(product_id=builders.product().pk, picture_id=row.pk, now=NOW)
    with pytest.raises(NotYours):
        services.add_picture(product_id=0, picture=Stored("x", 1, 1), now=NOW)
    assert Picture.objects.count() == 1


def test_a_removed_picture_leaves_the_storage_unless_another_product_shows_it_too(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    name = pictures.name_of("pictures/ab/abc", Size.SMALL)
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    path.write_bytes(b"x")
    one, other = builders.product(), builders.product()
    first, second = add(one), add(other)

    services.remove_picture(product_id=one.pk, picture_id=first.pk, now=NOW)
    tasks.remove_file(file="pictures/ab/abc")
    assert default_storage.exists(name)

    services.remove_picture(product_id=other.pk, picture_id=second.pk, now=NOW)
    tasks.remove_file(file="pictures/ab/abc")
    tasks.remove_file(file="pictures/ab/abc")
    assert not default_storage.exists(name)


def test_what_a_killed_process_left_in_the_storage_is_swept_a_day_later(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    now = timezone.now()
    used, orphan, young = ("".join(sign * 32) for sign in "abc")
    for word in (used, orphan, young):
        for size in Size:
            path = tmp_path / pictures.name_of(f"photos/{word[:2]}/{word}", size)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"x")
            age = (now - timedelta(hours=1 if word == young else 25)).timestamp()
            os.utime(path, (age, age))
    (tmp_path / "photos" / "aa" / "README").write_text("not ours")
    add(builders.product(), f"photos/aa/{used}")

    swept = pictures.sweep(used=pictures.used, now=now)

    assert swept == 1
    assert sorted({path.name[:32] for path in tmp_path.glob("photos/*/*-*")}) == [used, young]
    assert (tmp_path / "photos" / "aa" / "README").exists()
    assert pictures.sweep(used=pictures.used, now=now) == 0
    settings.MEDIA_ROOT = tmp_path / "nothing"
    assert pictures.sweep(used=pictures.used, now=now) == 0


def test_every_table_that_names_a_picture_is_asked_before_one_is_swept(settings):
    tables = {table._meta.label for table in apps.get_models() for field in table._meta.get_fields()
              if field.name == "file" and isinstance(field, CharField)}

    assert tables == set(settings.LIUKE_PICTURES)
