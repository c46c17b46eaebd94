"""What divergences, drift, entropies, fits, groups and worst rows come to, in sentences."""

from math import inf

from cecli.numerics.tails import quantile
from cecli.renderers.summary.figures import KeyFigures
from cecli.renderers.summary.numbers import measured, p_value, percentage
from cecli.report.result import LEVEL

# The p-value of a column of drift, and how many columns are named.
P_VALUE, NAMED = "drift_p_value_adjusted", 5

# The tasks of `kl` in which all rows together are one distribution.
WHOLE = frozenset({"over-rows", "categories"})
# The task of two language models' distributions.
VOCABULARY = "vocabulary"
# That of the likeliest tokens alone.
TOP_TOKENS = "top-tokens"


def costliest_group(of: KeyFigures) -> str | None:
    """Say which group loses most, if its loss is above that of all rows beyond doubt.

    Its interval holds at once with those of all other groups (Bonferroni), and lies above that of
    all rows.
    """
    large = [group for group in of.groups if not group.is_small]
    known = [(group.values.get("cross_entropy"), group) for group in large]
    losses = [(loss, group) for loss, group in known if loss is not None]
    upper = of.interval("cross_entropy").upper
    if len(of.groups) < 2 or not losses or upper is None:
        return None
    loss, group = max(losses, key=lambda pair: pair[0])
    interval = group.intervals.get("cross_entropy")
    if loss == inf or interval is None or not interval.se:
        return None
    reach = quantile(1.0 - of.alpha / (2.0 * len(losses)), interval.degrees or inf)
    if loss - reach * interval.se <= upper:
        return None
    return (
        f"{group.name} loses most: {measured(loss, interval.se)} {of.units} a row, "
        f"against {of.text('cross_entropy')} in all."
    )


def equal(of: KeyFigures) -> str | None:
    """Say that two distributions are the same."""
    return "q is p, exactly." if of.values.get("kl") == 0.0 else None


def divergent(of: KeyFigures) -> str | None:
    """Say that a distribution excludes what the other has."""
    if of.values.get("kl") != inf:
        return None
    return "q gives probability 0 to what p allows: its loss is infinite."


def excess(of: KeyFigures) -> str | None:
    """Say what q costs beyond the entropy of p."""
    if not of.has("kl", "cross_entropy", "entropy"):
        return None
    row = "" if of.task in WHOLE else " a row"
    return (
        f"Where p is true, q loses {of.text('cross_entropy')} {of.units}{row}: "
        f"{of.text('kl')} more than p itself, whose entropy is {of.text('entropy')}."
    )


def of_tokens(of: KeyFigures) -> str | None:
    """Say what a model costs where another one's distributions of tokens are true."""
    if of.task != VOCABULARY or not of.has("kl", "top1_agreement"):
        return None
    agreed = percentage(of["top1_agreement"], of.interval("top1_agreement").se)
    return (
        f"Where p is true, q loses {of.text('kl')} {of.units} a token more than p itself; both "
        f"find the same token likeliest {agreed} % of the time."
    )


def of_likeliest(of: KeyFigures) -> str | None:
    """Say what a model costs at least, as far as the likeliest tokens tell."""
    if of.task != TOP_TOKENS or not of.has("kl_lower", "top1_agreement"):
        return None
    agreed = percentage(of["top1_agreement"], of.interval("top1_agreement").se)
    return (
        f"Where p is true, q loses at least {of.text('kl_lower')} {of.units} a token more than p "
        f"itself; both find the same token likeliest {agreed} % of the time."
    )


def perplexities(of: KeyFigures) -> str | None:
    """Say how perplexities compare, if their ratio is not 1 beyond doubt."""
    needed = ("perplexity_ratio", "perplexity_p", "perplexity_q")
    if of.task not in {VOCABULARY, TOP_TOKENS} or not of.has(*needed):
        return None
    both = f"perplexity {of.text('perplexity_q')} with q, {of.text('perplexity_p')} with p"
    if not of.side("log_perplexity_ratio", 0.0):
        return f"On the observed tokens neither is better, as far as they tell: {both}."
    more = of["perplexity_ratio"] - 1.0
    by = percentage(abs(more), of.interval("perplexity_ratio").se)
    return f"On the observed tokens q is {by} % {'worse' if more > 0.0 else 'better'}: {both}."


def by_chance(of: KeyFigures) -> str | None:
    """Say whether two counted distributions differ by more than chance."""
    if not of.has("kl_expected", "homogeneity_p_value"):
        return None
    p, expected = of["homogeneity_p_value"], of.text("kl_expected")
    by = f"by chance, kl would be about {expected} ({p_value(p)})"
    if p > of.alpha:
        return f"Counts of one distribution may differ so, as far as {of.rows_tell}: {by}."
    return f"The two are not counts of one distribution: {by}."


def uncertain(of: KeyFigures) -> str | None:
    """Say how uncertain a value is, as the number of equally likely ones."""
    if not of.has("entropy", "perplexity"):
        return None
    number = of["perplexity"]
    few = f"{number:,.0f}" if number >= 100.0 else f"{number:.3g}"
    like = f"as uncertain as {few} equally likely values"
    many = f" (there are {of['categories']:,.0f})" if of.has("categories") else ""
    return f"A value has {of.text('entropy')} {of.units}: {like}{many}."


def disagreeing(of: KeyFigures) -> str | None:
    """Say which part of an ensemble's uncertainty is that its members disagree."""
    if "member" not in of.columns or not of.has("entropy", "mutual_information"):
        return None
    said = f"The mean prediction has {of.text('entropy')} {of.units} a row"
    if not of["entropy"]:
        return f"{said}: it is certain."
    share = percentage(of["mutual_information"] / of["entropy"], None)
    return (
        f"{said}: the members' own predictions have {of.text('conditional_entropy')}, and their "
        f"disagreement is {of.text('mutual_information')} ({share} %)."
    )


def informed(of: KeyFigures) -> str | None:
    """Say whether another column tells something."""
    if not of.has("mutual_information", "independence_p_value"):
        return None
    p = of["independence_p_value"]
    if p > of.alpha:
        return f"The other column tells nothing of it, as far as {of.rows_tell} ({p_value(p)})."
    return (
        f"The other column tells {of.text('mutual_information')} {of.units} of it ({p_value(p)})."
    )


def wins_on_new_rows(of: KeyFigures) -> str | None:
    """Say what a fit wins on rows that it has not seen."""
    if not of.has("out_of_fold_gain"):
        return None
    gain, side = of["out_of_fold_gain"], of.side("out_of_fold_gain", 0.0)
    if not side:
        return f"Wins nothing on rows left out of the fit, as far as {of.rows_tell}."
    amount = measured(abs(gain), of.interval("out_of_fold_gain").se)
    does = "Wins" if side > 0 else "Costs"
    return f"{does} {amount} {of.units} a row on rows left out of the fit."


def wins(of: KeyFigures) -> str | None:
    """Say what a fit wins on its own rows, if it is more than chance does."""
    if not of.has("calibration_loss", "p_value"):
        return None
    p = of["p_value"]
    if p > of.alpha:
        return f"Wins no more than chance would, as far as {of.rows_tell} ({p_value(p)})."
    beyond = ""
    if of.has("calibration_loss_debiased"):
        beyond = f", about {of['calibration_loss_debiased']:.2g} beyond chance"
    return f"Wins {of['calibration_loss']:.2g} {of.units} a row on the rows of the fit{beyond}."


def share_of_worst(of: KeyFigures) -> str | None:
    """Say which part of the loss the worst rows carry."""
    if not of.has("loss_share", "row_share"):
        return None
    rows, loss = percentage(of["row_share"], None), percentage(of["loss_share"], None)
    return f"These rows, {rows} % of all, carry {loss} % of the loss."


def worst_slice(of: KeyFigures) -> str | None:
    """Say which of the groups that were found costs most."""
    if not of.groups:
        return None
    first = of.groups[0]
    loss, whole = first.values.get("cross_entropy"), of.values.get("cross_entropy")
    excess = first.values.get("excess_loss")
    if loss is None or whole is None or excess is None:
        return None
    found = "1 group is" if len(of.groups) == 1 else f"{len(of.groups):,} groups are"
    return (
        f"{found} worse than the rest, first of all {first.name.removeprefix('slice = ')}: "
        f"{loss:.3g} {of.units} a row, {abs(excess):.2g} {'more' if excess > 0 else 'less'}."
    )


def slice_that_is_off(of: KeyFigures) -> str | None:
    """Say which of the groups whose predictions are off for sure costs most.

    It may be another than the group that loses most, which may be hard to predict without fault.
    """
    for group in of.groups:
        gap, p = map(group.values.get, ("calibration_gap", "gap_p_value_adjusted"))
        if gap is not None and p is not None and p <= _alpha(of):
            side = "low" if gap > 0 else "high"
            name = group.name.removeprefix("slice = ")
            return f"Predictions are too {side} in {name}, by {abs(gap):.2g} on average."
    return None


def no_slice(of: KeyFigures) -> str | None:
    """Say that no group was found, or could be."""
    if of.groups or not of.has("slices_tested"):
        return None
    if not of["slices_tested"]:
        return "No group is large enough to be tested."
    return f"No group is worse than the rest, as far as {of.rows_tell}."


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


def change_of_loss(of: KeyFigures) -> str | None:
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
