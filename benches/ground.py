"""Every figure of the ground in one table: imports, ledger, reactions, purchase models and cohorts.

    python -m benches.ground [--quick]

Runs the other benches one after the other, each in a process of its own, and prints their rows as one table:
part, what, figures. `--quick` takes a small part of the data, to see that all work: less than two minutes on two quiet
cores, most of them for the tables of four databases. Its figures say nothing about a real load.
"""

import argparse
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise

PARTS = {
    "import": ("benches.imports", [], ["--lines", "30000"]),
    "ledger": ("benches.ledger", [], ["--accounts", "10000", "--bursts", "2", "--seconds", "1"]),
    "reactions": ("benches.reactions", [], ["--facts", "200", "--seconds", "3"]),
    "insight": ("benches.insight", [], ["--customers", "100000", "--orders", "300000", "--database-orders", "20000"]),
}


def rows(part: str, printed: str) -> Iterator[str]:
    """The rows of the tables that a bench printed, with the part in front and its heading beside every figure."""
    head: list[str] = []
    lines = [*printed.splitlines(), ""]
    for line, following in pairwise(lines):
        cells = [cell.strip() for cell in line.strip("| ").split("|")]
        if following.startswith("| ---"):
            head = cells[1:]
        elif line.startswith("| ") and not line.startswith("| ---"):
            figures = (f"{name} {figure}".strip() for name, figure in zip(head, cells[1:], strict=False) if figure)
            yield f"| {part} | {cells[0]} | {', '.join(figures)} |"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--quick", action="store_true")
    quick = options.parse_args().quick
    print("| part | what | figures |\n| --- | --- | --- |", flush=True)
    for part, (module, whole, small) in PARTS.items():
        command = [sys.executable, "-m", module, *(small if quick else whole)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        for row in rows(part, done.stdout):
            print(row, flush=True)


if __name__ == "__main__":
    main()
