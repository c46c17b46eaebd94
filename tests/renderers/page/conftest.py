"""Pages of real reports, made once, and a browser to look at them with."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pages import NASTY, rendered, rows_of

from cecli.commands.report import page

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def one() -> Any:
    """Return the content of the page of one model with slices and worst rows."""
    return page(
        rows_of(400), label="y", prob=["p"], by=[f"g{NASTY}"], include_rows=5, show=["id"],
        output="report.html",
    )  # fmt: skip


@pytest.fixture(scope="session")
def several() -> Any:
    """Return the content of the page of two models with slices."""
    return page(rows_of(400), label="y", prob=["p", f"q{NASTY}"], by=[f"g{NASTY}"], margin=0.01)


@pytest.fixture(scope="session")
def files(one: Any, several: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the pages as files, by name."""
    folder = tmp_path_factory.mktemp("pages")
    found = {}
    for name, content in (("one", one), ("several", several)):
        found[name] = folder / f"{name}.html"
        found[name].write_text(rendered(content), encoding="utf-8")
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Return a headless browser; .ci/run installs Debian's Chromium where there is none."""
    sync = pytest.importorskip("playwright.sync_api", reason="playwright drives the browser")
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip(f"no browser: none of {', '.join(BROWSERS)} is on the path")
    with sync.sync_playwright() as driver:
        # Root, as in a container, has no sandbox.
        sandbox = os.name == "nt" or os.getuid() != 0
        opened = driver.chromium.launch(executable_path=path, chromium_sandbox=sandbox)
        yield opened
        opened.close()


@pytest.fixture
def look(browser: Any, files: dict[str, Path]) -> Iterator[Callable[..., Any]]:
    """Return a function that opens a page, and fails if it says or asks for anything."""
    contexts, said, asked = [], [], []

    def opened(name: str, width: int = 1400, theme: str = "light", **more: Any) -> Any:
        size = {"width": width, "height": 900}
        context = browser.new_context(viewport=size, color_scheme=theme, **more)
        contexts.append(context)
        shown = context.new_page()
        shown.on("console", lambda message: said.append(message.text))
        shown.on("pageerror", lambda error: said.append(str(error)))
        shown.on("dialog", lambda dialog: said.append(dialog.message))
        shown.on("request", lambda request: asked.append(request.url))
        shown.goto(files[name].as_uri())
        return shown

    yield opened
    for context in contexts:
        context.close()
    assert said == []
    assert {url for url in asked if not url.startswith("blob:")} <= {
        path.as_uri() for path in files.values()
    }
