"""Tables as text."""

import pytest

from cecli.core.errors import ExitCode


@pytest.mark.parametrize("name", ["::error::x", "##[error]x", "  ::warning file=x::y"])
def test_no_line_of_a_table_is_a_command_of_a_ci_service(cecli, write, name):
    path = write(f"y,prob_{name},prob_b\n{name},0.5,0.5\nb,0.25,0.75\n")
    done = cecli("score", path, "--label", "y", "--prob", "prob_*", "--quiet")
    assert done.returncode == ExitCode.OK, done.stderr
    assert name.strip()[1:] in done.stdout
    assert not any(line.lstrip().startswith(("::", "##[")) for line in done.stdout.splitlines())
