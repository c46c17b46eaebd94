"""A Dask cluster: rows stay where they are read, and the answer is the same to the last byte."""

import gzip
import os
import random
import time

import pytest

import cecli
from cecli.columns import roles
from cecli.columns.column import Column
from cecli.core.errors import CecliError, ExitCode, InputError, UnreadableError, UsageError
from cecli.core.fold import fold
from cecli.engines import clusters, tasks
from cecli.engines.dask import Dask
from cecli.options.reading import ReadingOptions
from cecli.options.values import reading_of
from cecli.readers.opening import open_table
from cecli.readers.text import csv
from cecli.statistics.mean import WEIGHT

pytest.importorskip("distributed", reason="the extra [dask] is not installed")

HEADER = "y,p,q,g,u,w,c,p_a,p_b,p_c,m,id,note"


def lines_of(rows):
    """Return rows of predictions, some of which are on two lines."""
    draw = random.Random(7)
    for row in range(rows):
        p = draw.randint(1, 999) / 1000
        y = int(random.Random(row // 2).random() < 0.5)
        q = min(max(p + draw.gauss(0, 0.1), 0.01), 0.99)
        a = draw.randint(1, 498) / 1000
        note = '"two\nlines"' if row % 40 == 7 else "x"
        yield (
            f"{y},{p},{q:.3f},g{row % 5},u{row % 60},{row % 3 + 0.5},{draw.choice('abc')},"
            f"{a},{a},{1 - 2 * a:.3f},{'AB'[row % 2]},{row // 2},{note}"
        )


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Return the folder of the same rows as one text, as compressed texts, and as Parquet."""
    folder = tmp_path_factory.mktemp("rows")
    lines = list(lines_of(900))
    (folder / "a.csv").write_text("\n".join([HEADER, *lines, ""]))
    for part in range(3):
        text = "\n".join([HEADER, *lines[part * 300 : part * 300 + 300], ""])
        (folder / f"part-{part}.csv.gz").write_bytes(gzip.compress(text.encode()))
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import csv as reader
    from pyarrow import parquet

    quoted = reader.ParseOptions(newlines_in_values=True)
    table = reader.read_csv(folder / "a.csv", parse_options=quoted)
    assert isinstance(table, pyarrow.Table)
    parquet.write_table(table, folder / "a.parquet", row_group_size=300)
    return folder


@pytest.fixture
def parts(monkeypatch):
    """Have texts cut into small parts, some of them inside quotes."""
    monkeypatch.setattr(csv, "PART_BYTES", 10_000)


BINARY = {"label": "y", "prob": "p"}
CLASSES = {"label": "c", "prob": "p_*", "normalize": True}
COMMANDS = {
    "score": (cecli.score, "a.csv", BINARY),
    "score of groups and clusters": (
        cecli.score, "a.csv", {**BINARY, "by": ["g"], "cluster": "u", "weight": "w"},
    ),
    "score with replicates": (
        cecli.score, "a.csv", {**BINARY, "by": "g", "cluster": "u", "bootstrap": 100},
    ),
    "score with replicates of rows": (cecli.score, "a.csv", {**BINARY, "bootstrap": 100}),
    "score of classes": (cecli.score, "a.csv", {**CLASSES, "explain": True, "ordered": True}),
    "score of compressed texts": (cecli.score, "part-*.csv.gz", {**BINARY, "by": "g"}),
    "score of Parquet": (cecli.score, "a.parquet", {**BINARY, "by": "g"}),
    "calibration": (cecli.calibration, "a.csv", {**BINARY, "draws": 20}),
    "calibration of clusters": (cecli.calibration, "a.parquet", {**BINARY, "cluster": "u"}),
    "calibration of two models": (
        cecli.calibration, "a.csv", {**BINARY, "weight": "w", "versus": "q", "draws": 0},
    ),
    "fit": (cecli.fit, "a.csv", {**BINARY, "model": "beta"}),
    "fit of clusters": (
        cecli.fit, "a.parquet", {**BINARY, "model": "platt", "cluster": "u", "folds": 2},
    ),
    "compare": (cecli.compare, "a.csv", {"label": "y", "prob": ["p", "q"], "by": "g"}),
    "compare models in rows": (cecli.compare, "a.csv", {**BINARY, "model": "m", "id": "id"}),
    "kl": (cecli.kl, "a.csv", {"p": "p", "q": "q", "by": "g"}),
    "entropy": (cecli.entropy, "a.csv", {"column": "c"}),
    "worst": (cecli.worst, "a.csv", {**BINARY, "rows": 7, "show": "id"}),
}  # fmt: skip


@pytest.mark.parametrize("name", COMMANDS)
def test_a_cluster_gives_the_bytes_that_this_process_gives(scheduler, parts, files, name):
    function, file, options = COMMANDS[name]
    path = str(files / file)
    here = function(path, **options, workers=1)
    there = function(path, **options, engine="dask", scheduler=scheduler)
    assert there.to_json() == here.to_json()


def test_an_inspection_of_all_rows_is_the_same(scheduler, parts, files):
    path = str(files / "a.csv")
    here = cecli.inspect(path, everything=True, engine="serial")
    there = cecli.inspect(path, everything=True, engine="dask", scheduler=scheduler)
    assert there.columns == here.columns


def test_rows_with_labels_elsewhere_are_joined_by_a_worker(scheduler, write):
    probs = write("id,p\n" + "".join(f"{i},0.{i % 9 + 1}\n" for i in range(50)), "probs.csv")
    labels = write("id,y\n" + "".join(f"{i},{i % 2}\n" for i in range(50)), "labels.csv")
    options = {"label": "y", "prob": "p", "labels": labels, "id": "id"}
    there = cecli.score(probs, **options, engine="dask", scheduler=scheduler)
    assert there.to_json() == cecli.score(probs, **options).to_json()


@pytest.mark.parametrize("bad", ["1,x,z", '0,0.5,5" pipe', "1,0.5", "2,0.5,z"])
def test_the_first_bad_row_is_told_as_ever(scheduler, write, monkeypatch, bad):
    monkeypatch.setattr(csv, "PART_BYTES", 60)
    body = ['1,0.5,"x\ny"', "0,0.25,z"] * 30
    body[25] = bad
    body[55] = "1,7,z"
    path = write("y,p,note\n" + "\n".join(body) + "\n")
    with pytest.raises(CecliError) as here:
        cecli.score(path, label="y", prob="p", workers=1)
    with pytest.raises(CecliError) as there:
        cecli.score(path, label="y", prob="p", engine="dask", scheduler=scheduler)
    told = [(error.what, error.where, error.hint) for error in (here.value, there.value)]
    assert told[0] == told[1]
    assert there.value.where == f"{path}:40"


def test_each_partition_that_is_done_is_progress(scheduler, parts, files):
    shares = []
    cecli.score(
        str(files / "a.csv"),
        **BINARY,
        engine="dask",
        scheduler=scheduler,
        progress=lambda states, share: shares.append(share),
    )
    assert len(shares) > 3
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_rows_in_memory_are_refused(scheduler):
    table = {"y": [1, 0], "p": [0.5, 0.25]}
    for options in ({}, {"scheduler": scheduler}):
        with pytest.raises(UsageError, match="can be read by this process alone"):
            cecli.score(table, engine="dask", **options)


def test_standard_input_is_refused(cecli):
    done = cecli("score", "-", "--engine", "dask", stdin="y,p\n1,0.5\n0,0.25\n")
    assert done.returncode == ExitCode.USAGE
    assert "<stdin>: can be read by this process alone" in done.stderr
    assert "hint: save it as a file" in done.stderr


def test_a_file_that_a_worker_cannot_see_is_told_with_the_worker(scheduler, write):
    paths = [write("y,p\n1,0.5\n0,0.5\n", name) for name in ("a.csv", "b.csv")]
    table = open_table(paths, reading_of(ReadingOptions()))
    partitions = table.partitions([Column("prob", "p", roles.WEIGHT)])
    os.remove(paths[1])
    with pytest.raises(UnreadableError) as caught:
        fold(partitions, [WEIGHT], engine=Dask(scheduler=scheduler))
    assert caught.value.where == paths[1]
    assert "cannot be opened: no such file or directory, on the worker tcp://" in caught.value.what
    assert "a folder that all machines share" in caught.value.hint


def test_another_version_is_refused_with_the_worker(scheduler, files, monkeypatch):
    monkeypatch.setattr(clusters, "__version__", "99.0")
    options = {**BINARY, "engine": "dask", "scheduler": scheduler}
    with pytest.raises(UsageError, match=r"the worker tcp://.* has cecli .*, but this is cecli 99"):
        cecli.score(str(files / "a.csv"), **options)
    # One that joins after the others were asked.
    monkeypatch.undo()
    monkeypatch.setattr(tasks, "__version__", "99.0")
    with pytest.raises(UsageError, match=r"the worker tcp://.* has cecli .*, but this is cecli 99"):
        cecli.score(str(files / "a.csv"), **options)


def test_a_scheduler_that_is_not_there_is_told(files, monkeypatch):
    monkeypatch.setattr(clusters, "CONNECT_SECONDS", 0.2)
    path = str(files / "a.csv")
    with pytest.raises(UsageError, match=r"no scheduler answers at tcp://127\.0\.0\.1:1:"):
        cecli.score(path, **BINARY, engine="dask", scheduler="tcp://127.0.0.1:1")
    with pytest.raises(UsageError, match="no scheduler answers at nonsense"):
        cecli.score(path, **BINARY, engine="dask", scheduler="nonsense://x")


def test_a_cluster_without_workers_is_not_waited_for_in_vain(files, monkeypatch):
    from clusters import cluster

    monkeypatch.setattr(tasks, "PATIENCE_SECONDS", -1.0)
    with cluster(0) as address, pytest.raises(InputError, match="has had no workers for"):
        cecli.score(str(files / "a.csv"), **BINARY, engine="dask", scheduler=address)


def test_a_scheduler_that_is_lost_is_told():
    from clusters import cluster

    with cluster(1) as address:
        results = Dask(scheduler=address)(time.sleep, [0.0, 0.0, 9.0, 9.0])
        assert next(results) is None
    with pytest.raises(InputError, match=r"the connection to the scheduler at .* was lost"):
        list(results)


def test_workers_that_die_are_told_with_the_file(scheduler):
    from distributed.scheduler import KilledWorker

    class Killed:
        """What is left of a task that has killed its workers."""

        def result(self):
            class Worker:
                address = "tcp://10.0.0.7:4000"

            raise KilledWorker("task", Worker(), 3)

    with pytest.raises(InputError) as caught:
        tasks.Tasks(None, scheduler)._result(tasks.Sent("part-7.csv", Killed()), ())
    assert caught.value.where == "part-7.csv"
    assert "4 workers died over it, the last at tcp://10.0.0.7:4000" in caught.value.what


def test_few_tasks_are_in_flight(scheduler):
    drawn = []

    def partitions():
        for number in range(1000):
            drawn.append(number)
            yield number

    results = Dask(scheduler=scheduler)(abs, partitions())
    assert [next(results) for _ in range(5)] == [0, 1, 2, 3, 4]
    assert len(drawn) < 50
    results.close()


def test_results_come_in_order_and_an_error_when_its_turn_comes(scheduler):
    results = Dask(scheduler=scheduler)(range(9).__getitem__, [3, 0, 8, 99, 1])
    assert [next(results) for _ in range(3)] == [3, 0, 8]
    with pytest.raises(IndexError):
        next(results)


def test_one_partition_starts_no_cluster_of_this_machine(files, monkeypatch):
    monkeypatch.setattr(clusters, "client_of", None)
    path = str(files / "a.csv")
    found = cecli.score(path, **BINARY, engine="dask")
    assert found == cecli.score(path, **BINARY)


def test_folds_by_position_are_refused_before_anything_is_read():
    with pytest.raises(UsageError, match="no folds by the positions of rows") as caught:
        cecli.fit("none.csv", model="platt", **BINARY, folds=5, engine="dask")
    assert "--fold-by COL" in caught.value.hint


def test_rows_are_not_written_from_elsewhere(tmp_path):
    with pytest.raises(UsageError, match="--write and --engine dask exclude each other"):
        cecli.worst("none.csv", **BINARY, engine="dask", write=str(tmp_path / "rows.csv"))
