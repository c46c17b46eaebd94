"""The definitions of the metrics of drift: p are the shares of the reference, q those of now."""

from cecli.report.result import Definition, Direction, Measure

INFORMATION, LOWER = Measure.INFORMATION, Direction.LOWER
PSI = Definition(
    "psi",
    "Population stability index: the shares of bins then and now, compared in both directions.",
    "KL(p||q) + KL(q||p) = sum (q - p) log(q / p), over the bins of the reference",
    LOWER,
    INFORMATION,
    also=("population stability index", "stability index"),
)
PSI_EXPECTED = Definition(
    "psi_expected",
    "Mean of psi if nothing has moved, at these numbers of rows.",
    "(K - 1) (1/n + 1/m), for K bins, n rows of the reference and m of now",
    measure=INFORMATION,
)
PSI_QUANTILE = Definition(
    "psi_quantile",
    "What psi stays below in 95 of 100 cases if nothing has moved, at these numbers of rows.",
    "(1/n + 1/m) times the 95 % quantile of chi-squared with K - 1 degrees of freedom",
    measure=INFORMATION,
)
PSI_P_VALUE = Definition(
    "psi_p_value",
    "Chance of a psi of this size if nothing has moved.",
    "P(X > psi / (1/n + 1/m)), X chi-squared with K - 1 degrees of freedom",
    high=1.0,
)
DRIFT_P_VALUE = Definition(
    "drift_p_value",
    "Chance of a difference of this size if nothing has moved: of numbers the test of Kolmogorov "
    "and Smirnov, of categories and of few values the chi-squared test of homogeneity.",
    "P(K > D sqrt(nm / (n + m))), or P(X > n m sum (p - q)^2 / (n p + m q))",
    high=1.0,
)
DRIFT_P_VALUE_ADJUSTED = Definition(
    "drift_p_value_adjusted",
    "drift_p_value adjusted for the number of columns (Holm).",
    "max over smaller p-values of (number of columns left) p",
    high=1.0,
)
BINS = Definition(
    "bins",
    "Number of bins or categories that occur in either input, missing values among them.",
    "K",
)
DISTINCT = Definition(
    "distinct",
    "Number of different values of a reference; numbers beyond 16,384 share cells.",
    "number of values",
    streams="exactly up to 16,384 numbers",
)
MISSING_REFERENCE = Definition(
    "missing_reference", "Share of missing values in the reference.", "p of no value", high=1.0
)
MISSING_CURRENT = Definition(
    "missing_current", "Share of missing values now.", "q of no value", high=1.0
)
NEW_SHARE = Definition(
    "new_share",
    "Share of rows now whose value the reference does not have; of numbers, whose bin is empty.",
    "sum q over bins with p = 0",
    LOWER,
    high=1.0,
)
VANISHED_SHARE = Definition(
    "vanished_share",
    "Share of the reference in values, or bins, that no row has now.",
    "sum p over bins with q = 0",
    LOWER,
    high=1.0,
)
PSI_MAX = Definition(
    "psi_max", "Largest psi of a column.", "max over columns of psi", LOWER, INFORMATION
)
COLUMNS = Definition("columns", "Number of columns that were compared.", "number of columns")
COLUMNS_MOVED = Definition(
    "columns_moved",
    "Number of columns that differ by more than chance, at the level of the report.",
    "number of columns with drift_p_value_adjusted <= 1 - level",
    LOWER,
)
REFERENCE_ROWS = Definition("reference_rows", "Number of rows of the reference.", "n")
LOSS_REFERENCE = Definition(
    "loss_reference", "Mean loss on the reference.", "mean of the cross-entropy", LOWER, INFORMATION
)
LOSS_CURRENT = Definition(
    "loss_current", "Mean loss now.", "mean of the cross-entropy", LOWER, INFORMATION
)
LOSS_CHANGE = Definition(
    "loss_change",
    "Change of the mean loss from the reference to now.",
    "loss_current - loss_reference = population + calibration + refinement",
    LOWER,
    INFORMATION,
    low=-float("inf"),
)
POPULATION = Definition(
    "population",
    "Part of the change of the loss because predictions are in other bins than before.",
    "sum_b (q_b - p_b) l_b: l_b the mean loss of the reference in bin b",
    LOWER,
    INFORMATION,
    low=-float("inf"),
)
CALIBRATION = Definition(
    "calibration",
    "Part of the change of the loss because predictions mean something else than before.",
    "sum_b q_b (m'_b - m_b), m = loss less entropy of the labels in bin b, m' now",
    LOWER,
    INFORMATION,
    low=-float("inf"),
)
REFINEMENT = Definition(
    "refinement",
    "Part of the change of the loss because labels are less certain, or more, given predictions.",
    "sum_b q_b (h'_b - h_b), h = entropy of the labels in bin b, h' now",
    LOWER,
    INFORMATION,
    low=-float("inf"),
)
# Of each column, beside those that other commands have, too.
OF_A_COLUMN = (
    PSI, PSI_EXPECTED, PSI_QUANTILE, PSI_P_VALUE, DRIFT_P_VALUE, DRIFT_P_VALUE_ADJUSTED, BINS,
    MISSING_REFERENCE, MISSING_CURRENT, NEW_SHARE, VANISHED_SHARE,
)  # fmt: skip
OF_THE_LOSS = (LOSS_REFERENCE, LOSS_CURRENT, LOSS_CHANGE, POPULATION, CALIBRATION, REFINEMENT)
DEFINITIONS = (
    *OF_A_COLUMN, DISTINCT, PSI_MAX, COLUMNS, COLUMNS_MOVED, REFERENCE_ROWS, *OF_THE_LOSS,
)  # fmt: skip
SHARED = ("kl", "reverse_kl", "js_divergence", "total_variation", "ks")
# The names of the metrics of a column, by which `check` knows that a rule is about columns.
OF_COLUMNS = frozenset({*(definition.name for definition in OF_A_COLUMN), *SHARED})
