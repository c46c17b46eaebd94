"""What the site has beside the guides: the page for developers, and the pages of reference.

MkDocs calls these functions by their names.
"""

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

DOCS = Path(__file__).parent
CONTRIBUTING = "contributing.md"


def on_config(config: MkDocsConfig) -> None:
    """List the pages of reference, which are generated, whatever there is of them."""
    pages = sorted(path.relative_to(DOCS).as_posix() for path in DOCS.glob("reference/*.md"))
    config.nav.append({"Develop": ["python.md", "architecture.md", CONTRIBUTING]})
    if pages:
        config.nav.append({"Reference": pages})


def on_files(files: Files, config: MkDocsConfig) -> None:
    """Take the page for developers, which stands in the root of the repository."""
    text = (DOCS.parent / "CONTRIBUTING.md").read_text()
    text = text.replace("](docs/", "](").replace("[CHANGELOG.md](CHANGELOG.md)", "CHANGELOG.md")
    files.append(File.generated(config, CONTRIBUTING, content=text))


def on_page_markdown(markdown: str, **_: object) -> str:
    """Lead links to the page for developers to where the site has it."""
    return markdown.replace("](../CONTRIBUTING.md)", f"]({CONTRIBUTING})")
