"""What was measured, and how it is shown."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measurement. `limit` is what the bare machine does; `aim` is ours, "≥ 250" or "≤ 60"."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    aim: str = ""

    @property
    def ratio(self) -> float | None:
        return self.value / self.limit if self.limit else None

    @property
    def met(self) -> bool | None:
        if not self.aim:
            return None
        sign, bound = self.aim.split()
        return self.value >= float(bound) if sign == "≥" else self.value <= float(bound)

    def as_json(self) -> dict[str, object]:
        return {
            "name": self.name,
            "value": round(self.value, 3),
            "unit": self.unit,
            "limit": self.limit and round(self.limit, 3),
            "ratio": self.ratio and round(self.ratio, 3),
            "aim": self.aim,
            "met": self.met,
        }


def line(figure: Figure) -> str:
    limit = f"{figure.limit:10.1f}" if figure.limit else f"{'':10}"
    ratio = f"{figure.ratio:8.2f}" if figure.ratio else f"{'':8}"
    verdict = {None: "", True: "ok", False: "MISSED"}[figure.met]
    return (
        f"{figure.name:<44} {figure.value:10.1f} {figure.unit:<6} {limit} {ratio}  {figure.aim:<8} {verdict}".rstrip()
    )


HEADING = f"{'':<44} {'figure':>10} {'':<6} {'limit':>10} {'ratio':>8}  {'aim':<8}"


def percentile(times: list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]
