"""In a real browser, a page says nothing on the console, asks for nothing, and can be read."""

import json
from importlib.resources import files as resources

import pytest

WIDTHS = (360, 800, 1400)
THEMES = ("light", "dark")
NAMES = ("one", "several")
# One of the tables of charts, and what stands at the end.
UNFOLD = "[...document.querySelectorAll('details')].at(0).open = true;" \
    "[...document.querySelectorAll('details')].at(-1).open = true"  # fmt: skip
# What a chart says as the right arrow goes on, to the last of its marks.
ARROWS = """() => {
    const plot = document.activeElement, told = [];
    for (let last = ""; ;) {
        plot.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowRight", bubbles: true}));
        const on = plot.querySelector(".on");
        if (on === last) return told;
        last = on;
        told.push(document.getElementById("tip").textContent);
    }
}"""


@pytest.mark.parametrize("theme", THEMES)
def test_a_page_fits_its_width_and_has_the_colours_of_its_theme(look, theme):
    for name in NAMES:
        page = look(name, theme=theme)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, (name, width)
            colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
            assert colour == {"light": "rgb(255, 255, 255)", "dark": "rgb(21, 24, 29)"}[theme]
            # The text of charts, too, is large enough to be read.
            sizes = page.evaluate(
                "[...document.querySelectorAll('svg text')].map(t => t.getBoundingClientRect())"
                ".filter(box => box.height > 0).map(box => box.height)"
            )
            assert min(sizes) >= 9.0


@pytest.mark.parametrize(("name", "theme"), [("one", "light"), ("several", "dark")])
def test_axe_finds_no_violation(look, name, theme):
    pytest.importorskip("axe_playwright_python", reason="it carries axe-core")
    axe = (resources("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
    page = look(name, theme=theme)
    page.evaluate(UNFOLD)
    page.evaluate(axe)
    found = page.evaluate("axe.run()")
    assert len(found["passes"]) > 10
    assert [(each["id"], each["impact"]) for each in found["violations"]] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_keyboard_reaches_every_value_of_every_chart(look, name):
    page = look(name)
    page.focus("a.skip")
    charts, seen = page.locator(".plot").count(), []
    # As a person goes: on by Tab, and inside a chart by the arrows.
    for _ in range(400):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className") != "plot":
            if page.evaluate("document.activeElement === document.body"):
                break
            continue
        wanted = page.evaluate(
            "[...document.activeElement.querySelectorAll('[data-says]')].map(m => m.dataset.says)"
        )
        assert page.inner_text("#tip") == wanted[0]
        page.keyboard.press("ArrowRight")
        assert page.inner_text("#tip") == wanted[1]
        assert page.evaluate(ARROWS) == wanted[2:]
        assert page.is_visible("#tip")
        page.keyboard.press("Escape")
        assert not page.is_visible("#tip")
        seen.append(len(wanted))
    assert len(seen) == charts
    assert min(seen) >= 2


def test_a_pointer_shows_what_a_mark_says(look):
    page = look("one")
    mark = page.locator(".across .plot [data-says]").nth(1)
    mark.hover()
    assert page.inner_text("#tip") == mark.get_attribute("data-says")
    page.mouse.move(2, 2)
    assert not page.is_visible("#tip")


def test_the_download_is_the_report(look, one):
    page = look("one", accept_downloads=True)
    with page.expect_download() as started:
        page.click("#json")
    assert started.value.suggested_filename == "report.json"
    with open(started.value.path(), encoding="utf-8") as file:
        assert json.load(file) == one.report.to_dict()


def test_without_scripts_the_page_has_the_same_text_and_titles(look):
    page = look("one", java_script_enabled=False)
    assert page.locator("svg g > title").count() > 0
    assert page.locator("table").count() > 5


def test_print_is_light_and_has_no_controls(look):
    page = look("one", theme="dark")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.is_visible("nav")
    assert page.is_visible(".verdict")
    assert page.pdf()[:5] == b"%PDF-"
