"""The CSV of WeChat Pay's bills: a backtick before every value, the names of the columns first, totals at the end."""

from collections.abc import Iterable, Mapping, Sequence

from liuke.channels.errors import ChannelError

Row = Mapping[str, str]


def read_table(text: str, *, columns: Iterable[str], totals: str) -> tuple[Sequence[Row], Row]:
    """The rows and the totals, by the names of their columns; `totals` is the name of the total that counts the rows.

    Columns are found by their names, their order may change. Raises ChannelError, `unreadable`, where a column or the
    totals are missing, or rows are.
    """
    lines = text.replace("\r\n", "\n").strip("\n").split("\n")
    ends = [at for at, line in enumerate(lines) if line.startswith(totals)]
    if not ends or ends[-1] + 1 >= len(lines):
        raise unreadable("the totals are missing")
    names = [name.replace("（", "(").replace("）", ")") for name in lines[0].split(",")]
    if missing := set(columns) - set(names):
        raise unreadable(f"{len(missing)} columns are missing")
    try:
        rows = [dict(zip(names, _values(line), strict=True)) for line in lines[1:ends[-1]]]
        sums = dict(zip(lines[ends[-1]].split(","), _values(lines[ends[-1] + 1]), strict=True))
        whole = int(sums[totals]) == len(rows)
    except ValueError as error:
        raise unreadable(str(error)) from error
    if not whole:
        raise unreadable("the rows do not sum to the totals")
    return rows, sums


def unreadable(why: str) -> ChannelError:
    return ChannelError(f"the bill cannot be read: {why}", permanent=True, code="unreadable")


def _values(line: str) -> list[str]:
    """A name of goods may hold commas, so values end where the next backtick begins."""
    return line.removeprefix("`").split(",`")
