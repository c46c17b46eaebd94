"""How the verdicts of a check are written."""

import json

from cecli.checks.outcome import Checked
from cecli.cli.output import Format, Style
from cecli.errors import UsageError
from cecli.glossary import Direction


def text_of(checked: Checked, format: Format, style: Style) -> str:
    """Return the verdicts in a format.

    Raises
    ------
    UsageError
        If it is not one for verdicts.
    """
    match format:
        case Format.TABLE:
            from cecli.renderers import verdicts

            return style.table(verdicts.sheet_of(checked, style.digits))
        case Format.MARKDOWN:
            from cecli.renderers import verdicts

            return verdicts.render_markdown(checked, style.digits)
        case Format.JSON:
            return json.dumps(checked.to_dict(), indent=2, allow_nan=False) + "\n"
        case Format.JSONL:
            return json.dumps(checked.to_dict(), allow_nan=False) + "\n"
        case Format.JUNIT:
            from cecli.renderers import junit

            return junit.render(checked)
        case Format.GITHUB:
            from cecli.renderers import github

            return github.render(checked)
        case Format.SMALLER_IS_BETTER | Format.BIGGER_IS_BETTER:
            from cecli.renderers import tracker

            smaller = format is Format.SMALLER_IS_BETTER
            return tracker.render(checked, Direction.LOWER if smaller else Direction.HIGHER)
        case Format.CSV:
            raise UsageError("--format csv is for the metrics of a report, not for verdicts")
