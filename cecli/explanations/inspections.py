"""Notices of what is in a file."""

from cecli.explanations.explanation import error, notice

EXPLANATIONS = (
    notice(
        "reading",
        "The file is read with a delimiter, a decimal mark or names that were found in it.",
        "It is not the usual one, and every other command needs to be told.",
        "Take over the options that the notice names.",
        "cecli inspect preds.csv",
        "y;p\n1;0.5\n0;0.25\n",
    ),
    notice(
        "no-numbers",
        "A column that is named like predictions has something else than numbers.",
        "Percent signs, decimal commas and words for missing values are read on request only.",
        "Follow the hint of the notice.",
        "cecli inspect preds.csv",
        "y,p\n1,50%\n0,25%\n",
    ),
    notice(
        "not-clear",
        "Nothing is proposed, as it is not clear what the columns are.",
        "A guess that may be wrong would give a number that looks right.",
        "Name the columns with --label COL and --prob COL.",
        "cecli inspect preds.csv",
        "a,b\nx,1\ny,2\n",
    ),
    notice(
        "same-column",
        "A name of a column occurs more than once.",
        "Which of them is meant is not known.",
        "Rename one of them in the header.",
        "cecli inspect preds.csv",
        "y,p,p\n1,0.5,0.5\n0,0.25,0.5\n",
    ),
    notice(
        "nested",
        "A column has objects or lists, and was passed over.",
        "A cell must be one value.",
        "Name a key inside it, such as result.prob.",
        "cecli inspect preds.jsonl",
    ),
    error(
        "array-alone",
        "The input is an array of several columns, and has no labels.",
        "A score needs what happened; the logits or probabilities of a model alone have no loss.",
        "cecli kl BASE OTHER compares the distributions of two models; --labels FILE --by-position "
        "adds labels.",
        "cecli score logits.npy",
    ),
)
