"""What predictions lose, in sentences; each returns None if it does not apply."""

from math import inf

from cecli.core.remarks import counted
from cecli.renderers.summary.figures import KeyFigures
from cecli.renderers.summary.numbers import percentage

INFINITE_LOSS = "infinite-loss"
# Rows that do not exclude a skill of some use do not say that there is none.
WORTHWHILE_SKILL = 0.05


def infinite(of: KeyFigures) -> str | None:
    """Say how many rows make the loss infinite."""
    if of.values.get("cross_entropy") != inf:
        return None
    count = of.counts.get(INFINITE_LOSS)
    who = "a row" if count is None else f"{count:,} row{'s' if count > 1 else ''}"
    told = f"Loses infinitely much: {who} gave probability 0 to what happened"
    # Log-probabilities are never clipped.
    return f"{told}." if of.task == "tokens" else f"{told}; --clip EPS bounds the loss."


def better(of: KeyFigures) -> str | None:
    """Say by how much the loss is less than that of the best constant prediction."""
    if of.side("skill", 0.0) <= 0 or not of.has("skill", "cross_entropy"):
        return None
    less = percentage(of["skill"], of.interval("skill").se)
    return f"{_loses(of)}, {less} % less than always saying {constant(of)}."


def worse(of: KeyFigures) -> str | None:
    """Say by how much the loss is more than that of the best constant prediction."""
    if of.side("skill", 0.0) >= 0 or not of.has("skill", "cross_entropy"):
        return None
    more = percentage(-of["skill"], of.interval("skill").se)
    return f"{_loses(of)}, {more} % more than always saying {constant(of)}."


def unsure(of: KeyFigures) -> str | None:
    """Say what the loss comes to beside that of a constant where no interval is known."""
    if not of.has("skill", "cross_entropy") or of.interval("skill").lower is not None:
        return None
    skill = of["skill"]
    if skill == 0.0:
        return None
    than = (
        f"{percentage(abs(skill), None)} % {'less' if skill > 0.0 else 'more'} than always saying"
    )
    return f"{_loses(of)}, {than} {constant(of)} on {of.rows_here}; no interval says how surely."


def open_question(of: KeyFigures) -> str | None:
    """Say that the rows are too few to tell whether a constant prediction is beaten."""
    upper = of.interval("skill").upper
    if not of.has("skill", "cross_entropy") or upper is None or upper < WORTHWHILE_SKILL:
        return None
    whether = f"whether that beats always saying {constant(of)}"
    return f"{_loses(of)}; {whether}, {of.rows_here} cannot tell."


def no_better(of: KeyFigures) -> str | None:
    """Say that rows do not show the loss to differ from that of a constant prediction."""
    if not of.has("skill", "cross_entropy"):
        return None
    than = f"no better than always saying {constant(of)}"
    return f"{_loses(of)}: {than}, as far as {of.rows_tell}."


def one_class(of: KeyFigures) -> str | None:
    """Say that there is nothing to compare with if all rows have one class."""
    if "skill" not in of.values or not of.has("cross_entropy"):
        return None
    rate = of.values.get("base_rate")
    which = of.classes[int(rate)] if rate in {0.0, 1.0} and len(of.classes) == 2 else None
    every = "all rows have one class" if which is None else f"all rows are {which}"
    return f"{_loses(of)}; {every}, so that there is nothing to compare it with."


def tokens(of: KeyFigures) -> str | None:
    """Say what a text costs: each token, and each byte if their number is known."""
    if of.task != "tokens" or not of.has("cross_entropy"):
        return None
    byte = f", {of.text('bits_per_byte')} bits a byte" if of.has("bits_per_byte") else ""
    like = f": perplexity {of.text('perplexity')}" if of.has("perplexity") else ""
    return f"Loses {of.text('cross_entropy')} {of.units} a token{byte}{like}{_on_average(of)}."


def alone(of: KeyFigures) -> str | None:
    """Say the loss, and that of the best constant prediction on the same rows, if it is known."""
    if not of.has("cross_entropy"):
        return None
    if not of.has("uncertainty"):
        return f"{_loses(of)}."
    best = of.text("uncertainty", like="cross_entropy")
    return f"{_loses(of)}; the best constant loses {best} on the same rows."


def unavoidable(of: KeyFigures) -> str | None:
    """Say which part of the loss is the entropy of soft labels."""
    if not of.has("target_entropy", "kl") or not of["target_entropy"] > 0.0:
        return None
    return (
        f"{of.text('target_entropy')} of it is the entropy of the labels, which no prediction "
        f"avoids; {of.text('kl')} is the excess."
    )


def _loses(of: KeyFigures) -> str:
    event = " on whether its likeliest class is observed" if of.is_of_likeliest_class else ""
    return f"Loses {of.text('cross_entropy')} {of.units} a row{event}{_on_average(of)}"


def _on_average(of: KeyFigures) -> str:
    """Return over what the mean is, if it is not over rows."""
    groups = of.values.get("averaged_groups")
    return "" if groups is None else f", as a mean over {counted(int(groups), 'group')}"


def constant(of: KeyFigures) -> str:
    """Return the constant prediction in words."""
    given = of.options.get("base_rate")
    if isinstance(given, float):
        return f"{percentage(given, None)} %"
    if not of.has("base_rate"):
        return "the shares of the classes"
    return f"{percentage(of['base_rate'], of.interval('base_rate').se)} %"
