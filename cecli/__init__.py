"""cecli evaluates probabilistic predictions: how many nats a model loses, and where.

Everything rests on one identity, KL(p‖q) = H(p, q) − H(p): with observed labels the cross-entropy
H(p, q) is the log loss, and to minimise it is to maximise likelihood.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cecli.api.apply import apply as apply
    from cecli.api.check import check as check
    from cecli.api.compare import compare as compare
    from cecli.api.entropy import entropy as entropy
    from cecli.api.fit import fit as fit
    from cecli.api.inspect import inspect as inspect
    from cecli.api.kl import kl as kl
    from cecli.api.score import score as score
    from cecli.api.worst import worst as worst
    from cecli.checks.outcome import Checked as Checked
    from cecli.comparison import Comparison as Comparison
    from cecli.comparison import Verdict as Verdict
    from cecli.errors import CecliError as CecliError
    from cecli.errors import ColumnError as ColumnError
    from cecli.errors import InputError as InputError
    from cecli.errors import RowError as RowError
    from cecli.errors import UsageError as UsageError
    from cecli.inspection import Inspection as Inspection
    from cecli.report import Report as Report
    from cecli.report import Units as Units

__version__ = "0.1.0"

# Imported when first used, so that `cecli --help` does not wait for numpy.
_HOMES = {
    "score": "cecli.api.score",
    "kl": "cecli.api.kl",
    "compare": "cecli.api.compare",
    "entropy": "cecli.api.entropy",
    "worst": "cecli.api.worst",
    "fit": "cecli.api.fit",
    "apply": "cecli.api.apply",
    "inspect": "cecli.api.inspect",
    "check": "cecli.api.check",
    "Checked": "cecli.checks.outcome",
    "CecliError": "cecli.errors",
    "ColumnError": "cecli.errors",
    "InputError": "cecli.errors",
    "RowError": "cecli.errors",
    "UsageError": "cecli.errors",
    "Comparison": "cecli.comparison",
    "Verdict": "cecli.comparison",
    "Inspection": "cecli.inspection",
    "Report": "cecli.report",
    "Units": "cecli.report",
}

__all__ = [*_HOMES, "__version__"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'cecli' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
