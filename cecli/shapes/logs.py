"""The columns of a log, which `--like` names."""

from collections.abc import Sequence
from typing import Any

from cecli.columns.numbers import Scale
from cecli.columns.roles import Tell
from cecli.options.declare import Family
from cecli.options.reading import ReadingOptions, Tool

# The options that name predictions.
PREDICTIONS = ("label", "target", "prob", "log_prob")
# The options with which a cluster cannot be named.
WITHOUT_CLUSTER = ("anytime", "order")


def of_log(reading: ReadingOptions, families: Sequence[Any], tell: Tell) -> Sequence[Any]:
    """Return families of options with the columns of a log, where the user named no others.

    Tokens of one document depend on each other, so that documents are clusters.
    """
    if reading.like is None:
        return families
    given = {name for family in families for name in vars(family) if getattr(family, name)}
    wanted: dict[str, Any] = {}
    if given.isdisjoint(PREDICTIONS):
        wanted |= _predictions(reading.like, families)
    if reading.like is not Tool.LM_EVAL and given.isdisjoint(("cluster", *WITHOUT_CLUSTER)):
        # Imported here, because few inputs are logs.
        from cecli.readers.logs.layouts import DOC

        is_group = any(DOC in getattr(family, "by", ()) for family in families)
        wanted |= {} if is_group else {"cluster": DOC}
    wanted = {name: value for name, value in wanted.items() if name not in given}
    taken = [_changed(family, wanted) for family in families]
    told = [
        f"{family.declared[name].name} {_said(wanted[name])}"
        for family in families
        for name in wanted
        if name in family.declared
    ]
    if told:
        tell(f"--like {reading.like} takes {', '.join(told)}")
    return taken


def _said(value: Any) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _predictions(tool: Tool, families: Sequence[Family]) -> dict[str, Any]:
    from cecli.readers.logs import layouts

    options = {name for family in families for name in family.declared}
    if tool is not Tool.LM_EVAL:
        return {
            "log_prob": layouts.LOGPROB,
            "show": (layouts.DOC, layouts.POS, layouts.CONTEXT),
        }
    if "within" not in options:
        return {"log_prob": layouts.TARGET_SHARE}
    return {
        "within": layouts.DOC,
        "label": layouts.IS_TARGET,
        "prob": layouts.SHARE,
        "scale": Scale.LOG_PROBABILITY,
    }


def _changed(family: Family, wanted: dict[str, Any]) -> Family:
    values = {
        name: (value,) if family.declared[name].is_list and isinstance(value, str) else value
        for name, value in wanted.items()
        if name in family.declared
    }
    return family.changed(**values) if values else family
