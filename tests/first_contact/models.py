"""Several models, as columns or as rows."""

import numpy as np

from first_contact.making import (
    ROWS,
    distributions,
    events,
    loss,
    loss_of_classes,
    of_shape,
    rival,
    rival_of_classes,
    sample,
    table,
    words,
)

INDEX = range(ROWS)


@of_shape("models in columns")
def three_models(draw):
    y, p = events(draw)
    models = {"p_rf": p, "p_xgb": rival(draw, p), "p_nn": rival(draw, p)}
    right = {name: loss(y, q) for name, q in models.items()}
    return sample({"models.csv": table({"y": y.astype(int), **models})}, right)


@of_shape("models in columns")
def out_of_fold_columns_of_models(draw):
    y, p = events(draw)
    models = {"oof_lgb": p, "oof_cat": rival(draw, p), "oof_lr": rival(draw, p)}
    right = {name: loss(y, q) for name, q in models.items()}
    columns = {"id": INDEX, "fold": draw.integers(0, 5, ROWS), **models, "target": y.astype(int)}
    return sample({"stack.csv": table(columns)}, right)


@of_shape("models in columns")
def a_baseline_and_a_candidate(draw):
    y, p = events(draw)
    models = {"prob_baseline": rival(draw, p), "prob_new": p}
    right = {name: loss(y, q) for name, q in models.items()}
    columns = {"label": words(y, "False", "True"), **models}
    return sample({"ab.tsv": table(columns, "\t")}, right)


@of_shape("models in columns")
def models_with_the_event_in_their_names(draw):
    y, p = events(draw)
    models = {"bert_prob_yes": p, "cnn_prob_yes": rival(draw, p)}
    right = {name: loss(y, q) for name, q in models.items()}
    columns = {"answer": words(y, "no", "yes"), **models}
    return sample({"boolq.csv": table(columns)}, right)


def of_models(draw, classes, models, column):
    """Return the columns of some models of several classes, the labels, and the losses."""
    y, q = distributions(draw, len(classes))
    columns, right = {}, {}
    for model in models:
        for k, name in enumerate(classes):
            columns[column(model, name)] = q[:, k]
        right[model] = loss_of_classes(y, q)
        q = rival_of_classes(draw, q)
    return y, columns, right


@of_shape("models of classes")
def models_as_a_suffix(draw):
    y, columns, right = of_models(draw, "abc", ("m1", "m2"), lambda m, c: f"prob_{c}_{m}")
    columns = {"y": words(y, *"abc"), **columns}
    return sample({"two_models.csv": table(columns)}, right)


@of_shape("models of classes")
def models_as_a_prefix(draw):
    names = ("cat", "dog", "fox")
    y, columns, right = of_models(draw, names, ("rf", "svm", "nn"), lambda m, c: f"{m}_{c}")
    columns = {"id": INDEX, **columns, "label": words(y, *names)}
    return sample({"zoo.csv": table(columns)}, right)


@of_shape("models of classes")
def models_with_points(draw):
    y, columns, right = of_models(draw, "HDA", ("elo", "bet"), lambda m, c: f"{m}.{c}")
    columns = {"result": words(y, *"HDA"), **columns}
    return sample({"football.tsv": table(columns, "\t")}, right)


@of_shape("models of classes")
def models_of_numbered_classes(draw):
    y, columns, right = of_models(draw, "012", ("lgb", "xgb"), lambda m, c: f"{m}_pred_{c}")
    columns = {"target": y, **columns}
    return sample({"oof_all.csv": table(columns)}, right)


def in_rows(draw, *models, of=None):
    """Return columns with a row for each model and unit, the models, and the losses of each."""
    y, p = events(draw)
    found = [p, *(rival(draw, p) for _ in models[1:])]
    columns = {
        "unit": np.tile(np.arange(ROWS), len(models)),
        "model": np.repeat(models, ROWS),
        "y": np.tile(y, len(models)).astype(int),
        "p": np.concatenate(found),
    }
    right = {name: loss(y, q) for name, q in zip(models, found, strict=True)}
    pooled = loss(columns["y"], columns["p"])
    return (
        {name: columns[name if of is None else of[name]] for name in of or columns},
        right,
        pooled,
    )


@of_shape("models in rows")
def a_row_for_each_model(draw):
    of = {"id": "unit", "model": "model", "y": "y", "score": "p"}
    columns, right, pooled = in_rows(draw, "lr", "gbm", of=of)
    return sample({"long.csv": table(columns)}, right, each=True, pooled=pooled)


@of_shape("models in rows")
def a_row_for_each_classifier(draw):
    of = {"classifier": "model", "row": "unit", "prob": "p", "truth": "y"}
    columns, right, pooled = in_rows(draw, "RandomForest", "LogReg", "kNN", of=of)
    return sample({"benchmark.tsv": table(columns, "\t")}, right, each=True, pooled=pooled)


@of_shape("models in rows")
def models_in_rows_with_labels_in_words(draw):
    of = {"outcome": "y", "prob": "p", "subject": "unit", "model_name": "model"}
    columns, right, pooled = in_rows(draw, "bert-base", "gpt", of=of)
    columns["outcome"] = words(columns["outcome"], "no", "yes")
    return sample({"all models.csv": table(columns)}, right, each=True, pooled=pooled)


@of_shape("models in rows")
def models_unit_by_unit(draw):
    of = {"image_id": "unit", "model": "model", "label": "y", "prob": "p"}
    columns, right, pooled = in_rows(draw, "resnet50", "vit_b16", of=of)
    order = np.argsort(columns["image_id"], kind="stable")
    columns = {name: values[order] for name, values in columns.items()}
    return sample({"cxr.csv": table(columns)}, right, each=True, pooled=pooled)
