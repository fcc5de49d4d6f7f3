"""liuke export products FILE"""

from collections.abc import Iterator, Sequence
from typing import Any

from liuke.intake.exports import ExportCommand
from liuke.mall.services import product_export


class Command(ExportCommand):
    help = "Write the whole catalogue, a row for each SKU, in a form that `import products` reads"

    @property
    def columns(self) -> Sequence[str]:                      # type: ignore[override]  # known when it runs
        return product_export.columns()

    def rows(self) -> Iterator[Sequence[Any]]:
        return product_export.rows()
