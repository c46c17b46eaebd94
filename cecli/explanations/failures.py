"""Errors of what is in a file, of reading it and of cecli itself, and exit codes."""

from cecli.core.errors import ExitCode
from cecli.explanations.command_lines import NAMED, SCORE
from cecli.explanations.explanation import CodeExplanation, CodeKind, error


def ended(code: ExitCode, means: str, why: str, remedy: str) -> CodeExplanation:
    """Return the explanation of an exit code."""
    return CodeExplanation(str(code.value), CodeKind.EXIT, means, why, remedy)


OF_GUESSES = (
    error(
        "not-certain",
        "What the columns are is not certain.",
        "A guess that may be wrong is proposed, and not made.",
        f"Paste the proposed command that fits. {NAMED}",
        SCORE,
    ),
    error(
        "delimiter",
        "There is a single column, whose name has another delimiter in it.",
        "The file is likely to be written with that delimiter.",
        "Give --delimiter, as the hint says.",
        SCORE,
    ),
    error(
        "a-log",
        "The tokens of the input are inside of lists, as in logs of language models.",
        "A row is then a text, and not a token.",
        "--like NAME reads the logs of a tool, such as lm-eval.",
        SCORE,
    ),
    error(
        "decisions-alone",
        "The predictions are decisions, and no probabilities can be told from them.",
        "A decision of 1 would claim to be certain.",
        "Save the probabilities that the model gives, such as those of predict_proba.",
        SCORE,
        "y_true,y_pred\n1,1\n0,0\n1,0\n0,0\n",
    ),
    error(
        "confidence",
        "A confidence may be about the predicted class, and not about the label.",
        "Taken for the probability of the positive class, it would be wrong in half of the rows.",
        "--predicted COL says which class it is about; --prob COL takes it for the positive one.",
        SCORE,
    ),
    error(
        "no-truth",
        "The file has predictions, and no column of what happened.",
        "A decision says nothing of what was observed.",
        "--labels FILE --id COL takes labels from another file.",
        SCORE,
    ),
    error(
        "several-labels",
        "Several columns could be the label.",
        "Which of them it is, only you know.",
        "Choose one with --label COL.",
        SCORE,
        "y,label,p\n1,0,0.5\n0,1,0.25\n",
    ),
    error(
        "no-label",
        "No column has a usual name for the label.",
        "Without what happened there is no score.",
        NAMED,
        SCORE,
        "a,p\nx,0.5\ny,0.25\nz,0.75\n",
    ),
    error(
        "other-classes",
        "The labels name none of the classes that have columns.",
        "A label that is no class has no prediction.",
        "Rename the columns or the labels; --classes names the classes of codes.",
        SCORE,
    ),
    error(
        "several-probs",
        "Several columns could be the prediction.",
        "Which of them it is, only you know.",
        "Choose one with --prob COL; cecli compare scores several models.",
        SCORE,
        "y,p,prob\n1,0.5,0.25\n0,0.25,0.5\n",
    ),
    error(
        "no-prob",
        "No column has a usual name for the prediction.",
        "Without predictions there is no score.",
        NAMED,
        SCORE,
        "y,a\n1,x\n0,y\n",
    ),
)
OF_INPUTS = (
    error(
        "input",
        "The input cannot be used as it is.",
        "The message says what is wrong; nothing was written.",
        "Follow the hint; cecli inspect FILE shows what is in the file.",
        SCORE,
        "y,p\n",
    ),
    error(
        "empty",
        "The input has no bytes.",
        "A score of no rows is not 0, and not perfect.",
        "Find out why nothing was written.",
        SCORE,
        "",
    ),
    error(
        "unreadable",
        "The bytes of the input cannot be read or decoded.",
        "Access is denied, compressed data are damaged, or the file changed meanwhile.",
        "Write the file again; --encoding names another encoding.",
        SCORE,
    ),
    error(
        "no-such-file",
        "There is no file of this name.",
        "Words that follow no option are files.",
        "Check the path and the folder; a nearly equal name is proposed.",
        "cecli score missing.csv",
        "y,p\n1,0.5\n",
    ),
    error(
        "no-match",
        "No file matches the pattern.",
        "An empty set of files is more often a mistake than meant.",
        "Quote the pattern, and check it against the folder.",
        "cecli score 'day-*.csv'",
        "y,p\n1,0.5\n",
    ),
    error(
        "empty-folder",
        "The directory has no file that is data by its name.",
        "Files are taken by their suffixes, so that notes and logs are not read as data.",
        "Name files, or a pattern in quotes.",
        "cecli score folder",
    ),
    error(
        "row",
        "A row cannot be used.",
        "The message has its line and what is wrong.",
        "Correct the row; --on-bad-row skip leaves out and counts such rows.",
        "cecli compare old.csv new.csv",
    ),
    error(
        "out-of-memory",
        "There was not enough memory.",
        "Rows are read in pieces; joins, groups and exact cells keep more.",
        "Give fewer workers with --workers 1, or fewer groups.",
        f"{SCORE} --workers 1",
    ),
    error(
        "bug",
        "Something went wrong inside of cecli; no result was written.",
        "This is never the fault of the input.",
        "Run it again with --debug, and report the traceback.",
        f"{SCORE} --debug",
    ),
)
EXITS = (
    ended(ExitCode.OK, "Done; every check passed.", "The whole result was written.", "Nothing."),
    ended(
        ExitCode.CHECK_FAILED,
        "A rule of cecli check failed, or cecli verify found a difference.",
        "The verdicts are in the output, with their reasons.",
        "Read the lines that begin with failed: on stderr.",
    ),
    ended(
        ExitCode.USAGE,
        "The command line or the configuration is wrong, or a column is not there.",
        "No result was written.",
        "Follow the hint on stderr; --error-format json has it for programs.",
    ),
    ended(
        ExitCode.INPUT,
        "The input cannot be used, or the output cannot be written.",
        "No result was written, or only a part on standard output.",
        "Follow the hint on stderr; --error-format json has file, line, column and value.",
    ),
    ended(
        ExitCode.BUG,
        "A bug in cecli.",
        "No result was written.",
        "Run it again with --debug, and report the traceback.",
    ),
    ended(
        ExitCode.INTERRUPTED,
        "Interrupted, as by Ctrl-C.",
        "An output file is whole or not there.",
        "Run it again.",
    ),
)  # fmt: skip
EXPLANATIONS = (*OF_GUESSES, *OF_INPUTS, *EXITS)
