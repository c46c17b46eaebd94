"""Notices of drift, and of divergences between distributions."""

from cecli.explanations.explanation import notice

KL = "cecli kl preds.csv --p 'p_*' --q 'q_*'"
DRIFT = "cecli drift train.csv today.csv"
EXPLANATIONS = (
    notice(
        "infinite-kl",
        "q is 0 where p is not, so that kl is infinite.",
        "An event that q excludes happens under p.",
        "js_divergence and total_variation are finite; cecli kl --over-rows --smooth 0.5 smooths "
        "counts.",
        KL,
        "p_a,p_b,q_a,q_b\n0.5,0.5,1,0\n0.5,0.5,0.5,0.5\n",
    ),
    notice(
        "infinite-reverse-kl",
        "p is 0 where q is not, so that reverse_kl is infinite.",
        "An event that p excludes happens under q.",
        "js_divergence and total_variation are finite; kl itself may be, too.",
        KL,
        "p_a,p_b,q_a,q_b\n1,0,0.5,0.5\n0.5,0.5,0.5,0.5\n",
    ),
    notice(
        "sums-to-one",
        "Two columns each add up to 1 over all rows.",
        "They look like one distribution over the rows, not like a probability in each row.",
        "--over-rows takes each column as one distribution.",
        "cecli kl preds.csv --p p --q q",
        "p,q\n0.5,0.25\n0.25,0.5\n0.25,0.25\n",
    ),
    notice(
        "raw-scores",
        "A column given as one distribution looks like a score for each row.",
        "The divergence of two columns of scores, row by row, is no stability index.",
        "cecli drift REFERENCE CURRENT compares how scores are distributed.",
        "cecli kl preds.csv --p p --q q --over-rows --normalize",
        "p,q\n" + "0.75,0.5\n0.25,0.5\n0.5,0.25\n" * 10,
    ),
    notice(
        "total-p-off",
        "The stored probabilities of p do not add up to 1, and were divided by their sum.",
        "Formats of 16 bits round them.",
        "Nothing, if the factor is near 1.",
        "cecli kl base.kld quantised.kld",
    ),
    notice(
        "total-q-off",
        "The stored probabilities of q do not add up to 1, and were divided by their sum.",
        "Formats of 16 bits round them.",
        "Nothing, if the factor is near 1.",
        "cecli kl base.kld quantised.kld",
    ),
    notice(
        "rounded",
        "Log-probabilities are stored as codes of 16 bits.",
        "A divergence that is not larger than a step of the codes may be rounding.",
        "Nothing, if kl is much larger than the step that the notice names.",
        "cecli kl base.kld quantised.kld",
    ),
    notice(
        "weighted",
        "Shares are those of the weights.",
        "What chance gives is then that of as many rows as the weights are worth.",
        "Nothing, if the weights are meant.",
        f"{DRIFT} --weight w",
    ),
    notice(
        "many-categories",
        "A column was not compared, as it has too many different values.",
        "It is mostly an identifier, of which every input has new ones.",
        "--max-categories N allows more; --column COL chooses columns.",
        DRIFT,
    ),
    notice(
        "new-values",
        "The current input has values of a column that the reference does not have.",
        "A model has not seen them, and psi is infinite unless it is smoothed.",
        "Find out where they come from; --smooth 0.5 makes psi finite.",
        DRIFT,
    ),
    notice(
        "vanished-values",
        "The reference has values of a column that the current input does not have.",
        "Something may no longer be written, or be written otherwise.",
        "Find out why they are gone; --smooth 0.5 makes psi finite.",
        DRIFT,
    ),
    notice(
        "empty-bins",
        "psi is infinite, as one input has nothing in a bin.",
        "psi has the logarithm of a ratio of shares.",
        "--smooth 0.5 adds half a row to each bin, in both inputs.",
        DRIFT,
    ),
    notice(
        "missing-values",
        "Values of a column are missing, and count as a value of their own.",
        "A share of missing values that changes is drift, too.",
        "Nothing, unless the share changed.",
        DRIFT,
    ),
    notice(
        "rare-values",
        "Rare values count as one in the p-value of a column.",
        "The test needs five expected rows for each value.",
        "Nothing.",
        DRIFT,
    ),
    notice(
        "no-labels",
        "The change of the loss is not known, as the current input has no labels.",
        "Drift of columns says that something moved, not that the model is worse.",
        "Compare again when labels are there.",
        f"{DRIFT} --label y --prob p",
    ),
    notice(
        "column-new",
        "Only the current input has a column, which was not compared.",
        "There is nothing to compare it with.",
        "Nothing, if the column is meant to be new.",
        DRIFT,
    ),
    notice(
        "column-gone",
        "Only the reference has a column.",
        "What a model needs may be missing now.",
        "Find out why it is gone.",
        DRIFT,
    ),
    notice(
        "column-unusable",
        "A column was not compared, as it occurs twice or has several values in a row.",
        "Which of the values is meant is not known.",
        "Rename one of two columns; name keys inside of nested ones.",
        DRIFT,
    ),
)
