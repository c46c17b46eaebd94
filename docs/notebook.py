"""Execute docs/notebook.ipynb, and write its outputs into it.

Run it from the repository after an output has changed on purpose: python docs/notebook.py
"""

import re
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

ROOT = Path(__file__).parent.parent
NOTEBOOK = ROOT / "docs" / "notebook.ipynb"
ADDRESS = re.compile("0x[0-9a-f]+")


def stored() -> NotebookNode:
    """Return the notebook as it is."""
    return nbformat.read(NOTEBOOK, as_version=4)


def executed() -> NotebookNode:
    """Return the notebook with the outputs of a new run, in the repository.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        If a cell fails.
    """
    found = stored()
    NotebookClient(found, timeout=120, resources={"metadata": {"path": str(ROOT)}}).execute()
    found.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}
    }
    for cell in found.cells:
        cell.metadata = {}
    return found


def shown(notebook: NotebookNode) -> list[str]:
    """Return what the cells show, as text; an object without a text of its own has an address."""
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", ()))
    return [ADDRESS.sub("0x0", text) for output in outputs for text in _texts(output)]


def _texts(output: NotebookNode) -> list[str]:
    """Return the text of a stream, or an object in each of its formats."""
    return [output.text] if "text" in output else [text for _, text in sorted(output.data.items())]


if __name__ == "__main__":
    nbformat.write(executed(), NOTEBOOK)
