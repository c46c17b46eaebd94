"""The receipt of a stranger: refused where it is none, and never obeyed."""

import json
from contextlib import suppress

import pytest
from forged_receipts import OWN, RECEIPT, ROWS, changed
from hypothesis import given, settings
from hypothesis import strategies as st

from cecli import attest, verify
from cecli.core.errors import CecliError, InputError
from cecli.receipts.reading import LARGEST


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is empty"),
        ("{", "is not JSON"),
        ("[]", "its _type is not https://in-toto.io/Statement/v1"),
        ('{"_type": "https://in-toto.io/Statement/v0.1"}', "its _type is not"),
        ('{"_type": "x", "_type": "x"}', "'_type' occurs twice"),
        ('{"_type": NaN}', "NaN is not JSON"),
        ('{"_type": 1e999}', "beyond the range of a float64"),
        ("[" * 100_000, "is not a receipt"),
        ("\xff", "is not a receipt"),
        (json.dumps({**RECEIPT, "predicateType": "x"}), "is another attestation"),
        (json.dumps({**RECEIPT, "predicate": {}}), "is a receipt of another program"),
        (json.dumps(changed((*OWN, "schema_version"), 2)), "schema version '2', not 1"),
        (json.dumps(changed((*OWN, "schema_version"), True)), "schema version 'True', not 1"),
        (" " * (LARGEST + 1), "is too large for a receipt"),
    ],
)
def test_what_is_no_receipt_is_refused(write, text, told):
    with pytest.raises(InputError) as refused:
        verify(write(text, "r.json"), ROWS)
    if told != "is not a receipt":
        assert told in str(refused.value)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("subject",), None), (("subject", 0, "digest"), "x"), (("predicate", "result"), "MAYBE"),
        (("predicate", "passedTests"), [1]), ((*OWN, "rows", "digest"), "0"),
        ((*OWN, "rows", "number"), -1), ((*OWN, "rows", "number"), 10**400),
        ((*OWN, "rows", "method"), "sum"), ((*OWN, "command"), "apply"),
        ((*OWN, "metrics", "brier"), "x"), ((*OWN, "metrics"), []), ((*OWN, "units"), "bytes"),
        ((*OWN, "options"), {"clip": {}}), ((*OWN, "options"), {"clip": [1]}),
        ((*OWN, "options"), {"base_rate": 10**400}), ((*OWN, "rules"), [{}]),
        ((*OWN, "rules", 0, "verdict"), "maybe"), ((*OWN, "made_with"), {}),
    ],
)  # fmt: skip
def test_values_of_other_types_are_refused(path, value):
    with pytest.raises(InputError, match="is not a receipt"):
        verify(changed(path, value), ROWS)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("labels", "/etc/passwd"), ("save_state", "out.state"), ("workers", 1 << 20),
        ("chunk_bytes", 1), ("encoding", "utf-16"), ("delimiter", ";"), ("nothing", "x"),
        ("bootstrap", 1000), ("within", "g"), ("explain", True), ("clip", "0.1"), ("units", "x"),
        ("by", "g"), ("normalize", 1), ("tell", "x"), ("progress", "x"), ("state", "x.state"),
        ("data", "x.csv"), ("on_bad_row", "x"),
    ],
)  # fmt: skip
def test_options_that_no_receipt_has_are_refused(name, value, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=f"of an option that is unknown: '{name}'"):
        verify(changed((*OWN, "options", name), value), ROWS)
    assert list(tmp_path.iterdir()) == []


def test_a_rule_that_is_none_is_refused():
    for text in ("max-increase brier=1%", "max brier", "__import__('os')"):
        with pytest.raises(InputError, match="of a rule that is unknown"):
            verify(changed((*OWN, "rules", 0, "rule"), text), ROWS)


def test_no_path_in_a_receipt_is_opened(write, tmp_path):
    path = write("y,p\n1,0.5\n0,0.25\n")
    receipt = attest(path, label="y", prob="p")
    text = receipt.to_json().replace(path, str(tmp_path / "gone.csv"))
    assert verify(write(text, "r.json"), path).same


def different(found):
    return {(part.part, part.name) for part in found.differences}


scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=5), st.sampled_from(["y", "p", "g", "*", "p_*", "@", "a,b", "\0", "skip"]),
)  # fmt: skip
values = st.one_of(scalars, st.lists(scalars, max_size=3))
NAMES = [
    *("label", "target", "prob", "log_prob", "n_bytes", "weight", "count", "positive", "scale"),
    *("normalize", "base_rate", "clip", "ordered", "units", "event", "predicted", "classes"),
    *("pairs", "multilabel", "model", "by", "min_count", "max_groups", "cluster", "level", "id"),
    *("by_position", "on_unmatched", "missing", "on_bad_row", "max_bad"),
]


@settings(max_examples=30)
@given(st.dictionaries(st.sampled_from(NAMES), values, max_size=3))
def test_wild_options_end_in_an_error_or_an_answer(options):
    known = RECEIPT["predicate"]["cecli"]["options"]
    with suppress(CecliError):
        found = verify(changed((*OWN, "options"), {**known, **options}), ROWS)
        assert found.same is (("options", "digest") not in different(found))


def paths_in(values, path=()):
    yield path
    if isinstance(values, dict | list):
        for key, value in values.items() if isinstance(values, dict) else enumerate(values):
            yield from paths_in(value, (*path, key))


PLACES = [path for path in paths_in(RECEIPT) if path]


@settings(max_examples=30)
@given(st.sampled_from(PLACES), values)
def test_a_wild_value_anywhere_ends_in_an_error_or_an_answer(path, value):
    with suppress(CecliError):
        forged = changed(path, value)
        assert verify(forged, ROWS).same or forged != RECEIPT
