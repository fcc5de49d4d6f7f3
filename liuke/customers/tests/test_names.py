"""Whatever a person means by typing, the index proposes; what it proposes wrongly is found out by comparing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liuke.customers.rules import names

CHARACTERS = "王李单曾明月乐长欧阳一安儿"
NAMES = st.one_of(
    st.text(CHARACTERS, min_size=1, max_size=5),
    st.text("abnguiwmyAN ·-１é王明", max_size=12),
)
QUERIES = st.one_of(st.text(CHARACTERS, min_size=1, max_size=3), st.text("abegilmnouwyz王 ", min_size=1, max_size=10))


@pytest.mark.parametrize(
    ("name", "text"),
    [("王明月", "王"), ("王明月", "明月"), ("王明月", "wang"), ("王明月", "wangmi"), ("王明月", "wangmingyue"),
     ("王明月", "mingy"), ("王明月", "wmy"), ("王明月", "my"), ("王明月", "wangmy"), ("王明月", "WANGmy"),
     ("单雄信", "shan"), ("单雄信", "dan"), ("吕布", "lv"), ("欧阳修", "ouyang"), ("Anna Smith", "smith"),
     ("Anna Smith", "annas"), ("王 明·月", "王明月"), ("Ａｎｎａ", "anna"), ("Alexander Bo", "alexanderb")],
)
def test_a_name_is_found_by(name, text):
    assert names.matches(name, text)


@pytest.mark.parametrize(("name", "text"), [("王明月", "王月"), ("王明月", "ang"), ("王明月", "wy"), ("王明月", ""),
                                            ("王明月", " "), ("", "王"), ("王明月", "wangy")])
def test_a_name_is_not_found_by(name, text):
    assert not names.matches(name, text)


@given(NAMES, QUERIES)
def test_the_index_proposes_every_name_that_is_meant(name, text):
    proposed = any(way <= names.grams(name) for way in names.asked_for(text))

    assert proposed or not names.matches(name, text)


@given(NAMES, st.data())
def test_every_part_and_every_beginning_of_a_name_finds_it(name, data):
    tight = "".join(name.split())
    if not tight:
        return
    at = data.draw(st.integers(0, len(tight) - 1))
    part = tight[at : data.draw(st.integers(at + 1, len(tight)))]

    if part.strip("·-"):
        assert names.matches(name, part)
        assert any(way <= names.grams(name) for way in names.asked_for(part))


@given(NAMES)
def test_no_empty_set_proposes_everybody(text):
    assert all(names.asked_for(text))
