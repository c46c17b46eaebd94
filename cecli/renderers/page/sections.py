"""A section of a page: its heading, its name in the contents, and what it has."""

from typing import NamedTuple

from cecli.renderers.page.tags import Html, tag


class Section(NamedTuple):
    """A section; without parts it is left out.

    Attributes
    ----------
    key : its id: letters and hyphens.
    lead : a sentence that says what is seen.
    """

    key: str
    title: str
    parts: tuple[Html, ...]
    lead: str = ""

    def html(self) -> Html:
        """Return the section as an element."""
        heading = tag("h2", self.title, id=f"{self.key}-title")
        lead = [tag("p", self.lead, class_="lead")] if self.lead else []
        labelled = f"{self.key}-title"
        return tag("section", heading, *lead, *self.parts, id=self.key, aria_labelledby=labelled)
