"""Rows without the query builder, for the few paths that every shopper takes.

Models go in and come out as with the ORM. Columns, defaults and conversions are the model's, so nothing here changes
when a column is added; only the text of a statement is made once per process and kept, which is most of what the query
builder costs. Everywhere else, use the ORM.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from operator import attrgetter
from typing import Any, TypeVar, cast

from django.db import connection, models
from django.db.models import Model
from django.db.models.expressions import DatabaseDefault
from psycopg.types.numeric import Int8

M = TypeVar("M", bound=Model)
Values = Sequence[Any] | Mapping[str, Any]
Column = Any                             # a Field, of which the stubs do not know all that is public
Columns = tuple[Column, ...]
Names = tuple[str, ...]
_connection = cast(Any, connection)      # of config.postgresql, which keeps a cursor
PLAIN = (                                # kinds of fields whose values the driver takes as they are
    models.BinaryField, models.BooleanField, models.CharField, models.DateTimeField, models.ForeignKey,
    models.IntegerField, models.PositiveIntegerField, models.PositiveSmallIntegerField, models.BigIntegerField,
    models.SmallIntegerField, models.TextField,
)


def fetch(sql: str, values: Values = ()) -> list[tuple[Any, ...]]:
    """What a statement of ours answers, as plain tuples."""
    found: list[tuple[Any, ...]] = _connection.kept_cursor().execute(sql, values).fetchall()
    return found


def run(sql: str, values: Values = ()) -> int:
    """How many rows a statement of ours has touched."""
    return int(_connection.kept_cursor().execute(sql, values).rowcount)


def select(model: type[M], where: str, values: Values) -> list[M]:
    """The rows that `where` finds: SQL of ours with placeholders; it may end with ORDER BY, LIMIT and FOR UPDATE."""
    return made(model, fetch(f"{_select(model)} {where}", values))


def change(model: type[M], setting: str, values: Values) -> list[M]:
    """UPDATE ... SET `setting` (which ends with its WHERE), and the rows as they are then."""
    return made(model, fetch(f"{_update(model)} {setting} RETURNING {columns(model)}", values))


def insert(rows: Sequence[M]) -> None:
    """Insert rows of one model with one statement, and tell them their ids and what the database has filled in."""
    if not rows:
        return
    model = type(rows[0])
    names = tuple(name for name in _writable(model) if not isinstance(getattr(rows[0], name), DatabaseDefault))
    values = [value for row in rows for value in _stored(row, names)]
    for row, fresh in zip(rows, fetch(_insert(model, names, len(rows)), values), strict=True):
        _tell(row, fresh)


def insert_new(row: Model) -> bool:
    """The same for one row, unless its table has one that it would double; whether it was written."""
    names = tuple(name for name in _writable(type(row)) if not isinstance(getattr(row, name), DatabaseDefault))
    found = fetch(_insert(type(row), names, 1, conflict="ON CONFLICT DO NOTHING "), _stored(row, names))
    if found:
        _tell(row, found[0])
    return bool(found)


def _tell(row: Model, fresh: Sequence[Any]) -> None:
    for field, value in zip(_filled(type(row)), fresh, strict=True):
        setattr(row, field.attname, value)
    row._state.adding = False  # noqa: SLF001  as bulk_create does


def update(row: Model, *names: str) -> None:
    """Save these fields of one row, as `save(update_fields=names)` does."""
    changed = run(_update_one(type(row), names), [*_stored(row, names), row.pk])
    assert changed == 1, f"{type(row).__name__} {row.pk} is not there to be saved"


@cache
def columns(model: type[Model]) -> str:
    """All columns by their whole names, for a statement of ours that gives its rows to `made`."""
    return _words(_columns(model), of=_table(model))


def made(model: type[M], found: Sequence[tuple[Any, ...]]) -> list[M]:
    """Models from tuples that have all their columns, in the order of the model."""
    names, conversions = _conversions(model)
    return [model.from_db(connection.alias, names, _converted(row, conversions)) for row in found]


def _converted(row: tuple[Any, ...], conversions: Sequence[tuple[int, Callable[..., Any]]]) -> Sequence[Any]:
    if not conversions:
        return row
    values = list(row)
    for at, convert in conversions:
        values[at] = convert(values[at], None, connection)
    return values


def _stored(row: Model, names: Names) -> list[Any]:
    """Values as the driver takes them. Whole numbers are always sent as bigint, so that a statement stays one."""
    values = [prepared(row) for prepared in _prepared(type(row), names)]
    return [Int8(value) if type(value) is int else value for value in values]


@cache
def _prepared(model: type[Model], names: Names) -> list[Callable[[Model], Any]]:
    """What gives the value of each column. Most are stored as they are; the model's field is asked for the others."""
    return [attrgetter(field.attname) if type(field) in PLAIN else partial(_converted_by, field)
            for field in _named(model, names)]


def _converted_by(field: Column, row: Model) -> Any:
    return field.get_db_prep_save(field.pre_save(row, add=True), connection)


@cache
def _columns(model: type[Model]) -> Columns:
    return tuple(model._meta.concrete_fields)  # noqa: SLF001  public, but for its name


@cache
def _writable(model: type[Model]) -> Names:
    return tuple(field.attname for field in _columns(model) if not field.primary_key)


@cache
def _named(model: type[Model], names: Names) -> Columns:
    return tuple(field for name in names for field in _columns(model) if name in (field.name, field.attname))


@cache
def _filled(model: type[Model]) -> Columns:
    """What an INSERT tells us: the id, and what the database fills in unless somebody says otherwise."""
    return tuple(field for field in _columns(model) if field.primary_key or field.has_db_default())


@cache
def _conversions(model: type[Model]) -> tuple[list[str], list[tuple[int, Callable[..., Any]]]]:
    names = [field.attname for field in _columns(model)]
    return names, [
        (at, convert) for at, field in enumerate(_columns(model)) for convert in field.get_db_converters(connection)
    ]


@cache
def _select(model: type[Model]) -> str:
    return f"SELECT {columns(model)} FROM {_table(model)} WHERE"  # noqa: S608  names of our own


@cache
def _update(model: type[Model]) -> str:
    return f"UPDATE {_table(model)} SET"


@cache
def _insert(model: type[Model], names: Names, count: int, *, conflict: str = "") -> str:
    places = ", ".join([f"({', '.join(['%s'] * len(names))})"] * count)
    return (f"INSERT INTO {_table(model)} ({_words(_named(model, names))}) VALUES {places}"  # noqa: S608  names of our own
            f" {conflict}RETURNING {_words(_filled(model))}")


@cache
def _update_one(model: type[Model], names: Names) -> str:
    setting = ", ".join(f"{_quoted(field)} = %s" for field in _named(model, names))
    return f"{_update(model)} {setting} WHERE id = %s"


def _words(columns: Columns, *, of: str = "") -> str:
    return ", ".join(f"{of}.{_quoted(column)}" if of else _quoted(column) for column in columns)


def _quoted(column: Column) -> str:
    return connection.ops.quote_name(column.column)


def _table(model: type[Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)  # noqa: SLF001  public, but for its name
