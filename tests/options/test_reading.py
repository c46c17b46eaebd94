"""The options that say who reads: what goes together, and what a configuration may say."""

import pytest

import cecli
from cecli.core.errors import ExitCode, UsageError
from cecli.engines.dask import Dask
from cecli.engines.threads import Threads
from cecli.options.reading import ReadingOptions
from cecli.options.values import engine_of


def asked(**options):
    return engine_of(ReadingOptions.taken_from(options))


def test_threads_read_unless_another_engine_is_named():
    assert isinstance(asked(), Threads)
    assert asked(engine="serial") == asked(workers=1) == Threads(1)
    assert isinstance(asked(engine="dask"), Dask)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"scheduler": "tcp://x:1"}, "--scheduler needs --engine dask"),
        ({"scheduler": "tcp://x:1", "engine": "threads"}, "--scheduler needs --engine dask"),
        ({"scheduler": "tcp://x:1", "engine": "dask", "workers": 2}, "exclude each other"),
        ({"engine": "serial", "workers": 2}, "--engine serial is one thread"),
        ({"engine": "spark"}, "--engine 'spark': choose serial or threads or dask"),
    ],
)
def test_options_that_contradict_each_other_are_refused(options, error):
    with pytest.raises(UsageError, match=error):
        cecli.score("none.csv", **options)


def test_the_command_line_overrides_the_cluster_of_a_configuration(cecli, tmp_path):
    (tmp_path / "a.csv").write_text("y,p\n1,0.5\n0,0.25\n")
    (tmp_path / "cecli.toml").write_text('engine = "dask"\nscheduler = "nonsense://x"\n')
    done = cecli("score", "a.csv")
    assert done.returncode == ExitCode.USAGE
    assert "no scheduler answers at nonsense://x" in done.stderr
    done = cecli("score", "a.csv", "--engine", "threads", "--json")
    assert (done.returncode, '"rows": 2' in done.stdout) == (ExitCode.OK, True)
