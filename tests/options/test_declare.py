"""An option is stated once: what follows from its statement, and that nothing else states it."""

from collections import defaultdict
from inspect import Parameter, signature
from pathlib import Path
from typing import Annotated

import numpy as np
import pytest
import typer

import cecli as package
from cecli.columns.bad_rows import OnBadRow
from cecli.commands.kl import kl
from cecli.commands.score import score
from cecli.core.errors import ExitCode, UsageError
from cecli.options.declare import READING, Family, Option
from cecli.options.groups import GroupOptions, ReplicateOptions
from cecli.options.keywords import CommandLine, echo, families_of, in_keywords, keys_of
from cecli.options.reading import Inputs, ReadingOptions
from cecli.options.reference import entries, families_of_public, stub
from cecli.options.scoring import Grouping
from cecli.options.values import grouping_of
from cecli.terminal.app import NAMES, Commands
from cecli.terminal.command import command_line, made
from cecli.terminal.output import OutputOptions

LINES = {name: command_line(name) for name in NAMES}
DERIVED = [name for name in package._HOMES if families_of_public(package._HOMES, name)]


def public(name):
    return getattr(package, name)


# A new option is one line


class MoreReading(ReadingOptions):
    """What reading would be with one more line."""

    first: Annotated[
        int | None, Option("Read the first N rows only.", READING, "N", min=1, echoed=True)
    ] = None


@in_keywords
def look(data, reading: MoreReading, *, progress=None):
    """Look at rows.

    Parameters
    ----------
    data : what is looked at.

    Returns
    -------
    What was asked.
    """
    return data, reading


def _look(inputs: Inputs, asked, style):
    """Look at rows."""
    return look(inputs.files, **asked)


_look.__annotations__ |= {"asked": dict, "style": object}
LOOK = CommandLine(_look, look, output=OutputOptions, configured=(MoreReading,))


def test_one_line_is_an_option_of_the_command_line():
    context = typer.Context(made("look", LOOK))
    (option,) = (p for p in context.command.params if p.name == "first")
    assert (option.opts, option.help, option.metavar) == (
        ["--first"],
        "Read the first N rows only.",
        "N",
    )
    assert option.process_value(context, "3") == 3
    with pytest.raises(typer.BadParameter):
        option.process_value(context, "0")


def test_one_line_is_a_keyword_of_the_python_function_and_in_its_documentation():
    assert signature(look).parameters["first"].default is None
    assert "\nfirst : Read the first N rows only.\n" in look.__doc__
    data, reading = look("x", first=3)
    assert (data, reading.first, reading.on_bad_row) == ("x", 3, OnBadRow.ERROR)


def test_one_line_is_a_key_of_the_configuration_and_is_stated_in_the_report():
    assert "first" in keys_of([MoreReading])
    assert "first" in LOOK.keys
    assert echo(MoreReading(first=3)) == {"first": 3}
    assert echo(MoreReading()) == {}


def test_one_line_is_in_the_reference():
    (entry,) = (entry for entry in entries({"look": LOOK}) if entry.name == "--first")
    assert (entry.help, entry.panel, entry.commands) == (
        "Read the first N rows only.", READING, ("look",)
    )  # fmt: skip


# Nothing is stated twice


def test_no_two_statements_have_the_same_words():
    stated = defaultdict(set)
    for line in LINES.values():
        for declared in line.declared.values():
            stated[declared.option.help].add(id(declared.option))
    assert [text for text, options in stated.items() if len(options) > 1] == []


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["x.csv"], set()),
        (["x.csv", "--first=3", "--format", "json"], {"first", "format"}),
        (["--first", "3", "-qo", "x.json"], {"first", "quiet", "output"}),
    ],
)
def test_a_command_line_needs_no_options_but_those_it_names(words, names):
    kept = {p.name for p in made("look", LOOK, words).params}
    short = {name for name, one in LOOK.declared.items() if one.option.short is not None}
    assert names | {"files"} <= kept
    assert kept <= names | {"files", "help_all"} | (short if "-qo" in words else set())


@pytest.mark.parametrize("name", NAMES)
def test_a_command_has_the_options_that_are_stated_of_it_and_no_other(name):
    parameters = {p.name for p in Commands()[name].params}
    assert parameters - {"help", "help_all"} == set(LINES[name].declared)


def test_the_reference_has_every_option_of_every_command_with_help():
    listed = {(command, entry.name) for entry in entries(LINES) for command in entry.commands}
    options = {
        (name, p.opts[0])
        for name in NAMES
        for p in Commands()[name].params
        if p.param_type_name == "option" and p.name not in {"help", "help_all"}
    }
    assert options <= listed
    assert all(entry.help[-1] in '.?…"' for entry in entries(LINES))


# Whatever changes a number is stated in the report

# Options that no report has among its `options`, each with its reason.
ELSEWHERE = {
    "label", "target", "prob", "log_prob", "n_bytes", "n_words", "weight", "count", "p", "q",
    "tokens",
    "column", "given", "by", "cluster", "fold_by", "member", "columns",
    "category",  # among `columns`
    "positive", "units",  # on their own
    "labels",  # stated if it is given, even if it is a DataFrame
    "over_rows", "categories",  # the task
    "explain", "show", "write",  # add something to the same numbers
    "max_groups", "max_categories",  # an error, or nothing
    "chunk_bytes", "workers", "engine", "scheduler", "save_state",  # how the work is done
}  # fmt: skip


@pytest.mark.parametrize(
    "name", ["score", "calibration", "compare", "kl", "entropy", "worst", "fit", "slices", "drift"]
)
def test_an_option_is_stated_in_the_report_or_changes_no_number(name):
    declared = LINES[name].declared
    own = {option for family in families_of(public(name)).values() for option in family.declared}
    silent = {option for option in own if not declared[option].option.echoed} - {"rows"}
    assert silent <= ELSEWHERE
    assert {option for option in own if declared[option].option.echoed}.isdisjoint(ELSEWHERE)


@pytest.mark.parametrize(
    ("options", "stated"),
    [
        (["--missing", "NA", "--missing", "skip"], {"missing": "NA,skip"}),
        (["--on-bad-row", "skip", "--max-bad", "2"], {"on_bad_row": "skip", "max_bad": "2"}),
        (["--encoding", "latin-1"], {"encoding": "latin-1"}),
        (["--comment", "#", "--delimiter", ","], {"delimiter": ",", "comment": "#"}),
        (["--quotechar", "'"], {"quotechar": "'"}),
        (["--quotechar", '"', "--level", "0.95", "--encoding", "utf-8"], {}),
        (["--chunk-bytes", "10", "--workers", "1"], {}),
        (["--bootstrap", "100"], {"bootstrap": 100, "seed": 0}),
        (["--from", "percent", "--clip", "0.1"], {"from": "percent", "clip": 0.1}),
    ],
)
def test_what_was_asked_for_is_stated(cecli, write, options, stated):
    import json

    done = cecli("score", write("y,p\n1,0.9\n0,0.2\n"), *options, "--json")
    assert done.returncode == ExitCode.OK, done.stderr
    assert json.loads(done.stdout)["options"] == stated


def test_no_header_is_stated_by_the_name_of_its_option(write):
    report = score(write("1,0.9\n0,0.2\n"), header=False, label="1", prob="2")
    assert report.options == {"no_header": True}


def test_a_text_and_a_number_of_bad_rows_are_stated_alike():
    options = [ReadingOptions.taken_from({"max_bad": given}) for given in (2, "2")]
    assert options[0] == options[1]


# One value is given once


COMMANDS = {name: Commands()[name] for name in NAMES}


def single_valued(name):
    for parameter in COMMANDS[name].params:
        if (
            parameter.param_type_name == "option"
            and not parameter.multiple
            and not parameter.is_flag
        ):
            yield from ((name, option) for option in parameter.opts)


@pytest.mark.parametrize(
    ("name", "option"), [pair for name in NAMES for pair in single_valued(name)]
)
def test_an_option_that_takes_one_value_is_refused_twice(name, option):
    with pytest.raises(UsageError, match="is given twice, as 'a' and 'b'"):
        COMMANDS[name].make_context(name, [option, "a", option, "b"])


def test_an_option_given_twice_is_a_usage_error_that_names_both_values(cecli, write):
    path = write("y,p\n1,0.9\n0,0.2\n")
    done = cecli("score", path, "--label", "y", "--label=z")
    assert (done.returncode, done.stdout) == (ExitCode.USAGE, "")
    assert done.stderr.startswith("error: --label is given twice, as 'y' and 'z'\n")
    assert cecli("score", path, "-o", "a.json", "--output", "b.json").returncode == ExitCode.USAGE


def test_flags_and_lists_may_repeat(cecli, write):
    path = write("y,p,a,b\n1,0.9,1,2\n0,0.2,1,2\n")
    done = cecli("score", path, "--json", "--json", "--by", "a", "--by", "b")
    assert done.returncode == ExitCode.OK


# Python


@pytest.mark.parametrize("name", DERIVED)
def test_a_function_documents_every_keyword(name):
    text = public(name).__doc__.partition("\nReturns\n")[0]
    documented = {
        word.strip()
        for line in text.splitlines()
        if " : " in line
        for word in line.partition(" : ")[0].split(",")
    }
    keywords = {p.name for p in signature(public(name)).parameters.values()}
    assert keywords - {"progress"} <= documented


def test_the_stub_is_what_the_statements_give():
    # Where this fails: python -m cecli.options.reference > cecli/__init__.pyi
    path = Path(package.__file__).with_suffix(".pyi")
    assert path.read_text() == stub(package._HOMES)


def test_a_function_takes_no_other_keywords_and_all_that_it_needs():
    with pytest.raises(TypeError, match="unexpected keyword argument 'lable'"):
        score({"y": [1], "p": [0.5]}, lable="y")
    with pytest.raises(UsageError, match="--q COL is required"):
        kl({"p": [1]}, p="p")
    with pytest.raises(UsageError, match="takes 2 arguments without a keyword, and 3"):
        score([1], [0.5], "y")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"units": "bats"}, "--units 'bats': choose nats or bits"),
        ({"scale": "percents"}, "--from 'percents': choose probability or"),
        ({"on_bad_row": "ignore"}, "--on-bad-row 'ignore': choose error or skip"),
        ({"seed": 1}, "--seed needs --bootstrap"),
        ({"workers": 0}, "--workers 0 is below 1"),
    ],
)
def test_a_value_that_is_none_is_a_usage_error_in_python_too(given, message):
    with pytest.raises(UsageError, match=message):
        score({"y": [1, 0], "p": [0.5, 0.5]}, **given)


def test_names_are_one_or_several():
    data = {"y": [1, 0], "p": [0.5, 0.25], "g": ["a", "b"]}
    assert score(data, by="g") == score(data, by=["g"]) == score(data, by=np.array(["g"]))
    numbered = {"y": [1, 0], "p": [0.5, 0.25], "1": ["a", "b"]}
    assert score(numbered, by=1) == score(numbered, by=np.int64(1))


# Families


def test_a_family_is_a_frozen_value():
    options = GroupOptions(level=0.9)
    assert options == GroupOptions(level=0.9) != GroupOptions()
    assert hash(options) == hash(GroupOptions(level=0.9))
    assert "level=0.9" in repr(options)
    with pytest.raises(AttributeError):
        options.level = 0.8
    with pytest.raises(TypeError):
        GroupOptions(lavel=0.9)
    with pytest.raises(TypeError, match="'files'"):
        Inputs()


def test_what_a_missing_option_stands_for_is_what_happens_without_it():
    usual = {name: one.option.usual for name, one in GroupOptions.declared.items()}
    given = {name: value for name, value in usual.items() if value is not None}
    by = {"by": ("a",)}
    assert grouping_of(GroupOptions(**by, **given)) == grouping_of(GroupOptions(**by))
    assert grouping_of(GroupOptions(**by)) == Grouping(**by)
    assert echo(GroupOptions(by=("a",), **given)) == {}


def test_a_seed_needs_something_to_be_drawn():
    with pytest.raises(UsageError, match="--seed needs --bootstrap"):
        ReplicateOptions(seed=1)


def test_a_command_lists_nothing_that_it_always_refuses():
    options = {p.name for p in Commands()["worst"].params}
    assert {"bootstrap", "seed"}.isdisjoint(options)
    assert {"bootstrap", "seed"}.isdisjoint(signature(package.worst).parameters)


def test_options_without_a_default_are_required():
    class Asked(Family):
        name: Annotated[str, Option("What it is called.")]

    @in_keywords
    def ask(asked: Asked):
        return asked.name

    assert signature(ask).parameters["name"].default is Parameter.empty
    assert ask(name="x") == "x"
