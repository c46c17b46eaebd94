"""cecli evaluates probabilistic predictions: how many nats a model loses, and where.

Everything rests on one identity, KL(p‖q) = H(p, q) − H(p): with observed labels the cross-entropy
H(p, q) is the log loss, and minimising it maximises the likelihood.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cecli.anywhere.evaluation import Evaluation as Evaluation
    from cecli.commands.apply import apply as apply
    from cecli.commands.attest import attest as attest
    from cecli.commands.calibration import calibration as calibration
    from cecli.commands.check import check as check
    from cecli.commands.check.outcome import Checked as Checked
    from cecli.commands.compare import compare as compare
    from cecli.commands.drift import drift as drift
    from cecli.commands.entropy import entropy as entropy
    from cecli.commands.fit import fit as fit
    from cecli.commands.inspect import inspect as inspect
    from cecli.commands.kl import kl as kl
    from cecli.commands.merge import merge as merge
    from cecli.commands.score import score as score
    from cecli.commands.slices import slices as slices
    from cecli.commands.verify import verify as verify
    from cecli.commands.worst import worst as worst
    from cecli.core.errors import CecliError as CecliError
    from cecli.core.errors import ColumnError as ColumnError
    from cecli.core.errors import InputError as InputError
    from cecli.core.errors import RowError as RowError
    from cecli.core.errors import UnreadableError as UnreadableError
    from cecli.core.errors import UsageError as UsageError
    from cecli.receipts.receipt import Receipt as Receipt
    from cecli.receipts.verification import Verification as Verification
    from cecli.report.inspection import Inspection as Inspection
    from cecli.report.parts import Comparison as Comparison
    from cecli.report.parts import Conclusion as Conclusion
    from cecli.report.report import Report as Report
    from cecli.report.result import Units as Units


__version__ = "0.1.0"

# Imported when first used, so that `cecli --help` does not wait for numpy.
_HOMES = {
    "score": "cecli.commands.score",
    "calibration": "cecli.commands.calibration",
    "kl": "cecli.commands.kl",
    "compare": "cecli.commands.compare",
    "drift": "cecli.commands.drift",
    "entropy": "cecli.commands.entropy",
    "worst": "cecli.commands.worst",
    "slices": "cecli.commands.slices",
    "fit": "cecli.commands.fit",
    "apply": "cecli.commands.apply",
    "merge": "cecli.commands.merge",
    "inspect": "cecli.commands.inspect",
    "attest": "cecli.commands.attest",
    "verify": "cecli.commands.verify",
    "check": "cecli.commands.check",
    "Evaluation": "cecli.anywhere.evaluation",
    "Checked": "cecli.commands.check.outcome",
    "CecliError": "cecli.core.errors",
    "ColumnError": "cecli.core.errors",
    "InputError": "cecli.core.errors",
    "RowError": "cecli.core.errors",
    "UnreadableError": "cecli.core.errors",
    "UsageError": "cecli.core.errors",
    "Comparison": "cecli.report.parts",
    "Conclusion": "cecli.report.parts",
    "Inspection": "cecli.report.inspection",
    "Receipt": "cecli.receipts.receipt",
    "Report": "cecli.report.report",
    "Units": "cecli.report.result",
    "Verification": "cecli.receipts.verification",
}

__all__ = [*_HOMES, "__version__"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'cecli' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
