"""Arrays in files are the arrays in memory, whatever their type, order and container."""

import io
import json
import zipfile
from contextlib import suppress
from pathlib import PurePath

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from safetensors.numpy import save_file

import cecli
from cecli.core.errors import CecliError, ExitCode

RNG = np.random.default_rng(20261129)
LABELS = RNG.integers(0, 3, 200_000)
SCORES = RNG.normal(size=(len(LABELS), 3))
PROBS = np.exp(SCORES) / np.exp(SCORES).sum(axis=1, keepdims=True)
COLUMNS = {"y": LABELS, **{f"p_{k}": PROBS[:, k] for k in range(3)}}


def numbers(report):
    return dict(report.metrics)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("tensors")
    np.savez(path / "stored.npz", y=LABELS, p=PROBS)
    np.savez_compressed(path / "deflated.npz", y=LABELS, p=PROBS)
    by_column = np.asfortranarray(PROBS)
    np.savez(path / "stored_by_column.npz", y=LABELS, p=by_column)
    np.savez_compressed(path / "deflated_by_column.npz", y=LABELS, p=by_column)
    save_file({"p": PROBS, "y": LABELS}, path / "both.safetensors", {"made": "by a test"})
    rows = np.zeros(len(LABELS), [("y", ">i8"), *[(f"p_{k}", "f8") for k in range(3)]])
    for name, values in COLUMNS.items():
        rows[name] = values
    np.save(path / "fields.npy", rows)
    np.save(path / "p.npy", PROBS)
    np.save(path / "y.npy", LABELS)
    np.save(path / "by_column.npy", np.asfortranarray(PROBS))
    return path


@pytest.fixture(scope="module")
def expected():
    return numbers(cecli.score(COLUMNS, label="y", prob="p_*"))


@pytest.mark.parametrize(
    "name",
    [
        *("stored.npz", "deflated.npz", "stored_by_column.npz", "deflated_by_column.npz"),
        *("both.safetensors", "fields.npy"),
    ],
)
@pytest.mark.parametrize("workers", [1, 3])
def test_every_container_gives_the_numbers_of_memory(folder, expected, name, workers):
    report = cecli.score(folder / name, label="y", prob="p_*", workers=workers)
    assert numbers(report) == expected


@pytest.mark.parametrize("name", ["p", "by_column"])
def test_an_array_without_names_has_those_of_its_file(folder, expected, name):
    report = cecli.score(
        folder / f"{name}.npy", prob=f"{name}_*", labels=folder / "y.npy", label="y",
        by_position=True,
    )  # fmt: skip
    assert numbers(report) == expected


def test_standard_input_and_commands_that_read_twice(cecli, folder):
    archive = (folder / "deflated.npz").read_bytes()
    done = cecli("score", "-", "--label", "y", "--prob", "p_*", "--json", stdin=archive)
    assert json.loads(done.stdout)["input"]["rows"] == len(LABELS)
    done = cecli("fit", str(folder / "stored.npz"), "--label", "y", "--prob", "p_*", "--model",
                 "temperature", "--json")  # fmt: skip
    assert done.returncode == ExitCode.OK


@pytest.mark.parametrize("name", ["both.safetensors", "deflated_by_column.npz"])
def test_what_a_file_has_is_guessed(cecli, folder, name):
    done = cecli("score", str(folder / name))
    assert done.returncode == ExitCode.OK
    assert "prob is columns 'p_*'" in done.stderr


DTYPES = st.sampled_from(["<f2", ">f4", "<f8", "<i4", ">i2", "u1"])


@given(st.data(), DTYPES, st.sampled_from(["C", "F"]), st.integers(0, 40), st.integers(1, 4))
def test_values_of_any_type_and_order_are_read_as_in_memory(
    tmp_path_factory, data, dtype, order, rows, columns
):
    small = st.integers(0, 1)
    values = data.draw(arrays.arrays(dtype, (rows, columns), elements=small))
    path = tmp_path_factory.getbasetemp() / f"v_{PurePath(str(dtype)).name.strip('<>')}.npy"
    np.save(path, np.array(values, order=order))
    name = f"{path.stem}_{columns - 1}"
    if not rows:
        with pytest.raises(CecliError, match="no "):
            cecli.entropy(path, column=name)
        return
    found = cecli.entropy(path, column=name)
    assert numbers(found) == numbers(cecli.entropy({"v": values[:, -1]}, column="v"))


def test_halves_of_floats_are_the_upper_bits_of_floats(tmp_path):
    floats = (RNG.random(1000).astype("f4").view("u4") & 0xFFFF0000).view("f4")
    halves = (floats.view("u4") >> 16).astype("<u2").tobytes()
    y = LABELS[:1000].clip(0, 1).astype("u1").tobytes()
    header = json.dumps({
        "p": {"dtype": "BF16", "shape": [1000], "data_offsets": [0, 2000]},
        "y": {"dtype": "U8", "shape": [1000], "data_offsets": [2000, 3000]},
        "cube": {"dtype": "U8", "shape": [1, 1, 1], "data_offsets": [2999, 3000]},
        "odd": {"dtype": "F8_E4M3", "shape": [1], "data_offsets": [2999, 3000]},
    }).encode()  # fmt: skip
    path = tmp_path / "halves.safetensors"
    path.write_bytes(len(header).to_bytes(8, "little") + header + halves + y)
    memory = {"y": LABELS[:1000].clip(0, 1), "p": floats.astype("f8")}
    assert numbers(cecli.score(path)) == numbers(cecli.score(memory, label="y", prob="p"))
    with pytest.raises(CecliError, match=r"'cube' is no column: its shape is \(1, 1, 1\)"):
        cecli.score(path, label="y", prob="cube")


def saved(array):
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=True)
    return buffer.getvalue()


def archived(**members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)
    return buffer.getvalue()


WHOLE = saved(np.arange(100.0))
BAD = {
    "pickled": ("x.npy", saved(np.array([{}, 1])), "Python objects"),
    "pickled in an archive": ("x.npz", archived(x=saved(np.array([{}]))), "Python objects"),
    "cut off": ("x.npy", WHOLE[:-1], "ends before its arrays do"),
    "cut off in the header": ("x.npy", WHOLE[:40], "no header"),
    "more than is there": (
        "x.npy", WHOLE.replace(b"(100,), ", b"(10**9,)"), "no header",
    ),
    "a header that no text of Python is": (
        "x.npy", b"\x93NUMPY\x01\x00\x10\x00{'descr': '<f8', ", "no header that can be read",
    ),
    "less than nothing": (
        "x.npy", WHOLE.replace(b"(100,), ", b"(-10,), "), "has the shape (-10,)",
    ),
    "very wide": ("x.npy", saved(np.empty((0, 10**10))), "10,000,000,000 columns"),
    "a member that is shorter": ("x.npz", archived(x=WHOLE[:-8]), "size of x.npy"),
    "a directory at no place": (
        "x.npz", archived(x=WHOLE)[:-6] + b"\xfe\xff\xff\xff\0\0", "is the file complete?",
    ),
    "a damaged archive": ("x.npz", archived(x=WHOLE)[:-30], "is the file complete?"),
    "a header that is too long": ("x.safetensors", b"\xff" * 20, "its length is not possible"),
    "no JSON": ("x.safetensors", (8).to_bytes(8, "little") + b"{nojson}", "header"),
    "a list": ("x.safetensors", (2).to_bytes(8, "little") + b"[]", "not an object"),
    "a place beyond the file": (
        "x.safetensors",
        (62).to_bytes(8, "little")
        + b'{"a": {"dtype": "F64", "shape": [9], "data_offsets": [0, 72]}}',
        "the place of 'a'",
    ),
    "a place of another size": (
        "x.safetensors",
        (60).to_bytes(8, "little")
        + b'{"a": {"dtype": "F64","shape": [9], "data_offsets": [0, 8]}}' + b"\0" * 8,
        "the place of 'a'",
    ),
    "a name twice": (
        "x.safetensors", (16).to_bytes(8, "little") + b'{"a": 1, "a": 2}', "occurs twice",
    ),
    "a type that is a list": (
        "x.safetensors",
        (53).to_bytes(8, "little")
        + b'{"a": {"dtype": [], "shape": [], "data_offsets": [0,0]}}'[:53],
        "has no",
    ),
    "no places": ("x.safetensors", (8).to_bytes(8, "little") + b'{"a": 1}', "has no dtype"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "content", "message"), BAD.values(), ids=BAD)
def test_what_is_damaged_or_lies_is_refused_by_name(cecli, write, name, content, message):
    done = cecli("entropy", write(content, name), "--column", "x")
    assert done.returncode == ExitCode.INPUT
    assert message in done.stderr + done.stdout
    assert name in done.stderr


def test_arrays_of_different_lengths_are_no_table(tmp_path):
    np.savez(tmp_path / "x.npz", y=[0, 1, 1], p=[0.1, 0.2])
    with pytest.raises(CecliError, match=r"differ in length \(y: 3, p: 2\)"):
        cecli.score(tmp_path / "x.npz", label="y", prob="p")


def test_a_bad_value_is_told_with_its_row(tmp_path):
    np.savez(tmp_path / "x.npz", y=[0, 1, 1], p=[0.1, 0.2, 1.5])
    with pytest.raises(CecliError, match=r"x\.npz:3"):
        cecli.score(tmp_path / "x.npz", label="y", prob="p")


@given(st.data())
def test_no_damage_is_worse_than_an_error(tmp_path_factory, data):
    tensors = {"y": LABELS[:50].clip(0, 1), "p": PROBS[:50, 0]}
    path = tmp_path_factory.getbasetemp() / data.draw(st.sampled_from(["d.npz", "d.safetensors"]))
    if path.suffix == ".npz":
        np.savez_compressed(path, **tensors)
    else:
        save_file({k: np.ascontiguousarray(v) for k, v in tensors.items()}, path)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(1, len(content)))])
    with suppress(CecliError):
        cecli.score(path, label="y", prob="p")


@pytest.mark.parametrize("order", ["<", ">"])
def test_numbers_that_are_no_characters_are_shown_as_such(tmp_path, order):
    codes = np.array([[97, 0x110000], [0x10FFFF, 0]], f"{order}u4")
    texts = codes.view(f"{order}U2").reshape(-1)
    np.savez(tmp_path / "x.npz", x=texts, y=[0, 1], p=[0.25, 0.5])
    groups = cecli.score(tmp_path / "x.npz", label="y", prob="p", by="x").to_dict()["groups"]
    assert {group["key"]["x"] for group in groups} == {"a\ufffd", "\U0010ffff"}


@pytest.mark.parametrize("kind", ["S2", "U2", "datetime64[D]", "timedelta64[s]"])
def test_labels_of_every_kind_are_the_texts_that_numpy_shows(tmp_path, kind):
    values = {
        "S2": [b"n\xc3", b"yo"], "U2": ["né", "yo"],
        "datetime64[D]": ["2020-02-29", "2021-01-01"], "timedelta64[s]": [5, 7],
    }[kind]  # fmt: skip
    rows = np.zeros(4, [("y", kind), ("pé", "<f8")])
    rows["y"], rows["pé"] = np.array(values * 2, kind), [0.25, 0.75, 0.5, 0.5]
    np.save(tmp_path / "rows.npy", rows)
    second = str(np.array(values, kind)[1]) if kind[0] != "S" else "yo"
    report = cecli.score(tmp_path / "rows.npy", label="y", prob="pé", positive=second)
    numbers = {"y": [0, 1, 0, 1], "p": [0.25, 0.75, 0.5, 0.5]}
    assert report.metrics == cecli.score(numbers, label="y", prob="p").metrics


@pytest.mark.filterwarnings("error")
def test_a_header_that_python_2_wrote_is_read_without_a_warning(tmp_path):
    np.save(tmp_path / "p.npy", np.array([0.25, 0.75]))
    written = (tmp_path / "p.npy").read_bytes()
    # The blanks that follow are as many as before, so that the header keeps its length.
    (tmp_path / "p.npy").write_bytes(written.replace(b"(2,), } ", b"(2L,), }"))
    np.save(tmp_path / "y.npy", np.array([0, 1]))
    report = cecli.score(tmp_path / "p.npy", labels=tmp_path / "y.npy", by_position=True)
    assert report.metrics["brier"] == 0.0625


def test_names_that_are_no_latin_1_are_those_of_columns(tmp_path):
    rows = np.array([(1, 0.25), (0, 0.5)], [("y", "i8"), ("概率", "f8")])
    with pytest.warns(UserWarning, match="format 3.0"):
        np.save(tmp_path / "x.npy", rows)
    found = cecli.score(tmp_path / "x.npy", label="y", prob="概率")["cross_entropy"]
    assert found == pytest.approx(np.log([4.0, 2.0]).mean(), rel=1e-15)
