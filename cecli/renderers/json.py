"""The report as JSON, after the contract."""

from cecli.report import Report


def render(report: Report) -> str:
    return f"{report.to_json()}\n"
