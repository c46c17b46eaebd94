"""Rows that cannot be used, rows that were left out, and rows that were joined."""

from cecli.columns.bad_rows import Reason
from cecli.core.remarks import WORDS
from cecli.explanations.explanation import CodeExplanation, CodeKind, notice, row

LEAVE_OUT = "--on-bad-row skip leaves out and counts such rows; --max-bad limits how many."

REASONS = (
    row(
        Reason.MISSING,
        "A cell that has to have a value is empty, or has a word for a missing value.",
        "What is not known cannot be scored, and is not replaced by a number.",
        f"--missing skip leaves out such rows alone, --missing NA names such a word. {LEAVE_OUT}",
        "cecli score preds.csv",
        "y,p\n1,0.5\n0,\n",
    ),
    row(
        Reason.VALUE,
        "A cell of a column of numbers is no number, or none that the column can have.",
        "It may be a percentage, a decimal comma, a logit, or of the wrong column; the hint says "
        "which is likely.",
        f"--from percent, --from logit, --decimal , read other notations. {LEAVE_OUT}",
        "cecli score preds.csv --label y --prob p",
        "y,p\n1,0.5\n0,high\n",
    ),
    row(
        Reason.FIELDS,
        "A row has more or fewer fields than the header.",
        "Its values would be taken from the wrong columns.",
        f"Quote fields that contain the delimiter; --row-names is for names of rows. {LEAVE_OUT}",
        "cecli score preds.csv",
        "y,p\n1,0.5\n0,0.5,0.5,3\n",
    ),
    row(
        Reason.QUOTING,
        "A quote stands where none can be, or one is missing.",
        "From there on it is not known which text is inside quotes.",
        f"Double the quotes inside of quoted fields. {LEAVE_OUT}",
        "cecli score preds.csv",
        'y,p,text\n1,0.5,"a"b\n0,0.5,c\n',
    ),
    row(
        Reason.LINE_END,
        "A carriage return stands inside a line, without a line feed.",
        "Readers disagree whether it ends the line.",
        f"End lines with a line feed, and quote fields that contain line ends. {LEAVE_OUT}",
        "cecli score preds.csv",
    ),
    row(
        Reason.NUL,
        "A row contains a NUL byte.",
        "Text has none: it is mostly UTF-16, or a file that was not written to its end.",
        f"--encoding utf-16 reads UTF-16. {LEAVE_OUT}",
        "cecli score preds.csv",
    ),
    row(
        Reason.ENCODING,
        "A value is not UTF-8.",
        "Its characters are not known, so that it could be taken for another value.",
        f"--encoding latin-1 reads Latin-1, and so on. {LEAVE_OUT}",
        "cecli score preds.csv --encoding latin-1",
    ),
    row(
        Reason.CLASS,
        "The label of a row is none of the classes.",
        "There is no prediction for it, and so no loss.",
        f"Labels have to equal the names of classes; --classes names those of codes. {LEAVE_OUT}",
        "cecli score preds.csv --label y --prob 'p_*'",
        "y,p_a,p_b\na,0.5,0.5\nz,0.5,0.5\n",
    ),
    row(
        Reason.SUM,
        "The probabilities of a row do not add up to 1, or those of a group do not.",
        "They are then no distribution, and the loss would mean nothing.",
        f"--normalize divides by the sum; --from logit reads logits. {LEAVE_OUT}",
        "cecli score preds.csv --label y --prob 'p_*'",
        "y,p_a,p_b\na,0.5,0.75\nb,0.5,0.5\n",
    ),
    row(
        Reason.JSON,
        "A line of a .jsonl file is no valid JSON object.",
        "What it says of its keys is not known.",
        f"Write one object a line. {LEAVE_OUT}",
        "cecli score preds.jsonl",
    ),
    row(
        Reason.WINNER,
        "Not exactly one candidate of a group happened.",
        "Probabilities of a group are of one of them happening.",
        "Check the column that --within names, and the label. " + LEAVE_OUT,
        "cecli score preds.csv --within race --label y --prob p",
    ),
)


def skipped(of: CodeExplanation) -> CodeExplanation:
    """Return the explanation of the notice that rows were skipped for a reason."""
    reason = Reason(of.code)
    return CodeExplanation(
        reason.remark,
        CodeKind.NOTICE,
        f"Rows were skipped, because {WORDS[reason]}.",
        "What is left out is counted and told, as it may not be like the rest.",
        "Look at the named lines. --max-bad N or N% ends the run if there are more.",
        of.example,
    )


EXPLANATIONS = (
    *REASONS,
    *map(skipped, REASONS),
    row(
        "third-class",
        "A label has a third value, where one column of predictions allows two.",
        "The file may have classes, or --label names another column.",
        "Give one column a class with --prob 'p_*', or the right column with --label.",
        "cecli score preds.csv --label y --prob p --positive a",
        "y,p\na,0.5\nb,0.5\nc,0.5\n",
    ),
    notice(
        "zero-weight",
        "Rows of weight 0 were left out.",
        "They count for nothing; their labels and predictions are not even checked.",
        "Nothing, if the weights are meant.",
        "cecli score preds.csv --label y --prob p --weight w",
        "y,p,w\n1,0.5,1\n0,0.5,0\n0,0.25,1\n",
    ),
    notice(
        "blank-line",
        "Blank lines were skipped.",
        "They have no values, but a file that ends early may end with one.",
        "Check that the number of rows is right.",
        "cecli score preds.csv",
        "y,p\n1,0.5\n\n0,0.5\n",
    ),
    notice(
        "unmatched-id",
        "Rows were left out, as the other input does not have their id.",
        "What is scored is then only a part of the rows, and perhaps the easier one.",
        "Find out why ids are missing; without --on-unmatched skip this is an error.",
        "cecli compare old.csv new.csv --id id --on-unmatched skip",
    ),
    notice(
        "labels-joined",
        "The rows of the file of labels were joined to those of the predictions.",
        "The join decides which label belongs to which prediction.",
        "--id COL joins by a key; by position, both files must have the same order.",
        "cecli score preds.csv --labels truth.csv --id id",
    ),
    notice(
        "paired-by-position",
        "Rows of two inputs were matched by their position.",
        "If one of them is in another order, every comparison of rows is wrong.",
        "--id COL matches them by a key.",
        "cecli compare old.csv new.csv",
    ),
    notice(
        "same-file",
        "An input was given more than once, so that its rows count again.",
        "Counted twice, the same rows look like more evidence than there is.",
        "Name each file once.",
        "cecli score preds.csv preds.csv",
        "y,p\n1,0.5\n0,0.25\n",
    ),
)
