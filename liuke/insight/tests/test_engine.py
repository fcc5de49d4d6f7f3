"""DuckDB and Spark give the same findings; what is not there is said in a sentence."""

import shutil
import sys
from datetime import date
from importlib.util import find_spec

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from liuke.insight.rules.calendar import day_number, day_on, month_number
from liuke.insight.services.engine import EngineMissing, NoSuchEngine, engine
from liuke.insight.services.findings import find

START = day_number(date(2025, 1, 20))


@pytest.fixture
def files(tmp_path):
    """Two thousand orders of four hundred customers in three files, some of them refunded, one dated ahead."""
    random = np.random.default_rng(8)
    day = START + np.sort(random.integers(0, 400, 2000))
    day[-1] = START + 4000
    table = pa.table({
        "order_id": pa.array(np.arange(1, 2001)), "customer_id": pa.array((random.random(2000) ** 2 * 400).astype(int)),
        "day": pa.array(day.astype(np.int32)), "net_fen": pa.array(random.integers(0, 90_000, 2000)),
        "month": pa.array([month_number(day_on(int(each))) for each in day], pa.int32()),
        "state": pa.array(random.choice(["paid", "paid", "received", "refunded"], 2000)).dictionary_encode(),
    })
    for number in range(3):
        pq.write_table(table.slice(number * 700, 700), tmp_path / f"{number}.parquet")
    return sorted(tmp_path.glob("*.parquet"))


def found(name, files, tmp_path):
    with engine(name, files=files, scratch=tmp_path / "scratch") as opened:
        return find(opened, today=date(2026, 6, 1), cuts=None)


def plain(value):
    """Dataclasses of arrays as something that compares."""
    if hasattr(value, "__dataclass_fields__"):
        return {name: plain(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, np.ndarray):
        return value.tolist()
    return [plain(each) for each in value] if isinstance(value, list | tuple) else value


def test_duckdb_finds_the_same_on_every_run(files, tmp_path):
    first, second = (plain(found("duckdb", files, tmp_path)) for _ in range(2))

    assert first == second
    assert (first["orders_ahead"], first["until"]) == (1, day_on(START + 399))
    assert len(first["counted"]) > 80


@pytest.mark.slow
@pytest.mark.skipif(not find_spec("pyspark"), reason="pyspark is an extra: pip install 'liuke[analytics-spark]'")
@pytest.mark.skipif(not shutil.which("java"), reason="Spark needs a Java runtime")
def test_spark_finds_what_duckdb_finds(files, tmp_path):
    assert plain(found("spark", files, tmp_path)) == plain(found("duckdb", files, tmp_path))


def test_an_engine_that_does_not_exist_is_refused(files, tmp_path):
    with pytest.raises(NoSuchEngine, match="duckdb or spark"):
        found("abacus", files, tmp_path)


def test_spark_without_its_package_says_how_to_get_it(files, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)

    with pytest.raises(EngineMissing, match="analytics-spark"):
        found("spark", files, tmp_path)
