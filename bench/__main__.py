"""`make bench [ONLY=name]`: every measurement, into results.json and README's table.

A measurement is a module of this package with a function `get_figures()` that yields Figures. Each
runs in a process of its own, so that none warms another's caches; it sets Django up itself.
"""

import json
import os
import platform
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.figures import render

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
RESULTS = HERE / "results.json"
README = ROOT / "README.md"
TABLE = re.compile(r"(<!-- figures -->\n).*(<!-- /figures -->)", re.DOTALL)
MEASURE = (
    "import json, sys, importlib; module = importlib.import_module('bench.' + sys.argv[1]);"
    "rows = [figure.as_row() for figure in module.get_figures()];"
    "json.dump(rows, open(sys.argv[2], 'w'))"
)


def find_measurements() -> list[str]:
    modules = sorted(HERE.glob("[a-z]*.py"))
    return [path.stem for path in modules if "\ndef get_figures(" in path.read_text()]


def measure(name: str) -> list[dict[str, Any]]:
    print(f"{name} …", flush=True)
    answer = HERE / f".{name}.json"
    try:
        subprocess.run([sys.executable, "-c", MEASURE, name, str(answer)], cwd=ROOT, check=True)
        rows: list[dict[str, Any]] = json.loads(answer.read_text())
    finally:
        answer.unlink(missing_ok=True)
    print(render(rows), flush=True)
    return rows


def get_commit() -> str:
    """The commit that was measured, with a mark when the checkout holds more than that."""
    describe = ["git", "describe", "--always", "--dirty", "--abbrev=12", "--match=-"]
    return subprocess.run(
        describe, cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.strip()


def get_machine() -> str:
    system = f"{platform.system()} {platform.machine()}"
    return f"{os.cpu_count()} cores, {system}, Python {platform.python_version()}"


def write(figures: dict[str, list[dict[str, Any]]]) -> None:
    results = {
        "commit": get_commit(),
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": get_machine(),
        "figures": [{"measurement": name, **row} for name, rows in figures.items() for row in rows],
    }
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")
    table = f"{render(results['figures'])}\n\nCommit {results['commit']}, {results['machine']}.\n"
    if README.exists():
        README.write_text(TABLE.sub(lambda found: found[1] + table + found[2], README.read_text()))


def main(only: str | None) -> int:
    names = [only] if only else find_measurements()
    figures = {name: measure(name) for name in names}
    if only is None:
        write(figures)
    return 0 if all(row["ok"] for rows in figures.values() for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(os.environ.get("ONLY") or None))
