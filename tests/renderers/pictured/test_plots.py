"""The pictures of a report have names, and are the same of a stored report."""

from functools import cache
from xml.etree import ElementTree

import numpy as np
import pytest
from drawings import assert_nothing_is_cut_and_no_words_overlap
from jsonschema import Draft202012Validator

import cecli
from cecli.commands.schema import Name, json_schema
from cecli.core.errors import ExitCode, InputError, UsageError
from cecli.pictures.picture import Bars, Ribbon, Trace
from cecli.pictures.svg import svg_of
from cecli.renderers import formats
from cecli.renderers.pictured.plots import PLOTS, beside, pictures_of
from cecli.report.reading import document_in, read_report

HOSTILE = "<script>&\"'\u202e]]>"
DRAW = np.random.default_rng(8)
P = DRAW.uniform(size=300)
Y = (DRAW.uniform(size=300) < P).astype(int)
DATA = {"y": Y, "p": P, "q": P**2, "g": np.array(["a", "b", HOSTILE])[np.arange(300) % 3]}
Q = DRAW.dirichlet(np.ones(8), 200)
CLASSES = {"y": np.array([f"c{DRAW.choice(8, p=row)}" for row in Q])}
CLASSES |= {f"p_c{k}": Q[:, k] for k in range(8)}
RARE = {"y": (np.arange(2000) % 500 == 499).astype(int), "p": np.linspace(1e-4, 4e-3, 2000)}
REPORTS = {
    "one model": lambda: cecli.calibration(DATA, label="y", prob="p"),
    "groups": lambda: cecli.calibration(DATA, label="y", prob="p", by="g", draws=0),
    "models": lambda: cecli.calibration(DATA, label="y", prob="p", versus="q", draws=0),
    "classes": lambda: cecli.calibration(CLASSES, label="y", prob="p_*", draws=0),
    "soft": lambda: cecli.calibration({"t": P**2, "p": P}, target="t", prob="p"),
    "rare": lambda: cecli.calibration(RARE),
    "one row": lambda: cecli.calibration({"y": [1], "p": [0.3]}),
    "one class": lambda: cecli.calibration({"y": [0, 0, 0], "p": [0.2, 0.5, 0.9]}),
    "one value": lambda: cecli.calibration({"y": [0, 1, 0], "p": [0.5, 0.5, 0.5]}),
    "certain": lambda: cecli.calibration({"y": [0, 1, 0], "p": [0.0, 1.0, 1.0]}),
    "comparison": lambda: cecli.compare(DATA, label="y", prob=["p", "q"], by="g"),
    "score": lambda: cecli.score(DATA, label="y", prob="p", by="g"),
}
RANKED = ["reliability", "roc", "precision-recall", "cumulative"]
HAVE = {
    "one model": RANKED,
    "groups": [*RANKED, "forest"],
    "models": RANKED,
    "classes": RANKED,
    "soft": ["reliability", "cumulative"],
    "rare": RANKED,
    "one row": ["reliability", "precision-recall", "cumulative"],
    "one class": ["reliability", "cumulative"],
    "one value": RANKED,
    "certain": RANKED,
    "comparison": ["forest"],
    "score": ["forest"],
}


@cache
def report_of(kind):
    return REPORTS[kind]()


@pytest.fixture(params=REPORTS)
def found(request):
    return request.param, report_of(request.param)


def test_a_report_has_the_pictures_that_it_has_something_to_show_in(found):
    kind, report = found
    pictures = pictures_of(report.to_document())
    assert list(pictures) == HAVE[kind]
    for picture in [*pictures.values(), beside(list(pictures.values()))]:
        text = svg_of(picture)
        ElementTree.fromstring(text)
        assert_nothing_is_cut_and_no_words_overlap(text)
        assert HOSTILE not in text


def test_a_stored_report_has_the_same_pictures(found, tmp_path):
    _, report = found
    path = tmp_path / "report.json"
    path.write_text(report.to_json(), encoding="utf-8")
    stored = read_report(str(path))
    Draft202012Validator(json_schema(Name.REPORT)).validate(stored)
    assert pictures_of(document_in(stored, str(path))) == pictures_of(report.to_document())


def test_the_names_of_pictures_are_those_that_the_command_takes():
    assert tuple(PLOTS) == formats.PLOTS


def test_a_single_model_has_its_band_hull_and_events():
    pictures = pictures_of(report_of("one model").to_document())
    diagram, counts = pictures["reliability"].panels
    assert any(isinstance(mark, Ribbon) for mark in diagram.marks)
    assert [mark.label for mark in counts.marks if isinstance(mark, Bars)] == ["all rows", "events"]
    lines = [m.label for m in pictures["roc"].panels[0].marks if isinstance(m, Trace)]
    assert lines[:2] == ["no discrimination", "convex hull"]
    assert lines[2].startswith("p: AUC 0.")


def test_six_of_eight_classes_and_the_likeliest_are_told_by_name():
    pictures = pictures_of(report_of("classes").to_document())
    for name in ("roc", "cumulative"):
        lines = [m for m in pictures[name].panels[0].marks if isinstance(m, Trace) and m.is_named]
        assert [m.label for m in lines] == ["likeliest class", *(f"c{k}" for k in range(5))]


def test_rare_events_are_enlarged_and_it_is_said_what_leaves_the_plot():
    picture = pictures_of(report_of("rare").to_document())["reliability"]
    assert picture.panels[0].x.high < 0.01
    assert "The isotonic curve leaves the plot, and reaches 1." in picture.notes


def test_a_group_lies_beside_0_as_far_as_chance_has_it():
    report = report_of("groups")
    differences, ranges = pictures_of(report.to_document())["forest"].panels
    for shown, ecce, group in zip(
        differences.estimates, ranges.estimates, report.groups, strict=True
    ):
        values = group.metrics
        assert shown.value == values["base_rate"] - values["mean_prediction"]
        half = 1.959964 * values["ecce_sigma"]
        assert shown.upper - shown.value == pytest.approx(half, rel=1e-6)
        assert ecce.value == values["ecce"]


ROWS = "y,p\n" + "".join(f"{y},{p}\n" for y, p in zip(Y[:80], P[:80], strict=True))
CALIBRATION = ["calibration", "preds.csv", "--label", "y", "--prob", "p", "--draws", "0"]


def test_pictures_are_chosen_on_the_command_line(cecli, write, tmp_path):
    write(ROWS)
    done = cecli(*CALIBRATION, "-o", "a.svg", "--plot", "roc,cumulative", "--plot", "roc")
    assert done.returncode == ExitCode.OK
    root = ElementTree.fromstring((tmp_path / "a.svg").read_text())
    assert root[0].text == "ROC curve, Cumulative difference: preds.csv"
    assert cecli(*CALIBRATION, "-o", "a.html").returncode == ExitCode.OK
    assert (tmp_path / "a.html").read_text().count('role="img"') == 4


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["--plot", "rok", "-o", "a.svg"], "--plot 'rok' is not a picture"),
        (["--plot", "roc"], "--plot has no effect on the format table"),
        (["--plot", "roc", "--json"], "--plot has no effect on the format json"),
        (["--plot", "forest", "-o", "a.svg"], "this report has no picture forest"),
    ],
)
def test_a_picture_that_cannot_be_is_refused(cecli, write, tmp_path, given, message):
    write(ROWS)
    done = cecli(*CALIBRATION, *given)
    assert (done.returncode, done.stdout) == (ExitCode.USAGE, "")
    assert message in done.stderr
    assert not (tmp_path / "a.svg").exists()


@pytest.fixture
def report():
    return report_of("groups")


def test_each_picture_has_a_method(report):
    plot = report.plot
    assert plot.names == (*RANKED, "forest")
    for name in plot.names:
        one = getattr(plot, name.replace("-", "_"))()
        assert one.names == (name,)
        assert one.to_svg() == plot(name).to_svg()
        ElementTree.fromstring(one._repr_svg_())
        assert one.to_svg() in one._repr_html_()
    both = plot(["roc", "forest"]).to_svg()
    assert "ROC curve, Calibration by g" in both
    assert plot.roc().to_vega_lite()["vconcat"]


@pytest.mark.parametrize("suffix", [".svg", ".vl.json", ".html", ".PNG"])
def test_it_is_saved_in_the_format_of_its_suffix(report, tmp_path, suffix):
    if suffix == ".PNG":
        pytest.importorskip("vl_convert")
    path = tmp_path / f"picture{suffix}"
    report.plot.roc().save(path)
    begins = {".svg": b"<svg", ".vl.json": b"{", ".html": b"<!DOCTYPE", ".PNG": b"\x89PNG"}
    assert path.read_bytes().startswith(begins[suffix])


def test_what_cannot_be_saved_is_refused(report, tmp_path):
    for name in ("a.csv", "a", "a.foo"):
        with pytest.raises(UsageError, match="has no suffix of a picture") as caught:
            report.plot.roc().save(tmp_path / name)
        assert ".svg" in caught.value.hint
    with pytest.raises(InputError, match="cannot be written"):
        report.plot.roc().save(tmp_path / "no" / "a.svg")


def test_a_picture_that_a_report_lacks_is_refused_with_those_that_it_has():
    report = report_of("score")
    with pytest.raises(UsageError, match="no picture roc") as caught:
        report.plot.roc()
    assert caught.value.hint == "it has forest"


def test_a_notebook_shows_the_tables_and_the_first_picture(report):
    html = report._repr_html_()
    assert html.count("<svg") == 1
    assert "Reliability:" in html
    assert ">average_precision<" in html
    assert "<script>" not in html
    assert "<svg" not in cecli.score(DATA, label="y", prob="p")._repr_html_()


def test_a_notebook_shows_the_first_of_many_groups():
    data = {"y": np.tile(Y, 3), "p": np.tile(P, 3), "g": np.arange(900) // 4}
    html = cecli.score(data, label="y", prob="p", by="g")._repr_html_()
    assert ">and 165 more<" in html
