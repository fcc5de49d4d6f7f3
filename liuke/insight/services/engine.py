"""Where expressions run: DuckDB inside this process, or Spark when the brand has outgrown it (LIUKE_ANALYTICS)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
from ibis import Table

from liuke.insight.rules.limits import ENGINE_MEMORY, ENGINE_THREADS, SPARK_HEAP
from liuke.kit.errors import Refused


class NoSuchEngine(Refused):
    """LIUKE_ANALYTICS must be duckdb or spark."""

    code = "no_such_engine"


class EngineMissing(Refused):
    """Spark is not installed: pip install 'liuke[analytics-spark]', and a Java runtime."""

    code = "engine_missing"


@dataclass(frozen=True, slots=True)
class Engine:
    """One connection; `orders` is the export as a table."""

    backend: Any
    orders: Table

    def answer(self, expression: Table) -> pa.Table:
        return self.backend.to_pyarrow(expression)


@contextmanager
def engine(name: str, *, files: Sequence[Path], scratch: Path) -> Iterator[Engine]:
    """An engine that sees these Parquet files, at least one. What does not fit into memory goes to `scratch`."""
    scratch.mkdir(parents=True, exist_ok=True)
    if name == "duckdb":
        backend = _duckdb(scratch)
        orders = backend.read_parquet([str(path) for path in files], hive_partitioning=False)
    elif name == "spark":
        backend = _spark(scratch)
        backend._session.read.parquet(*map(str, files)).createOrReplaceTempView("orders")  # noqa: SLF001  many files
        orders = backend.table("orders")
    else:
        raise NoSuchEngine
    try:
        yield Engine(backend, orders)
    finally:
        backend.disconnect()


def _duckdb(scratch: Path) -> Any:
    backend = ibis.duckdb.connect(
        threads=ENGINE_THREADS, memory_limit=ENGINE_MEMORY, temp_directory=str(scratch),
        autoinstall_known_extensions=False,                   # nothing is downloaded at run time
    )
    backend.raw_sql("SET enable_progress_bar = false")        # it would write into the worker's output
    return backend


def _spark(scratch: Path) -> Any:
    try:
        spark = import_module("pyspark.sql")     # an extra, and slow to load
    except ImportError as error:
        raise EngineMissing from error
    session = (
        spark.SparkSession.builder.master(f"local[{ENGINE_THREADS}]").appName("liuke")
        .config("spark.driver.memory", SPARK_HEAP).config("spark.local.dir", str(scratch))
        .config("spark.sql.shuffle.partitions", ENGINE_THREADS * 2).config("spark.sql.session.timeZone", "UTC")
        .config("spark.ui.enabled", "false").config("spark.sql.ansi.enabled", "true")
        .config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
        .getOrCreate()
    )
    return ibis.pyspark.connect(session)
