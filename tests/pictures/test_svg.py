"""An SVG is well-formed, needs nothing else, and shows all that it says, whatever the values."""

import subprocess
import sys
from xml.etree import ElementTree

import pytest
from charts import HOSTILE, hard, pictures
from drawings import SVG, assert_nothing_is_cut_and_no_words_overlap, parsed, size_of, words_in
from hypothesis import given, settings

from cecli.pictures.drawing.palette import DASHES, MARKERS, PAPER, SERIES, style_sheet
from cecli.pictures.drawing.text import possible
from cecli.pictures.ranking import roc_curve
from cecli.pictures.svg import svg_of
from cecli.report.curves import CurvePoints, RankingCurve

HARD = hard()


@given(pictures)
@settings(max_examples=60)
def test_nothing_is_cut_and_no_words_overlap_whatever_the_values(picture):
    assert_nothing_is_cut_and_no_words_overlap(svg_of(picture))


@pytest.mark.parametrize("name", HARD)
def test_nothing_is_cut_and_no_words_overlap_with_hard_values(name):
    assert_nothing_is_cut_and_no_words_overlap(svg_of(HARD[name]))


@pytest.mark.parametrize("name", HARD)
def test_a_picture_is_small(name):
    assert len(svg_of(HARD[name]).encode()) < 45_000


@given(pictures)
@settings(max_examples=25)
def test_a_screen_reader_is_told_the_title_and_what_is_seen(picture):
    root = parsed(svg_of(picture))
    assert root.get("role") == "img"
    told = {child.get("id"): child.text or "" for child in root if child.get("id")}
    assert list(told) == root.get("aria-labelledby").split()
    title, described = told.values()
    assert described == possible(picture.description)
    assert title == possible(picture.title) or len(picture.title) > 500


@given(pictures)
@settings(max_examples=25)
def test_there_is_no_script_no_reference_and_no_markup_from_outside(picture):
    root = parsed(svg_of(picture))
    tags = {found.tag.removeprefix(SVG) for found in root.iter()}
    assert tags <= {"svg", "title", "desc", "style", "rect", "path", "text", "g"}
    known = {"class", "d", "x", "y", "width", "height", "transform", "text-anchor", "id", "role",
             "viewBox", "aria-labelledby", "stroke-width", "stroke-linecap"}  # fmt: skip
    assert {name for found in root.iter() for name in found.attrib} <= known
    assert "url(" not in style_sheet()


def test_a_hostile_name_is_shown_as_it_is():
    curve = CurvePoints((0.0, 1.0), (0.0, 1.0))
    svg = svg_of(roc_curve([RankingCurve(HOSTILE, curve), RankingCurve("b", curve)], HOSTILE))
    assert "<script" not in svg
    shown = [word.text for word in words_in(parsed(svg))]
    assert possible(HOSTILE) in shown


def test_the_same_picture_gives_the_same_bytes_in_another_process():
    program = (
        "import sys\nfrom charts import hard\nfrom cecli.pictures.svg import svg_of\n"
        "sys.stdout.buffer.write(''.join(map(svg_of, hard().values())).encode())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(filter(None, sys.path))},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1


def test_without_a_heading_the_title_is_only_told():
    picture = HARD["sixty groups"]
    with_it, without = parsed(svg_of(picture)), parsed(svg_of(picture, heading=False))
    assert picture.title in [word.text for word in words_in(with_it)]
    assert picture.title not in [word.text for word in words_in(without)]
    assert without.find(f"{SVG}title").text == picture.title
    assert size_of(without)[1] < size_of(with_it)[1]


def luminance(colour):
    """Return the relative luminance of WCAG 2.2."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_colour_can_be_read_on_its_paper(theme):
    paper = luminance(getattr(PAPER, theme))
    for paint in SERIES:
        high, low = sorted((paper, luminance(getattr(paint, theme))), reverse=True)
        assert (high + 0.05) / (low + 0.05) >= 4.5


def test_series_differ_without_colour():
    assert len(set(DASHES)) == len(set(MARKERS)) == len(SERIES)


def test_the_style_sheet_has_dark_colours_on_a_screen_that_prefers_them_alone():
    light, _, dark = style_sheet().partition("@media screen and (prefers-color-scheme:dark)")
    for paint in SERIES:
        assert paint.light in light
        assert paint.light not in dark
        assert paint.dark in dark
        assert paint.dark not in light
    # Of all classes that the elements have, none lacks its style.
    for picture in HARD.values():
        for found in ElementTree.fromstring(svg_of(picture)).iter():
            for name in (found.get("class") or "").split():
                assert f".{name}{{" in light or name == "c-d0", name
