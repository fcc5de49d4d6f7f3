"""The pinyin of Chinese text, by pypinyin; its dictionary of 57 MB is loaded when first asked for, not at the start."""


def syllables(text: str) -> list[str]:
    """How the text is read: "重庆" gives chong, qing; ü is v. What is no Chinese stays as it stands, run by run."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415  57 MB in every process, most of which never read a name

    return lazy_pinyin(text, v_to_u=False)


def initials(text: str) -> str:
    """The first letter of every syllable: "重庆" gives cq."""
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415  as above

    return "".join(lazy_pinyin(text, style=Style.FIRST_LETTER))
