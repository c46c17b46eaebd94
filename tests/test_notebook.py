"""The notebook in docs/ runs, and shows what it shows."""

import importlib.util
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent / "docs" / "notebook.py"


@pytest.fixture(scope="module")
def notebook():
    spec = importlib.util.spec_from_file_location("docs_notebook", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the client's dependencies
def test_its_outputs_are_those_of_a_new_run(notebook):
    assert notebook.shown(notebook.executed()) == notebook.shown(notebook.stored())


def test_it_shows_reports_and_pictures(notebook):
    kinds = {
        kind
        for cell in notebook.stored().cells
        for output in cell.get("outputs", ())
        for kind in output.get("data", ())
    }
    assert {"text/html", "image/svg+xml"} <= kinds
