"""The JSON Schemas: valid, of all that is written, and changed by addition only."""

import copy
import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, ValidationError
from schema_additions import lost

from cecli.commands.schema import Name, json_schema
from cecli.core.errors import ExitCode

SNAPSHOTS = Path(__file__).parent / "snapshots"
READ = {Name.CONFIG}


@pytest.mark.parametrize("name", Name)
def test_a_schema_is_printed_and_is_one_of_draft_2020_12(cecli, name):
    done = cecli("schema", name)
    assert (done.returncode, done.stderr) == (ExitCode.OK, "")
    schema = json.loads(done.stdout)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"urn:cecli:schema:{name}:1"
    Draft202012Validator.check_schema(schema)


# Where this fails, a program that reads cecli's JSON would as well: add instead of changing, or
# raise SCHEMA_VERSION. With a release: cecli schema NAME > tests/report/snapshots/NAME.json
@pytest.mark.parametrize("name", Name)
def test_a_schema_changes_by_addition_only(name):
    snapshot = json.loads((SNAPSHOTS / f"{name}.json").read_text())
    assert lost(snapshot, json_schema(name), is_read=name in READ) == []


def without_property(schema):
    del schema["properties"]["metrics"]


def with_another_type(schema):
    schema["properties"]["task"]["type"] = "integer"


def no_longer_required(schema):
    schema["required"].remove("metrics")


def with_a_bound(schema):
    schema["properties"]["task"]["pattern"] = "x"


def without_an_alternative(schema):
    schema["properties"]["positive"]["anyOf"].pop()


def without_a_value(schema):
    schema["$defs"]["Verdict"]["enum"].remove("undecided")


@pytest.mark.parametrize(
    "change",
    [
        without_property, with_another_type, no_longer_required, with_a_bound,
        without_an_alternative, without_a_value,
    ],
)  # fmt: skip
def test_a_change_that_is_no_addition_is_found(change):
    schema = json_schema(Name.REPORT)
    changed = copy.deepcopy(schema)
    change(changed)
    assert lost(schema, changed, is_read=False)


def test_an_addition_is_none():
    schema = json_schema(Name.REPORT)
    more = copy.deepcopy(schema)
    more["properties"]["new"] = {"type": "string"}
    more["required"].append("new")
    more["$defs"]["Verdict"]["enum"].append("new")
    more["description"] = "other words"
    assert lost(schema, more, is_read=False) == []
    assert lost(schema, more, is_read=True) == ["/required/new"]


@pytest.mark.parametrize(
    ("name", "document"),
    [
        (Name.CONFIG, {"lable": "y"}),
        (Name.CONFIG, {"check": [{"max": 1}]}),
        (Name.CONFIG, {"check": [{"metric": "kl", "confidence": 1.0}]}),
        (Name.CONFIG, {"profiles": {"a": {"x": 1}}}),
        (Name.ERROR, {"schema_version": 1, "cecli": "0"}),
        (Name.REPORT, {"schema_version": 2}),
    ],
)
def test_a_schema_refuses_what_cecli_would(name, document):
    with pytest.raises(ValidationError):
        Draft202012Validator(json_schema(name)).validate(document)


def test_the_schema_of_the_configuration_takes_what_cecli_takes():
    rule = {"metric": "kl", "max": 1, "max-increase": "1%", "by": "segment"}
    config = {"label": "y", "prob": ["a", "b"], "from": "percent", "check": [rule]}
    Draft202012Validator(json_schema(Name.CONFIG)).validate({**config, "profiles": {"a": config}})
