"""Binary predictions: delimiters, headers, indices, compression, scales."""

import csv
import gzip

import numpy as np

from first_contact.making import (
    ROWS,
    cell,
    events,
    expit,
    logits_of,
    loss,
    loss_of_happened,
    of_shape,
    sample,
    table,
    words,
)

INDEX = range(ROWS)


def plain(draw):
    """Return the columns that most cases of this file have, and their loss."""
    y, p = events(draw)
    return {"id": INDEX, "label": y.astype(int), "prob": p}, loss(y, p)


@of_shape("format")
def tabs(draw):
    columns, right = plain(draw)
    return sample({"preds.tsv": table(columns, "\t")}, right)


@of_shape("format")
def tabs_in_a_txt_file(draw):
    columns, right = plain(draw)
    return sample({"preds.txt": table(columns, "\t")}, right)


@of_shape("format")
def semicolons(draw):
    columns, right = plain(draw)
    return sample({"preds.csv": table(columns, ";")}, right)


@of_shape("format")
def semicolons_and_decimal_commas(draw):
    columns, right = plain(draw)
    return sample({"vorhersagen.csv": table(columns, ";", decimal=",")}, right)


@of_shape("format")
def tabs_and_decimal_commas(draw):
    columns, right = plain(draw)
    return sample({"prévisions.txt": table(columns, "\t", decimal=",")}, right)


@of_shape("format")
def quoted_decimal_commas(draw):
    columns, right = plain(draw)
    return sample({"export.csv": table(columns, decimal=",")}, right)


@of_shape("format")
def pipes(draw):
    columns, right = plain(draw)
    return sample({"preds.txt": table(columns, "|")}, right)


@of_shape("format")
def single_blanks(draw):
    columns, right = plain(draw)
    return sample({"preds.dat": table(columns, " ")}, right)


@of_shape("format")
def aligned_blanks(draw):
    columns, right = plain(draw)
    lines = table(columns, " ").splitlines()
    text = "".join(" ".join(f"{word:>10}" for word in line.split()) + "\n" for line in lines)
    return sample({"preds.txt": text}, right)


@of_shape("format")
def quotes_everywhere(draw):
    columns, right = plain(draw)
    return sample({"preds.csv": table(columns, quoting=csv.QUOTE_ALL)}, right)


@of_shape("format")
def a_mark_of_byte_order_and_windows_lines(draw):
    columns, right = plain(draw)
    return sample({"preds.csv": "\ufeff" + table(columns, ending="\r\n")}, right)


@of_shape("format")
def compressed(draw):
    columns, right = plain(draw)
    return sample({"preds.csv.gz": gzip.compress(table(columns).encode(), mtime=0)}, right)


@of_shape("format")
def compressed_with_semicolons(draw):
    columns, right = plain(draw)
    return sample({"preds.csv.gz": gzip.compress(table(columns, ";").encode(), mtime=0)}, right)


@of_shape("format")
def comments_above(draw):
    columns, right = plain(draw)
    return sample({"preds.csv": "# model: lightgbm\n# seed: 7\n" + table(columns)}, right)


@of_shape("header")
def no_header(draw):
    y, p = events(draw)
    text = table({"y": y.astype(int), "p": p}, header=False)
    return sample({"preds.csv": text}, loss(y, p))


@of_shape("header")
def no_header_and_the_probability_first(draw):
    y, p = events(draw)
    text = table({"p": p, "y": y.astype(float)}, "\t", header=False)
    return sample({"preds.tsv": text}, loss(y, p))


@of_shape("header")
def no_header_but_ids(draw):
    y, p = events(draw)
    names = [f"img_{i:04}.png" for i in INDEX]
    text = table({"id": names, "p": p, "y": y.astype(int)}, " ", header=False)
    return sample({"list.txt": text}, loss(y, p))


@of_shape("header")
def no_header_but_whole_numbers(draw):
    y, p = events(draw)
    text = table({"id": INDEX, "y": y.astype(int), "p": p}, header=False)
    return sample({"out.csv": text}, loss(y, p))


@of_shape("row names")
def a_header_without_a_name_for_rows(draw):
    """As R writes tables: the header has one name less than the rows have cells."""
    y, p = events(draw)
    rows = "".join(f'"{i + 1}" {int(y[i])} {cell(p[i])}\n' for i in INDEX)
    return sample({"glm.txt": '"y" "p"\n' + rows}, loss(y, p))


@of_shape("row names")
def a_header_without_a_name_for_rows_with_tabs(draw):
    y, p = events(draw)
    rows = "".join(f"patient{i + 1}\t{words(y, 'no', 'yes')[i]}\t{cell(p[i])}\n" for i in INDEX)
    return sample({"glm.tsv": "outcome\tprob\n" + rows}, loss(y, p))


@of_shape("row names")
def an_empty_name_for_rows(draw):
    y, p = events(draw)
    columns = {"": 1 + np.arange(ROWS), "obs": y.astype(int), "fitted": p}
    return sample({"glm.csv": table(columns, quoting=csv.QUOTE_NONNUMERIC)}, loss(y, p))


@of_shape("row names")
def two_index_columns(draw):
    y, p = events(draw)
    columns = {"Unnamed: 0": INDEX, "index": INDEX, "true": y.astype(int), "proba": p}
    return sample({"val.csv": table(columns)}, loss(y, p))


@of_shape("scale")
def logits(draw):
    y, p = events(draw)
    z = logits_of(p)
    columns = {"label": y.astype(int), "logit": z}
    return sample({"eval_logits.csv": table(columns)}, loss(y, expit(z)))


@of_shape("scale")
def log_odds(draw):
    y, p = events(draw)
    z = logits_of(p)
    columns = {"log_odds": z, "id": INDEX, "outcome": words(y, "False", "True")}
    return sample({"scored.csv": table(columns)}, loss(y, expit(z)))


@of_shape("scale")
def percentages(draw):
    y, p = events(draw)
    percent = (100 * p).round(1).clip(0.1, 99.9)
    columns = {"question": INDEX, "prob_percent": percent, "outcome": y.astype(int)}
    return sample({"forecasts.csv": table(columns)}, loss(y, percent / 100))


@of_shape("scale")
def whole_percentages(draw):
    y, p = events(draw)
    percent = (100 * p).round().clip(1, 99).astype(int)
    columns = {"match": INDEX, "won": y.astype(int), "win_prob_pct": percent}
    return sample({"matches.csv": table(columns)}, loss(y, percent / 100))


@of_shape("scale")
def percent_signs(draw):
    y, p = events(draw)
    percent = (100 * p).round().clip(1, 99)
    columns = {"y": y.astype(int), "prob": [f"{one:.0f}%" for one in percent]}
    return sample({"poll.csv": table(columns)}, loss(y, percent / 100))


@of_shape("scale")
def log_probabilities_of_the_positive_class(draw):
    y, p = events(draw)
    log_p = np.log(p).round(6)
    columns = {"y_true": y.astype(int), "log_prob_1": log_p}
    wrong = loss_of_happened(np.exp(log_p))
    return sample({"val.csv": table(columns)}, loss(y, np.exp(log_p)), tokens=wrong)
