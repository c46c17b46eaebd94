"""What differs is told, to the last bit, and whoever changes a receipt is found out."""

import json

import numpy as np
import pytest
from forged_receipts import OWN, RECEIPT, ROWS, changed
from jsonschema import Draft202012Validator

from cecli import attest, verify
from cecli.commands.schema import Name, json_schema
from cecli.core.errors import ColumnError


def different(found):
    return [(part.part, part.name) for part in found.differences]


LIES = [
    (("predicate", "result"), "FAILED", ("result", "result")),
    (("predicate", "passedTests"), [], ("result", "passedTests")),
    (("predicate", "failedTests"), ["x"], ("result", "failedTests")),
    (("predicate", "warnedTests"), ["x"], ("result", "warnedTests")),
    (("predicate", "configuration"), [], ("options", "digest")),
    ((*OWN, "columns", "prob"), ["q"], ("options", "columns")),
    ((*OWN, "task"), "multiclass", ("options", "task")),
    ((*OWN, "units"), "bits", ("options", "units")),
    ((*OWN, "classes"), ["1", "0"], ("classes", "classes")),
    ((*OWN, "positive"), None, ("classes", "positive")),
    ((*OWN, "rows", "digest"), "0" * 64, ("rows", "digest")),
    ((*OWN, "rows", "number"), 5, ("rows", "number")),
    ((*OWN, "rows", "weight"), 4.5, ("rows", "weight")),
    ((*OWN, "rows", "skipped"), {"rows": 1, "reasons": {"missing": 1}}, ("rows", "skipped")),
    ((*OWN, "state"), None, ("state", "sums")),
    ((*OWN, "groups"), None, ("groups", "number")),
    ((*OWN, "groups", "digest"), "0" * 64, ("groups", "digest")),
    ((*OWN, "metrics", "new"), 1.0, ("metrics", "new")),
    ((*OWN, "metrics", "brier"), None, ("metrics", "brier")),
    ((*OWN, "rules", 0, "verdict"), "fail", ("rules", "max brier=0.5 verdict")),
    ((*OWN, "rules", 0, "value"), None, ("rules", "max brier=0.5 value")),
]


@pytest.mark.parametrize(("path", "value", "told"), LIES)
def test_a_value_that_is_not_that_of_the_rows_is_told(path, value, told):
    found = verify(changed(path, value), ROWS)
    assert not found.same
    assert told in different(found)
    assert {part for part, _ in different(found)} == {told[0]}


def test_every_value_of_a_receipt_is_compared_but_for_who_made_it_and_of_what():
    def leaves(values, path=()):
        if isinstance(values, dict | list) and values:
            items = values.items() if isinstance(values, dict) else enumerate(values)
            return [leaf for key, value in items for leaf in leaves(value, (*path, key))]
        return [path]

    known = {path for path, _, _ in LIES} | {(*OWN, "metrics"), (*OWN, "options")}
    free = [("subject",), ("_type",), ("predicateType",), (*OWN, "made_with")]
    # What decides how the rows are read again, or which receipt it is.
    free += [(*OWN, name) for name in ("command", "schema_version")]
    free += [(*OWN, "rows", "method"), (*OWN, "state", "sums")]
    covered = [*known, *free, (*OWN, "rules"), (*OWN, "columns"), (*OWN, "groups")]
    for path in leaves(RECEIPT):
        assert any(path[: len(place)] == place for place in covered), path


def test_the_last_bit_counts():
    value = RECEIPT["predicate"]["cecli"]["metrics"]["brier"]
    found = verify(changed((*OWN, "metrics", "brier"), float(np.nextafter(value, 1))), ROWS)
    assert different(found) == [("metrics", "brier")]
    assert "brier" in str(found)
    assert repr(value) in str(found)


@pytest.mark.parametrize(("name", "value"), [("units", "bits"), ("clip", 0.3), ("level", 0.9)])
def test_other_options_are_those_of_another_receipt(name, value):
    receipt = changed((*OWN, "options", name), value)
    assert ("options", "digest") in different(verify(receipt, ROWS))


def test_options_that_do_not_fit_the_rows_are_an_error():
    with pytest.raises(ColumnError, match="'g' cannot be both prob and by"):
        verify(changed((*OWN, "options", "prob"), ["g"]), ROWS)


def test_another_rule_is_another_receipt():
    found = verify(changed((*OWN, "rules", 0, "rule"), "max brier=0.6"), ROWS)
    parts = {part for part, _ in different(found)}
    assert parts == {"options", "result"}


def test_versions_and_unknown_keys_are_not_compared():
    receipt = changed((*OWN, "made_with", "numpy"), "1.0")
    receipt["predicate"]["url"] = "https://example.org"
    receipt["more"] = {"a": [1]}
    found = verify(receipt, ROWS)
    assert found.same
    assert "made with numpy 1.0, verified with" in str(found)


def test_files_are_told_by_their_bytes(write):
    one, other = write("y,p\n1,0.5\n0,0.25\n"), write("y,p\n0,0.25\n1,0.5\n", "other.csv")
    receipt = attest(one, label="y", prob="p")
    for path, same in ((one, True), (other, False)):
        found = verify(receipt, path)
        assert (found.same, found.files[0].same_bytes) == (True, same)


def test_its_json_obeys_its_schema():
    for rows in (ROWS, {**ROWS, "p": [1.0, 1.0, 0.0, 0.5]}):
        document = verify(RECEIPT, rows).to_dict()
        Draft202012Validator(json_schema(Name.VERIFICATION)).validate(document)
        assert json.loads(json.dumps(document, allow_nan=False)) == document
