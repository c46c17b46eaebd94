"""JSON and Parquet, and files whose truth is in another file."""

import gzip
import io
import json

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from first_contact.making import (
    ROWS,
    distributions,
    events,
    expit,
    logits_of,
    loss,
    loss_of_classes,
    of_shape,
    records,
    sample,
    table,
    words,
)

INDEX = range(ROWS)


def lines_of(rows):
    return "".join(json.dumps(row) + "\n" for row in rows)


@of_shape("json")
def json_lines(draw):
    y, p = events(draw)
    return sample({"preds.jsonl": lines_of(records({"y": y.astype(int), "p": p}))}, loss(y, p))


@of_shape("json")
def json_lines_of_true_and_false(draw):
    y, p = events(draw)
    rows = records({"id": INDEX, "prob": p, "label": y})
    return sample({"preds.ndjson": lines_of(rows)}, loss(y, p))


@of_shape("json")
def json_lines_compressed(draw):
    y, p = events(draw)
    text = lines_of(
        records({"text": words(y, 'so "so"', "good\n"), "label": y.astype(int), "score": p})
    )
    return sample({"preds.jsonl.gz": gzip.compress(text.encode(), mtime=0)}, loss(y, p))


@of_shape("json")
def a_json_array(draw):
    y, p = events(draw)
    rows = records({"y_true": y.astype(int), "y_prob": p})
    return sample({"preds.json": json.dumps(rows)}, loss(y, p))


@of_shape("json")
def a_json_array_with_keys_in_any_order(draw):
    y, p = events(draw)
    rows = records({"label": words(y, "no", "yes"), "prob": p})
    mixed = [dict(sorted(row.items(), reverse=i % 3 == 0)) for i, row in enumerate(rows)]
    return sample({"preds.json": json.dumps(mixed, indent=2)}, loss(y, p))


@of_shape("json")
def json_lines_with_a_list_of_probabilities(draw):
    y, q = distributions(draw, 3)
    rows = [{"label": int(k), "probs": row} for k, row in zip(y, q.tolist(), strict=True)]
    return sample({"eval.jsonl": lines_of(rows)}, loss_of_classes(y, q))


@of_shape("json")
def json_lines_with_a_probability_by_class(draw):
    y, q = distributions(draw, 3)
    names = ("contradiction", "entailment", "neutral")
    rows = [
        {"uid": i, "gold_label": names[y[i]], "probs": dict(zip(names, q[i].tolist(), strict=True))}
        for i in INDEX
    ]
    return sample({"mnli.jsonl": lines_of(rows)}, loss_of_classes(y, q))


# Parquet.


def parquet_of(columns):
    buffer = io.BytesIO()
    parquet.write_table(pa.table(columns), buffer)
    return buffer.getvalue()


@of_shape("parquet")
def nested_columns_beside(draw):
    y, p = events(draw)
    columns = {
        "label": y.astype(int),
        "embedding": draw.normal(size=(ROWS, 4)).tolist(),
        "meta": [{"source": "web", "length": i} for i in INDEX],
        "prob": p,
    }
    return sample({"preds.parquet": parquet_of(columns)}, loss(y, p))


@of_shape("parquet")
def single_precision_and_truth_values(draw):
    y, p = events(draw)
    p = p.astype(np.float32)
    columns = {"__index_level_0__": np.arange(ROWS), "is_fraud": y, "fraud_probability": p}
    return sample({"scored.parquet": parquet_of(columns)}, loss(y, p.astype(float)))


@of_shape("parquet")
def a_list_of_probabilities_in_parquet(draw):
    y, q = distributions(draw, 3)
    columns = {"target": y, "probs": q.tolist()}
    return sample({"eval.parquet": parquet_of(columns)}, loss_of_classes(y, q))


@of_shape("parquet")
def a_dictionary_of_labels(draw):
    y, q = distributions(draw, 3)
    names = ("high", "low", "mid")
    columns = {f"prob_{name}": q[:, k] for k, name in enumerate(names)}
    columns["tags"] = [["a", "b"][: i % 3] for i in INDEX]
    columns["risk"] = pa.array(words(y, *names)).dictionary_encode()
    return sample({"risk.parquet": parquet_of(columns)}, loss_of_classes(y, q))


@of_shape("parquet")
def logits_beside_a_nested_column(draw):
    y, p = events(draw)
    z = logits_of(p)
    columns = {"tokens": [[1, 2, i] for i in INDEX], "logit": z, "labels": y.astype(int)}
    return sample({"eval.parquet": parquet_of(columns)}, loss(y, expit(z)))


# The truth in another file. The user says which file it is.


def shuffled(draw, columns):
    order = draw.permutation(len(next(iter(columns.values()))))
    return {name: [values[i] for i in order] for name, values in columns.items()}


@of_shape("truth elsewhere")
def by_a_key(draw):
    y, p = events(draw)
    truth = shuffled(draw, {"id": INDEX, "y": y.astype(int)})
    files = {"p.csv": table({"id": INDEX, "p": p}), "y.csv": table(truth)}
    return sample(files, loss(y, p), arguments=["p.csv", "--labels", "y.csv"])


@of_shape("truth elsewhere")
def a_submission_and_its_solution(draw):
    y, p = events(draw)
    names = [f"test_{i}" for i in INDEX]
    truth = shuffled(draw, {"ID_code": names, "target": y.astype(int), "Usage": ["Private"] * ROWS})
    files = {"submission.csv": table({"ID_code": names, "target": p}), "solution.csv": table(truth)}
    arguments = ["submission.csv", "--labels", "solution.csv"]
    return sample(files, loss(y, p), arguments=arguments)


@of_shape("truth elsewhere")
def by_two_keys(draw):
    y, p = events(draw)
    keys = {"patient": np.arange(ROWS) // 10, "hour": np.arange(ROWS) % 10}
    truth = shuffled(draw, {**keys, "outcome": y.astype(int)})
    files = {"hourly.csv": table({**keys, "prob": p}), "truth.csv": table(truth)}
    return sample(files, loss(y, p), arguments=["hourly.csv", "--labels", "truth.csv"])


@of_shape("truth elsewhere")
def classes_by_a_key(draw):
    y, q = distributions(draw, 3)
    names = ("Happy", "Neutral", "Sad")
    columns = {"file": [f"{i}.wav" for i in INDEX]}
    truth = shuffled(draw, {**columns, "label": words(y, *names)})
    columns |= {name: q[:, k] for k, name in enumerate(names)}
    files = {"submission.csv": table(columns), "test_labels.tsv": table(truth, "\t")}
    arguments = ["submission.csv", "--labels", "test_labels.tsv"]
    return sample(files, loss_of_classes(y, q), arguments=arguments)


@of_shape("truth elsewhere")
def both_files_as_one_argument_each(draw):
    y, p = events(draw)
    truth = shuffled(draw, {"id": INDEX, "label": y.astype(int)})
    files = {"preds.csv": table({"id": INDEX, "prob": p}), "labels.csv": table(truth)}
    return sample(files, loss(y, p), arguments=["preds.csv", "labels.csv"])


@of_shape("truth elsewhere")
def in_the_same_order(draw):
    y, p = events(draw)
    files = {"probs.csv": table({"prob": p}), "labels.csv": table({"label": y.astype(int)})}
    return sample(files, loss(y, p), arguments=["probs.csv", "--labels", "labels.csv"])


@of_shape("truth elsewhere")
def numbers_alone_in_the_same_order(draw):
    y, p = events(draw)
    files = {
        "y_prob.txt": table({"p": p}, header=False),
        "y_test.txt": table({"y": y.astype(float)}, header=False),
    }
    return sample(files, loss(y, p), arguments=["y_prob.txt", "--labels", "y_test.txt"])


def with_truth(draw, prefix):
    """Return files that share an id, every other one with a prefix, and what is in them."""
    y, p = events(draw)
    names = [f"{prefix if i % 2 else ''}{i}" for i in INDEX]
    return {"id": names, "prob": p}, {"id": names, "label": y.astype(int)}, y, p


@of_shape("trap: truth elsewhere")
def keys_of_which_half_are_missing(draw):
    """Half of the predictions have no truth: the others are no sample of all."""
    predicted, truth, y, p = with_truth(draw, "lost-")
    truth = {name: values[::2] for name, values in truth.items()}
    files = {"p.csv": table(predicted), "y.csv": table(truth)}
    return sample(files, arguments=["p.csv", "--labels", "y.csv"], matched=loss(y[::2], p[::2]))


@of_shape("trap: truth elsewhere")
def keys_that_the_truth_has_twice(draw):
    """The truth has two answers for some rows."""
    predicted, truth, y, p = with_truth(draw, "twice-")
    again = {"id": truth["id"][1::2], "label": 1 - truth["label"][1::2]}
    truth = {name: [*values, *again[name]] for name, values in truth.items()}
    files = {"p.csv": table(predicted), "y.csv": table(truth)}
    return sample(files, arguments=["p.csv", "--labels", "y.csv"], first=loss(y, p))


@of_shape("trap: truth elsewhere")
def files_of_different_length(draw):
    """Without a key, nothing says which rows belong together."""
    y, p = events(draw)
    files = {"p.csv": table({"prob": p}), "y.csv": table({"label": y[:80].astype(int)})}
    first, last = loss(y[:80], p[:80]), loss(y[:80], p[-80:])
    return sample(files, arguments=["p.csv", "--labels", "y.csv"], first=first, last=last)


@of_shape("trap: truth elsewhere")
def decisions_in_another_file(draw):
    """The other file has what was decided with the same probabilities."""
    _, p = events(draw)
    files = {
        "p.csv": table({"id": INDEX, "prob": p}),
        "decided.csv": table(shuffled(draw, {"id": INDEX, "label": (p >= 0.35).astype(int)})),
    }
    wrong = loss(p >= 0.35, p)
    return sample(files, arguments=["p.csv", "--labels", "decided.csv"], decision=wrong)


@of_shape("truth elsewhere")
def labels_with_another_delimiter(draw):
    y, p = events(draw)
    truth = table({"id": INDEX, "label": y.astype(int)}, ";")
    files = {"p.csv": table({"id": INDEX, "prob": p}), "y.csv": truth}
    return sample(files, loss(y, p), arguments=["p.csv", "--labels", "y.csv", "--id", "id"])


@of_shape("truth elsewhere")
def predictions_with_another_delimiter(draw):
    y, p = events(draw)
    truth = table({"id": INDEX, "label": y.astype(int)})
    files = {"p.csv": table({"id": INDEX, "prob": p}, ";"), "y.csv": truth}
    return sample(files, loss(y, p), arguments=["p.csv", "--labels", "y.csv", "--id", "id"])


@of_shape("truth elsewhere")
def labels_before_predictions(draw):
    y, p = events(draw)
    truth = table({"id": INDEX, "label": y.astype(int)})
    files = {"y.csv": truth, "p.csv": table({"id": INDEX, "prob": p})}
    return sample(files, loss(y, p), arguments=["y.csv", "p.csv"])
