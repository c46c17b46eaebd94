"""The command line: options in, text out, and the one place that exits."""

from cecli.cli.process import main as main
