"""Notices about the losses of predictions, their labels, sums and classes."""

from cecli.explanations.explanation import notice

ZERO = "y,p\n1,0\n0,0.5\n"
EXPLANATIONS = (
    notice(
        "infinite-loss",
        "Some rows gave probability 0 to what happened, so that their loss, and the mean, is "
        "infinite.",
        "One such row decides the mean. Clipping it would be a choice, and none is made in "
        "silence.",
        "cecli worst lists these rows. --clip 1e-15 bounds the loss, and the report says so; "
        "--log-prob has no --clip. If every prediction is 0 or 1, save probabilities in place of "
        "decisions.",
        "cecli score preds.csv",
        "y,p\n1,0\n0,0.5\n",
    ),
    notice(
        "clipped",
        "--clip moved the probabilities of some rows away from 0 or 1.",
        "Clipping changes the loss: the notice has the number of rows and their share of it.",
        "If the share is large, the loss depends on the chosen EPS more than on the model.",
        "cecli score preds.csv --clip 0.01",
        "y,p\n1,0\n0,0.5\n",
    ),
    notice(
        "concentrated-loss",
        "A few rows account for much of the loss.",
        "Standard errors assume that no single row decides the mean, so that intervals may be too "
        "narrow.",
        "Look at these rows: cecli worst lists them. They are often labels that are wrong.",
        "cecli score preds.csv --label y --prob p",
        "y,p\n" + "1,0.999\n" * 250 + "0,0.99999\n" * 3,
    ),
    notice(
        "one-bin",
        "Nearly all rows are in one bin of the reliability table.",
        "Bins are equally wide unless told otherwise, and predictions of a rare event are all near "
        "0: then neither the table nor ece tells where they are wrong.",
        "--strategy quantile makes bins of about equal weight; --edges 0.001,0.01,0.1 states the "
        "edges. ecce, smece and the decomposition need no bins.",
        "cecli calibration preds.csv --label y --prob p",
        "y,p\n" + "0,0.0078125\n0,0.015625\n1,0.03125\n0,0.0625\n" * 10,
    ),
    notice(
        "few-events",
        "The rarer class occurred only a few times.",
        "So few events tell little, however many rows there are: intervals then rest on what the "
        "predictions expect.",
        "Score more rows, or take the interval as a rough one.",
        "cecli score preds.csv --label y --prob p",
        "y,p\n" + "0,0.25\n" * 30 + "1,0.5\n",
    ),
    notice(
        "label-is-decision",
        "In every row the label is what a threshold makes of the predictions, or the likeliest "
        "class.",
        "A model is then judged by its own decisions, and looks far better than it is.",
        "Give the column of what was observed with --label, not that of what was decided.",
        "cecli score preds.csv --label y --prob p",
        "y,p\n" + "1,0.75\n0,0.25\n" * 20,
    ),
    notice(
        "unlike-case",
        "Some predicted classes differ from the observed ones in case alone, and count as wrong.",
        "Names of classes are compared exactly.",
        "Write the names alike in both columns.",
        "cecli score preds.csv --label y --predicted c --prob q",
    ),
    notice(
        "order-of-classes",
        "rps needs the classes in order, and that of the columns looks like another one.",
        "Many tools write columns in the order of the alphabet, so that 10 precedes 2.",
        "Put the columns of the classes in their order; other metrics do not depend on it.",
        "cecli score preds.csv --label y --prob 'p_*' --ordered",
        "y,p_high,p_low,p_medium\nhigh,0.5,0.25,0.25\nlow,0.25,0.5,0.25\nmedium,0.25,0.25,0.5\n",
    ),
    notice(
        "two-classes",
        "Two classes have a column each, so that brier counts the error of both: twice that of one "
        "column.",
        "Other tools report the value of one column for such files.",
        "For the value of one column, give --prob COL --positive CLASS, as the notice spells out.",
        "cecli score preds.csv --label y --prob 'p_*'",
        "y,p_no,p_yes\nyes,0.25,0.75\nno,0.75,0.25\nyes,0.5,0.5\n",
    ),
    notice(
        "sum-not-one",
        "The probabilities of some rows do not add up to 1, by a little more than rounding.",
        "They are used as they are; nothing is divided in silence.",
        "--normalize divides each row by its sum. Rounded files are best written with more digits.",
        "cecli score preds.csv --label y --prob 'p_*'",
        "y,p_a,p_b,p_c\na,0.5,0.25,0.2501\nb,0.25,0.5,0.25\nc,0.25,0.25,0.5\n",
    ),
    notice(
        "normalized",
        "--normalize divided the probabilities of each row by their sum.",
        "It changes the loss, so the report says how far the sums were from 1.",
        "If they were far off, find out why before the result is used.",
        "cecli score preds.csv --label y --prob 'p_*' --normalize",
        "y,p_a,p_b,p_c\na,0.5,0.25,0.2501\nb,0.25,0.5,0.25\nc,0.25,0.25,0.5\n",
    ),
    notice(
        "undefined-metric",
        "A metric has no value for these rows, and the notice says why.",
        "A value that is not defined is null in JSON, never NaN, and no number that looks right.",
        "cecli explain NAME tells what the metric needs.",
        "cecli score preds.csv",
        "y,p\n1,0.5\n1,0.75\n",
    ),
    notice(
        "several-events",
        "Each row of the file became several rows, one for each event.",
        "The events of one row may depend on each other, so that intervals are over rows of the "
        "file.",
        "Nothing; --cluster COL names larger units that depend on each other.",
        "cecli score preds.csv --pairs '*=*_outcome'",
        "rain,rain_outcome,wind,wind_outcome\n0.75,1,0.25,0\n0.75,1,0.5,1\n0.25,0,0.25,0\n",
    ),
    notice(
        "several-models",
        "Each model has rows of its own, and the results are those of each.",
        "Nothing is reported of all rows together, as they are of different models.",
        "cecli compare says which is better on the rows that they share.",
        "cecli score preds.csv --model m --label y --prob p",
    ),
    notice(
        "candidates",
        "Each row is a candidate of a group in which one of them happens.",
        "Candidates of one group depend on each other, so that intervals are over groups.",
        "Nothing; cecli score tells how good the choices within groups are.",
        "cecli calibration preds.csv --within race --label y --prob p",
    ),
    notice(
        "like-scikit-learn",
        "The log loss of scikit-learn is reported beside cross_entropy, with why they differ.",
        "log_loss moves probabilities into [e, 1 - e], where e is 2.2e-16, or 1.2e-07 if they are "
        "float32, and takes sums of classes as they are.",
        "Nothing, if the number is yours; check --max sklearn_log_loss=VALUE carries a limit over.",
        "cecli score preds.csv --like scikit-learn",
        ZERO,
    ),
    notice(
        "like-xgboost",
        "The logloss of XGBoost is reported beside cross_entropy, with why they differ.",
        "It computes in float32, and takes probabilities below 1e-16 for 1e-16.",
        "Nothing, if the number is yours; check --max xgboost_logloss=VALUE carries a limit over.",
        "cecli score preds.csv --like xgboost",
        ZERO,
    ),
    notice(
        "like-lightgbm",
        "The log loss of LightGBM is reported beside cross_entropy, with why they differ.",
        "It takes probabilities below 1e-15 for 1e-15; of soft labels, those below 1e-12.",
        "Nothing, if the number is yours; check --max lightgbm_logloss=VALUE carries a limit over.",
        "cecli score preds.csv --like lightgbm",
        ZERO,
    ),
    notice(
        "like-pytorch",
        "The loss of PyTorch is reported beside cross_entropy, with why they differ.",
        "binary_cross_entropy takes logarithms below -100 for -100, and divides weighted losses by "
        "the number of rows. Of logits, only the latter differs.",
        "Nothing, if the number is yours; check --max pytorch_loss=VALUE carries a limit over.",
        "cecli score preds.csv --like pytorch",
        ZERO,
    ),
    notice(
        "like-keras",
        "The loss of Keras is reported beside cross_entropy, with why they differ.",
        "It computes in float32, divides probabilities of classes by their sum, moves them into "
        "[1e-07, 1 - 1e-07], and divides weighted losses by the number of rows.",
        "Nothing, if the number is yours; check --max keras_loss=VALUE carries a limit over.",
        "cecli score preds.csv --like keras",
        ZERO,
    ),
)
