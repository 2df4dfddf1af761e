"""What a benchmark says: one figure, the floor beside which it was measured, and our promise."""

import operator
import re
from dataclasses import asdict, dataclass
from typing import Any

PROMISE = re.compile(r"(value|ratio) (<=|>=) ([\d.]+)")
COMPARE = {"<=": operator.le, ">=": operator.ge}


@dataclass(frozen=True)
class Figure:
    """One measured thing.

    Attributes:
        floor: the same thing done with the least code that can do it, in the same run and unit;
            None where there is no such thing.
        promise: `ratio <= 1.5`, `value >= 500`; a ratio is value / floor. Empty: only told.
    """

    name: str
    value: float
    unit: str
    floor: float | None = None
    promise: str = ""

    @property
    def ratio(self) -> float | None:
        return self.value / self.floor if self.floor else None

    @property
    def ok(self) -> bool:
        if not self.promise:
            return True
        found = PROMISE.fullmatch(self.promise)
        if found is None:
            raise ValueError(f"not a promise: {self.promise!r}")
        subject, sign, limit = found.groups()
        measured = self.value if subject == "value" else self.ratio
        return measured is not None and COMPARE[sign](measured, float(limit))

    def as_row(self) -> dict[str, Any]:
        return {**asdict(self), "ratio": self.ratio, "ok": self.ok}


def render(rows: list[dict[str, Any]]) -> str:
    """The rows as README's table."""
    lines = ["| What | Measured | Floor | Ratio | Promise | |", "|---|---|---|---|---|---|"]
    for row in rows:
        cells = (
            row["name"],
            f"{show(row['value'])} {row['unit']}",
            f"{show(row['floor'])} {row['unit']}" if row["floor"] else "–",
            show(row["ratio"]) if row["ratio"] else "–",
            row["promise"] or "–",
            "kept" if row["ok"] else "**broken**",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def show(number: float) -> str:
    """Three digits that mean something, and no more."""
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"
