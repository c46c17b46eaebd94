"""Measure what intervals, tests and gates promise: nominal against observed.

Run it from the repository, with cecli installed: python -m benchmarks.coverage [--quick]

Each line of a table draws many samples of a known law, and calls cecli as a user would. The tables
are printed as Markdown; --write puts them into docs/uncertainty.md.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from pathlib import Path

from benchmarks import ROOT
from benchmarks.experiments import TABLES, Table
from benchmarks.tables import in_markdown
from benchmarks.trials import tallies

RUNS, QUICK = 2000, 100
PAGE = ROOT / "docs" / "uncertainty.md"
BEGIN, END = "<!-- coverage: begin -->", "<!-- coverage: end -->"
TEXTS = ("setting", "model", "rule")  # columns that are aligned on the left


def markdown(table: Table, runs: int, pool: Executor) -> str:
    """Return a table, measured in about so many samples a line."""
    runs = max(runs // table.cost, 1)
    trials = {f"{table.title} {labels}": (trial, runs) for labels, trial in table.lines.items()}
    found = tallies(trials, pool)
    rows = [[*labels, *table.cells(each)] for labels, each in zip(table.lines, found, strict=True)]
    ruler = ["---" if name in TEXTS else "---:" for name in table.header]
    lines = [f"**{table.title}** ({runs:,} samples a line)", ""]
    return "\n".join([*lines, *map(in_markdown, (table.header, ruler, *rows))]) + "\n"


def pages(names: list[str], runs: int, processes: int) -> Iterator[str]:
    """Yield the tables."""
    with ProcessPoolExecutor(processes) as pool:
        for name in names:
            started = time.perf_counter()
            yield markdown(TABLES[name](), runs, pool)
            print(f"{name}: {time.perf_counter() - started:.0f} s", file=sys.stderr)


def replaced(page: str, tables: str) -> str:
    """Return a page with other tables between its marks."""
    before, _, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"the page has no {BEGIN} … {END}")
    return f"{before}{BEGIN}\n\n{tables}\n{end}{after}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=RUNS, help="samples of each line")
    parser.add_argument("--quick", action="store_const", const=QUICK, dest="runs")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--tables", nargs="+", choices=TABLES, default=list(TABLES))
    parser.add_argument("--write", type=Path, nargs="?", const=PAGE, help=f"into {PAGE.name}")
    options = parser.parse_args()
    if options.write and list(options.tables) != list(TABLES):
        parser.error("--write replaces all tables: leave out --tables")
    tables = []
    for table in pages(options.tables, options.runs, options.processes):
        print(table, flush=True)
        tables.append(table)
    if options.write:
        page = replaced(options.write.read_text(), "\n".join(tables))
        options.write.write_text(page)


if __name__ == "__main__":
    main()
