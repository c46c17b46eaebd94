"""Which columns have moved, in sentences that claim no more than the tests bear."""

from cecli.renderers.summary.figures import KeyFigures
from cecli.renderers.summary.numbers import measured
from cecli.report.result import LEVEL

P_VALUE = "drift_p_value_adjusted"
NAMED = 5


def _alpha(of: KeyFigures) -> float:
    level = of.options.get("level", LEVEL)
    return 1.0 - level if isinstance(level, float) else 1.0 - LEVEL


def _tested(of: KeyFigures) -> list[tuple[float, str]]:
    found = ((group.values.get(P_VALUE), group.name) for group in of.groups)
    known = [(p, name.removeprefix("column = ")) for p, name in found if p is not None]
    return sorted(known, key=lambda pair: pair[0])


def moved(of: KeyFigures) -> str | None:
    """Say which columns differ by more than chance."""
    tested = _tested(of)
    names = [name for p, name in tested if p <= _alpha(of)]
    if not names:
        return None
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    number = int(of.values.get("columns") or len(names))
    count = f"{len(names)} of {number:,} columns " if number > 1 else "The column "
    has = "have" if len(names) > 1 else "has"
    return f"{count}{has} moved by more than chance explains: {', '.join(names[:NAMED])}{more}."


def not_shown(of: KeyFigures) -> str | None:
    """Say that no difference is larger than what chance gives."""
    if not (tested := _tested(of)):
        return None
    p = f"smallest p {tested[0][0]:.2g}" if len(tested) > 1 else f"p {tested[0][0]:.2g}"
    return f"No column is shown to have moved, as far as {of.rows_tell} ({p})."


def untested(of: KeyFigures) -> str | None:
    """Say that nothing can be said of chance."""
    return "No column can be tested: there are too few rows." if "psi_max" in of.values else None


def loss(of: KeyFigures) -> str | None:
    """Say how the loss has changed, without a claim about chance."""
    if not of.has("loss_reference", "loss_current", "population", "calibration", "refinement"):
        return None
    change = of["loss_current"] - of["loss_reference"]
    does = "rose" if change > 0.0 else "fell"
    parts = ", ".join(
        f"{_signed(of[name])} by {name}" for name in ("population", "calibration", "refinement")
    )
    return (
        f"In these rows the loss {does} by {measured(abs(change), None)} {of.units} a row: {parts}."
    )


def _signed(value: float) -> str:
    return f"{'+' if value >= 0.0 else '-'}{measured(abs(value), None)}"
