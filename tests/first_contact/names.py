"""Binary predictions: what labels and columns are called."""

import numpy as np

from first_contact.making import (
    ROWS,
    bits,
    dates,
    events,
    loss,
    of_shape,
    rival,
    sample,
    table,
    words,
)

INDEX = range(ROWS)


def as_int(y):
    return y.astype(int)


# Notations of labels.


@of_shape("label notation")
def zero_and_one(draw):
    y, p = events(draw)
    columns = {"row": INDEX, "fold": draw.integers(0, 5, ROWS), "target": as_int(y), "prob": p}
    return sample({"train_preds.csv": table(columns)}, loss(y, p))


@of_shape("label notation")
def floats_beside_an_index(draw):
    y, p = events(draw)
    columns = {"": INDEX, "y_true": y.astype(float), "y_prob": p}
    return sample({"preds.csv": table(columns)}, loss(y, p))


@of_shape("label notation")
def true_and_false(draw):
    y, p = events(draw)
    columns = {"customer": INDEX, "churn_probability": p, "is_churn": words(y, "False", "True")}
    return sample({"churn scored.csv": table(columns)}, loss(y, p))


@of_shape("label notation")
def upper_true_and_false(draw):
    y, p = events(draw)
    columns = {"truth": words(y, "FALSE", "TRUE"), "estimate": p}
    return sample({"glm.csv": table(columns)}, loss(y, p))


@of_shape("label notation")
def yes_and_no(draw):
    y, p = events(draw)
    age = draw.integers(18, 90, ROWS)
    columns = {"age": age, "subscribed": words(y, "no", "yes"), "prob_yes": p}
    return sample({"bank.csv": table(columns)}, loss(y, p))


@of_shape("label notation")
def two_letters_of_which_a_column_names_one(draw):
    y, p = events(draw)
    columns = {"id": 8_420 + np.arange(ROWS), "diagnosis": words(y, "B", "M"), "prob_M": p}
    return sample({"wdbc_oof.csv": table(columns)}, loss(y, p))


@of_shape("label notation")
def minus_one_and_one(draw):
    y, p = events(draw)
    return sample({"svm.csv": table({"y": np.where(y, 1, -1), "prob": p})}, loss(y, p))


@of_shape("label notation")
def minus_one_and_one_as_floats(draw):
    y, p = events(draw)
    columns = {"era": words(bits(draw), "era1", "era2"), "label": np.where(y, 1.0, -1.0), "p": p}
    return sample({"direction.csv": table(columns)}, loss(y, p))


@of_shape("label notation")
def positive_and_negative(draw):
    y, p = events(draw)
    columns = {"text_id": INDEX, "label": words(y, "negative", "positive"), "score": p}
    return sample({"sentiment.tsv": table(columns, "\t")}, loss(y, p))


@of_shape("label notation")
def y_and_n(draw):
    y, p = events(draw)
    columns = {"loan": INDEX, "default": words(y, "N", "Y"), "p_default": p}
    return sample({"loans.csv": table(columns)}, loss(y, p))


@of_shape("label notation")
def dead_and_alive_where_a_column_names_the_event(draw):
    y, p = events(draw)
    columns = {"p_dead": p, "stay": INDEX, "status": words(y, "alive", "dead")}
    return sample({"icu.csv": table(columns)}, loss(y, p))


@of_shape("label notation")
def a_column_for_each_of_two_classes(draw):
    y, p = events(draw)
    q = (1 - p).round(6)
    decided = words(p < 0.5, "Class1", "Class2")
    columns = {
        "truth": words(y, "Class2", "Class1"),
        "Class1": p,
        "Class2": q,
        "predicted": decided,
    }
    return sample({"two_class_example.csv": table(columns)}, loss(y, p))


@of_shape("label notation")
def tidy_columns_of_no_and_yes(draw):
    y, p = events(draw)
    columns = {
        ".pred_No": (1 - p).round(6),
        ".pred_Yes": p,
        ".row": INDEX,
        ".pred_class": words(p >= 0.5, "No", "Yes"),
        "Attrition": words(y, "No", "Yes"),
    }
    return sample({"collected.csv": table(columns)}, loss(y, p))


# Names with prefixes and suffixes.


@of_shape("names")
def an_out_of_fold_column(draw):
    y, p = events(draw)
    columns = {"id": INDEX, "fold": draw.integers(0, 5, ROWS), "target": as_int(y), "oof_prob": p}
    return sample({"oof.csv": table(columns)}, loss(y, p))


@of_shape("names")
def a_model_in_the_name_beside_its_decisions(draw):
    y, p = events(draw)
    decided = as_int(p >= 0.5)
    columns = {"y_test": as_int(y), "y_pred_xgb": decided, "y_proba_xgb": p}
    return sample({"xgb.csv": table(columns)}, loss(y, p), decisions=loss(decided, p))


@of_shape("names")
def an_outcome_that_repeats_the_name(draw):
    y, p = events(draw)
    columns = {
        "year": 2012 + 2 * bits(draw),
        "office": words(bits(draw), "House", "Senate"),
        "probwin": p,
        "probwin_outcome": as_int(y),
    }
    return sample({"us_elections.csv": table(columns)}, loss(y, p))


@of_shape("names")
def y_hat_first(draw):
    y, p = events(draw)
    return sample({"yhat.csv": table({"y_hat": p, "y": as_int(y)})}, loss(y, p))


@of_shape("names")
def y_hat_of_a_model(draw):
    y, p = events(draw)
    columns = {"subject_id": INDEX, "hospital_expire_flag": as_int(y), "y_hat_lr": p}
    return sample({"mimic.csv": table(columns)}, loss(y, p))


@of_shape("names")
def clicks(draw):
    y, p = events(draw, 400, 1.0, 9.0)
    columns = {
        "timestamp": 1_600_000_000 + 37 * np.arange(400),
        "ad": draw.integers(1, 40, 400),
        "is_click": as_int(y),
        "pctr": p,
    }
    return sample({"impressions.log.csv": table(columns)}, loss(y, p))


@of_shape("names")
def sepsis(draw):
    y, p = events(draw, low=1.0, high=5.0)
    decided = as_int(p >= 0.3)
    columns = {"SepsisLabel": as_int(y), "PredictedProbability": p, "PredictedLabel": decided}
    text = table(columns, "|")
    return sample({"p000001.psv": text}, loss(y, p), decisions=loss(decided, p))


@of_shape("names")
def features_beside(draw):
    y, p = events(draw)
    columns = {
        "PassengerId": 1 + np.arange(ROWS),
        "Pclass": draw.integers(1, 4, ROWS),
        "Age": draw.integers(1, 80, ROWS),
        "Fare": draw.gamma(2.0, 16.0, ROWS).round(2),
        "Survived": as_int(y),
        "predicted_probability": p,
    }
    return sample({"titanic.csv": table(columns)}, loss(y, p))


@of_shape("names")
def duplicates_of_questions(draw):
    y, p = events(draw)
    columns = {
        "qid1": draw.integers(1, 999, ROWS),
        "qid2": draw.integers(1, 999, ROWS),
        "is_duplicate": as_int(y),
        "oof_lgb": p,
    }
    return sample({"quora_oof.csv": table(columns)}, loss(y, p))


@of_shape("names")
def a_tournament(draw):
    y, p = events(draw)
    columns = {
        "id": [f"n{i:08x}" for i in INDEX],
        "era": words(bits(draw), "era117", "era118"),
        "data_type": ["validation"] * ROWS,
        "probability": p,
        "target": as_int(y),
    }
    return sample({"tournament.csv": table(columns)}, loss(y, p))


@of_shape("names")
def a_forecast_named_value(draw):
    y, p = events(draw)
    columns = {
        "ifp_id": [f"{1000 + i}-0" for i in INDEX],
        "user_id": draw.integers(1, 30, ROWS),
        "fcast_date": dates(ROWS),
        "value": p,
        "outcome": as_int(y),
    }
    return sample({"survey_fcasts.tab": table(columns, "\t")}, loss(y, p))


@of_shape("names")
def a_resolution(draw):
    y, p = events(draw)
    columns = {"question": INDEX, "community_prediction": p, "resolution": y.astype(float)}
    return sample({"resolved.csv": table(columns)}, loss(y, p))


@of_shape("names")
def elo(draw):
    y, p = events(draw)
    columns = {
        "date": dates(ROWS),
        "team1": words(bits(draw), "CHI", "BOS"),
        "elo_prob1": p,
        "result1": as_int(y),
    }
    return sample({"games.csv": table(columns)}, loss(y, p))


@of_shape("names")
def raw_and_calibrated(draw):
    y, p = events(draw)
    raw = rival(draw, p)
    columns = {"label": as_int(y), "prob_raw": raw, "prob_calibrated": p}
    right = {"raw": loss(y, raw), "calibrated": loss(y, p)}
    return sample({"calibrated.csv": table(columns)}, right)


@of_shape("names")
def a_label_that_some_rows_lack(draw):
    y, p = events(draw)
    observed = np.arange(ROWS) % 15 != 7
    shown = [str(int(one)) if there else "NA" for one, there in zip(y, observed, strict=True)]
    columns = {"id": INDEX, "outcome": shown, "prob": p}
    return sample({"registry.csv": table(columns)}, loss(y[observed], p[observed]))
