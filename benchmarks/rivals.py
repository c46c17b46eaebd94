"""One number of a file, its mean log loss, as others compute it in the best form that we know.

Run one from the repository: python -m benchmarks.rivals duckdb_csv FILE
It prints the number by its name. Nothing is imported that the rival does not need, and it is left
to itself: how many threads it takes, how it reads.

The label is column y, 0 or 1, and the prediction column p. For several classes the label is y,
from 0 to 9, and the predictions are p_0 … p_9.
"""

import json
import sys

CLASSES = [f"p_{k}" for k in range(10)]
# One logarithm a row. The rounding of 1 - p is of no account at the precision that is compared.
BINARY_SQL = "avg(-ln(CASE WHEN y = 1 THEN p ELSE 1 - p END))"


def duckdb_answer(loss, table, path):
    import duckdb

    query = f"SELECT {loss} FROM {table}"
    return duckdb.connect().execute(query, [path]).fetchall()[0][0]


def duckdb_csv(path):
    """Tell the types of the columns that count. The others are not converted."""
    return duckdb_answer(BINARY_SQL, "read_csv(?, types={'y': 'TINYINT', 'p': 'DOUBLE'})", path)


def duckdb_parquet(path):
    return duckdb_answer(BINARY_SQL, "read_parquet(?)", path)


def duckdb_classes(path):
    cases = " ".join(f"WHEN {k} THEN {name}" for k, name in enumerate(CLASSES))
    types = {"y": "TINYINT"} | dict.fromkeys(CLASSES, "DOUBLE")
    return duckdb_answer(f"avg(-ln(CASE y {cases} END))", f"read_csv(?, types={types})", path)


def polars_answer(frame, likelihood):
    return frame.select(-likelihood.log().mean()).collect(engine="streaming").item()


def polars_binary():
    import polars as pl

    return pl.when(pl.col("y") == 1).then("p").otherwise(1 - pl.col("p"))


def polars_csv(path):
    import polars as pl

    frame = pl.scan_csv(path, schema_overrides={"y": pl.Float64, "p": pl.Float64})
    return polars_answer(frame, polars_binary())


def polars_parquet(path):
    import polars as pl

    return polars_answer(pl.scan_parquet(path), polars_binary())


def polars_classes(path):
    """Sum over the classes, all but one of them 0: as fast as a chain of conditions."""
    import polars as pl

    frame = pl.scan_csv(path, schema_overrides=dict.fromkeys(CLASSES, pl.Float64))
    happened = [(pl.col("y") == k) * pl.col(name) for k, name in enumerate(CLASSES)]
    return polars_answer(frame, pl.sum_horizontal(happened))


JOINED_SQL = """
    SELECT avg(old), avg(new), stddev(new - old) / sqrt(count(*)) FROM (
        SELECT -ln(CASE WHEN a.y = 1 THEN a.p ELSE 1 - a.p END) AS old,
            -ln(CASE WHEN b.y = 1 THEN b.p ELSE 1 - b.p END) AS new
        FROM read_csv($1, types={types}) a JOIN read_csv($2, types={types}) b USING (id)
    )
"""


def of_join(old, new, error):
    return {
        "cross_entropy_baseline": old,
        "cross_entropy_model": new,
        "difference se": error,
    }


def duckdb_join(path, other):
    """Join two files, and return their mean losses, and the standard error of the difference."""
    import duckdb

    query = JOINED_SQL.format(types={"y": "TINYINT", "p": "DOUBLE"})
    return of_join(*duckdb.connect().execute(query, [path, other]).fetchall()[0])


def polars_join(path, other):
    import polars as pl

    types = {"y": pl.Float64, "p": pl.Float64}
    old, new = (pl.scan_csv(each, schema_overrides=types) for each in (path, other))
    losses = old.with_columns(old=-polars_binary().log()).join(
        new.select("id", new=-polars_binary().log()), on="id"
    )
    found = losses.select("old", "new", both=pl.col("new") - pl.col("old")).select(
        pl.col("old").mean(), pl.col("new").mean(), pl.col("both").std() / pl.len().sqrt()
    )
    return of_join(*found.collect(engine="streaming").row(0))


def pandas_join(path, other):
    import numpy as np
    import pandas as pd

    rows = pd.read_csv(path).merge(pd.read_csv(other).drop(columns="y"), on="id")
    happened = rows["y"] == 1
    losses = [-np.log(np.where(happened, rows[p], 1 - rows[p])) for p in ("p_x", "p_y")]
    error = np.std(losses[1] - losses[0], ddof=1) / np.sqrt(len(rows))
    return of_join(float(losses[0].mean()), float(losses[1].mean()), float(error))


def polars_models(path):
    """Return the mean losses of two models, and the standard error of the difference."""
    import polars as pl

    columns = ("t", "p")
    types = dict.fromkeys(("y", *columns), pl.Float64)
    happened = pl.col("y") == 1
    likelihoods = (pl.when(happened).then(name).otherwise(1 - pl.col(name)) for name in columns)
    losses = [-likelihood.log() for likelihood in likelihoods]
    found = pl.scan_csv(path, schema_overrides=types).select(
        old=losses[0].mean(),
        new=losses[1].mean(),
        error=(losses[1] - losses[0]).std() / pl.len().sqrt(),
    )
    return of_join(*found.collect(engine="streaming").row(0))


def sklearn_platt(path):
    """Fit a line through the logits, and return its parameters and the mean loss after it."""
    import numpy as np
    import pandas as pd
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import log_loss

    rows = pd.read_csv(path, usecols=["y", "p"])
    logit = (np.log(rows["p"]) - np.log1p(-rows["p"])).to_numpy()[:, None]
    model = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-12).fit(logit, rows["y"])
    return {
        "slope": float(model.coef_[0, 0]),
        "intercept": float(model.intercept_[0]),
        "calibrated_cross_entropy": float(log_loss(rows["y"], model.predict_proba(logit))),
    }


def sklearn_csv(path):
    """Read with the C parser: engine="pyarrow" took half as long again, and more memory."""
    import pandas as pd
    from sklearn.metrics import log_loss

    rows = pd.read_csv(path, usecols=["y", "p"])
    return float(log_loss(rows["y"], rows["p"]))


def isotonic_csv(path):
    """Sort all rows, and return the mean log loss after isotonic regression."""
    import numpy as np
    import pandas as pd
    from scipy.optimize import isotonic_regression
    from scipy.special import xlogy

    rows = pd.read_csv(path, usecols=["y", "p"])
    p, y = rows["p"].to_numpy(), rows["y"].to_numpy()
    order = np.argsort(p)
    p, y = p[order], y[order]
    starts = np.flatnonzero(np.append(True, p[1:] != p[:-1]))
    weight = np.diff(np.append(starts, len(p))).astype(float)
    rate = np.add.reduceat(y, starts, dtype=np.int64) / weight
    fit = isotonic_regression(rate, weights=weight).x
    likelihood = xlogy(rate, fit) + xlogy(1 - rate, 1 - fit)
    return {"calibrated_cross_entropy": float(-(weight * likelihood).sum() / len(p))}


def sklearn_classes(path):
    import pandas as pd
    from sklearn.metrics import log_loss

    rows = pd.read_csv(path, usecols=["y", *CLASSES])
    return float(log_loss(rows["y"], rows[CLASSES]))


def pyarrow_parquet(path):
    """Take it batch by batch, which is faster than all at once, as the batches fit the cache."""
    import numpy as np
    from pyarrow.parquet import ParquetFile

    total, count = 0.0, 0
    for batch in ParquetFile(path).iter_batches(1 << 17, columns=["y", "p"]):
        y, p = batch["y"].to_numpy(), batch["p"].to_numpy()
        total -= float(np.log(np.where(y == 1, p, 1 - p)).sum())
        count += len(p)
    return total / count


def emptied(file):
    """Read a file to its end, into the same mebibyte again and again."""
    buffer = bytearray(1 << 20)
    while file.readinto(buffer):
        pass


def read(path):
    """Read the bytes, and do nothing: the limit of the machine."""
    with open(path, "rb", buffering=0) as file:
        emptied(file)


def isal(path):
    """Decompress a gzip file, and do nothing."""
    from isal import igzip

    with igzip.open(path, "rb") as file:
        emptied(file)


def zstandard(path):
    """Decompress a zstd file, and do nothing."""
    from zstandard import open as opened

    with opened(path, "rb") as file:
        emptied(file)


RIVALS = {
    rival.__name__: rival
    for rival in (
        duckdb_csv, duckdb_parquet, duckdb_classes, polars_csv, polars_parquet, polars_classes,
        sklearn_csv, sklearn_classes, pyarrow_parquet, isotonic_csv, duckdb_join, polars_join,
        pandas_join, polars_models, sklearn_platt, read, isal, zstandard,
    )
}  # fmt: skip

if __name__ == "__main__":
    answer = RIVALS[sys.argv[1]](*sys.argv[2:])
    if answer is not None:
        print(json.dumps(answer if isinstance(answer, dict) else {"cross_entropy": answer}))
