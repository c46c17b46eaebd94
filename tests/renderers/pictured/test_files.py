"""A suffix chooses the format of a picture; what cannot be is refused before anything is read."""

import json
import struct
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from cecli.core.errors import ExitCode, UsageError
from cecli.terminal import output
from cecli.terminal.output import OutputOptions

ROWS = "y,p,q,g\n" + "1,0.75,0.5,a\n0,0.25,0.5,b\n1,0.5,0.75,a\n" * 9
SCORE = ["score", "preds.csv", "--label", "y", "--prob", "p", "--by", "g"]
COMPARE = ["compare", "preds.csv", "--label", "y", "--prob", "p", "--prob", "q"]
SIGNATURE = b"\x89PNG\r\n\x1a\n"
WITHOUT = "import sys\nsys.modules['vl_convert'] = None\nfrom cecli.terminal import main\nmain()"


@pytest.mark.parametrize("command", [SCORE, COMPARE], ids=lambda command: command[0])
def test_svg_and_vega_lite_need_no_extra(write, tmp_path, command):
    write(ROWS)
    for name in ("picture.svg", "picture.VL.json"):
        run = [sys.executable, "-c", WITHOUT, *command, "-o", name]
        subprocess.run(run, cwd=tmp_path, check=True, timeout=120)
    root = ElementTree.fromstring((tmp_path / "picture.svg").read_text())
    assert root.get("role") == "img"
    spec = json.loads((tmp_path / "picture.VL.json").read_text())
    assert spec["$schema"].startswith("https://vega.github.io/schema/vega-lite/")


def test_a_json_that_is_no_specification_stays_a_report(cecli, write, tmp_path):
    write(ROWS)
    for name in ("report.json", "vl.json"):
        assert cecli(*SCORE, "-o", name).returncode == ExitCode.OK
        assert json.loads((tmp_path / name).read_text())["command"] == "score"


def test_a_png_has_two_pixels_for_each_of_the_svg_in_a_file_and_in_a_pipe(cecli, write, tmp_path):
    pytest.importorskip("vl_convert")
    write(ROWS)
    for name in ("picture.svg", "picture.png"):
        assert cecli(*SCORE, "-o", name).returncode == ExitCode.OK
    image = (tmp_path / "picture.png").read_bytes()
    assert image.startswith(SIGNATURE)
    root = ElementTree.fromstring((tmp_path / "picture.svg").read_text())
    wide, high = (float(root.get(name)) for name in ("width", "height"))
    found = struct.unpack(">II", image[16:24])
    assert found[0] == 2 * wide
    assert abs(found[1] - 2 * high) <= 1
    run = [sys.executable, "-m", "cecli", *SCORE, "--format", "png", "-q"]
    piped = subprocess.run(run, cwd=tmp_path, capture_output=True, check=True, timeout=120)
    assert piped.stdout == image


def test_without_the_extra_a_png_is_refused_with_what_to_install(tmp_path):
    # The file is not there: nothing was read.
    run = [sys.executable, "-c", WITHOUT, *SCORE, "-o", "picture.png"]
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == ExitCode.USAGE
    assert "writing the format png needs an extra that is not installed" in done.stderr
    assert "pip install 'cecli[report]'" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_terminal_gets_no_bytes(monkeypatch):
    pytest.importorskip("vl_convert")
    monkeypatch.setattr(output, "_is_terminal", lambda: True)
    with pytest.raises(UsageError, match="png is not for a terminal") as caught:
        _ = OutputOptions(format="png").style
    assert "-o" in caught.value.hint
    assert OutputOptions(format="png", output="a.png").style.path == "a.png"
    assert OutputOptions(format="svg").style.format.name == "svg"


@pytest.mark.parametrize("name", ["picture.svg", "picture.png", "picture.vl.json"])
def test_a_document_without_a_picture_is_refused_before_anything_is_read(cecli, tmp_path, name):
    done = cecli("inspect", "preds.csv", "-o", name)
    assert done.returncode == ExitCode.USAGE
    assert "is not a suffix of an inspection" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_same_input_gives_the_same_bytes(write, tmp_path):
    write(ROWS)
    found = set()
    for seed in ("1", "2"):
        run = [sys.executable, "-m", "cecli", *SCORE, "--format", "svg", "-q"]
        environment = {"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(filter(None, sys.path))}
        done = subprocess.run(
            run, cwd=tmp_path, env=environment, capture_output=True, check=True, timeout=120
        )
        found.add(done.stdout)
    assert len(found) == 1
