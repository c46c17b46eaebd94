"""Fit files: what is wrong with one is said before it is used."""

import copy
import json

import pytest

import cecli

DATA = {"y": [0, 1, 0, 1, 1, 0, 1], "p": [0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]}
PLATT = cecli.fit(DATA, model="platt").to_dict()
STEPS = cecli.fit(DATA, model="isotonic").to_dict()


def changed(report, *path, to):
    report = copy.deepcopy(report)
    place = report["fit"]
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = to
    return report


@pytest.mark.parametrize("model", ["constant", "temperature", "platt", "beta", "isotonic"])
def test_a_fit_file_is_read_as_it_was_written(tmp_path, model):
    report = cecli.fit(DATA, model=model)
    path = tmp_path / "fit.json"
    path.write_text(report.to_json())
    from cecli.commands.fit.recalibrations import read_fit

    assert read_fit(str(path)) == report.fit


@pytest.mark.parametrize(
    ("report", "message"),
    [
        (changed(PLATT, "version", to=2), "version 2, but this cecli reads versions up to 1"),
        (changed(PLATT, "version", to="1"), "fit.version"),
        (changed(PLATT, "model", to="spline"), "fit.model"),
        (changed(PLATT, "parts", 0, "parameters", "slope", to=float("nan")), "slope: .*finite"),
        (changed(PLATT, "parts", 0, "parameters", "slope", to="1"), "slope"),
        (
            changed(PLATT, "parts", 0, "parameters", to={"slope": 1.0}),
            "the parameters are not those of",
        ),
        (changed(PLATT, "parts", to=[]), "fit.parts"),
        (changed(PLATT, "prob", to=["p", "q"]), "1 columns"),
        (changed(PLATT, "model", to="isotonic"), "the parameters are not those of"),
        (changed(STEPS, "parts", 0, "starts", to=[0.5, 0.4]), "starts do not ascend"),
        (changed(STEPS, "parts", 0, "probs", to=[0.5, 1.5]), "less than or equal to 1"),
        ({"command": "score"}, "holds no fit"),
    ],
)
def test_a_fit_that_cannot_be_trusted_is_refused(report, message):
    with pytest.raises(cecli.InputError, match=message):
        cecli.apply({"p": [0.5]}, fit=report)


@pytest.mark.parametrize(
    ("content", "message"),
    [("{", "is not JSON"), ("[1]", "holds no fit"), ("\xff", "is not JSON"), ("", "is not JSON")],
)
def test_a_file_that_is_no_fit_is_refused(write, content, message):
    path = write(content.encode("latin-1"), "fit.json")
    with pytest.raises(cecli.InputError, match=f"fit.json: {message}"):
        cecli.apply({"p": [0.5]}, fit=path)


def test_unknown_keys_of_a_later_minor_version_are_passed_over():
    report = changed(PLATT, "note", to="added later")
    assert json.dumps(report)
    assert cecli.apply({"p": [0.5]}, fit=report)["calibrated"].size == 1
