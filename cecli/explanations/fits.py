"""Notices of fits, and of checks."""

from cecli.explanations.explanation import notice

FIT = "cecli fit preds.csv --label y --prob p --model platt"
CHECK = "cecli check preds.csv --baseline main.json --max-worsening cross_entropy=1%"
EXPLANATIONS = (
    notice(
        "not-converged",
        "The fit did not converge.",
        "Its parameters are not those of the least loss.",
        "--verbose shows its steps; --prior-sd S helps if there are too few data.",
        FIT,
    ),
    notice(
        "certain-steps",
        "The fitted step function reaches 0 or 1.",
        "The loss of a new row on such a step can be infinite.",
        "--model beta or --model platt never reach them; cecli score --clip EPS bounds losses.",
        "cecli fit preds.csv --label y --prob p --model isotonic",
        "y,p\n" + "0,0.1\n0,0.2\n1,0.4\n0,0.5\n1,0.8\n1,0.9\n" * 4,
    ),
    notice(
        "no-gain-expected",
        "What the fit wins on the rows it was fitted to is no more than chance wins.",
        "On new rows such a fit is likely to lose.",
        "Leave the predictions as they are, or fit more rows.",
        FIT,
        "y,p\n" + "1,0.75\n1,0.75\n1,0.75\n0,0.75\n0,0.25\n0,0.25\n0,0.25\n1,0.25\n" * 3,
    ),
    notice(
        "loss-rose",
        "Fitted apart, each class against the rest got better, and all classes together worse.",
        "The fits of the classes do not know of each other.",
        "--model temperature or --model vector fit all classes together.",
        "cecli fit preds.csv --label y --prob 'p_*' --model platt",
    ),
    notice(
        "parameter-at-bound",
        "A parameter is at the least value for which the map does not decrease.",
        "The best map would reverse the order of predictions, which no recalibration should.",
        "Look at cecli calibration: the predictions may rank the wrong way round.",
        "cecli fit preds.csv --label y --prob p --model beta",
    ),
    notice(
        "no-standard-error",
        "A parameter has no standard error.",
        "There are no more rows, or no more clusters, than parameters.",
        "Fit more rows.",
        FIT,
    ),
    notice(
        "contrary-rule",
        "A rule limits how much a metric may get better.",
        "Mostly, --max-increase or --max-decrease was chosen in the wrong direction.",
        "--max-worsening NAME=AMOUNT knows the direction of each metric.",
        "cecli check preds.csv --label y --prob p --max accuracy=0.9",
        "y,p\n" + "1,0.75\n0,0.25\n0,0.75\n1,0.25\n" * 5,
    ),
    notice(
        "groups-unseen",
        "Rows were left out, so that a group without other rows is not seen by a rule on groups.",
        "A stored report cannot say which groups these rows had.",
        "Check the file of predictions instead of the report.",
        CHECK,
    ),
    notice(
        "rows-differ",
        "The number of rows is far from that of the baseline.",
        "One of the files may be cut off, or given twice.",
        "--rows-within 10% makes this a rule.",
        CHECK,
    ),
    notice(
        "groups-gone",
        "The baseline has groups that are not here.",
        "A rule cannot fail in a group that is not there.",
        "Find out why they are gone.",
        CHECK,
    ),
    notice(
        "groups-new",
        "There are groups that the baseline does not have.",
        "They have nothing to be compared with.",
        "Nothing, if they are meant to be new.",
        CHECK,
    ),
)
