"""A report is built once, of the parts that findings yield, and in the units of its head."""

import math
from dataclasses import dataclass

import pytest

from cecli.columns.column import Column
from cecli.columns.roles import SHARE
from cecli.core.errors import InputError
from cecli.core.evaluate import evaluate
from cecli.core.plan import Given, Plan, by_role
from cecli.core.statistic import States
from cecli.options.reading import ReadingOptions
from cecli.options.values import reading_of
from cecli.readers.opening import open_table
from cecli.report.parts import Comparison, Conclusion, Row
from cecli.report.report import ClassNames, Head, OfClass
from cecli.report.result import Group, Interval, Measure, Notice, Result, Units
from cecli.statistics.mean import WEIGHT

LN2 = math.log(2.0)
COLUMNS = [Column("x", "x", SHARE)]
LOSS = Result("loss", "of a row", LN2, Measure.INFORMATION, Interval(LN2, 0.0, 2 * LN2, 0.95))


def report_of(*findings, units=Units.BITS, options=None):
    head = Head("score", "binary", units, by_role(COLUMNS), options or {})
    table = open_table({"x": [0.25, 0.5]}, reading_of(ReadingOptions()))
    return evaluate(table, Plan(COLUMNS, (), findings, head))


def test_all_information_is_converted_once_wherever_it_stands():
    row = Row("x.csv", 2, LN2, {}, None, None, {})
    compared = Comparison("a", "b", Conclusion.WORSE, "said", "t", (LOSS,))
    group = Group({"class": "a"}, 1, 1.0, (LOSS,))
    report = report_of(Given([LOSS, group, OfClass(group), compared, row]))
    results = [
        *report.results,
        *report.groups[0].results,
        *report.per_class[0].results,
        *report.comparisons[0].results,
    ]
    assert [result.value for result in results] == [1.0] * 4
    assert {result.interval for result in results} == {Interval(1.0, 0.0, 2.0, 0.95)}
    assert report.rows[0].loss == 1.0


def test_parts_of_a_kind_keep_the_order_of_their_findings():
    first, second = Notice("first", "a"), Notice("second", "b")
    report = report_of(Given([LOSS, first]), Given([ClassNames(("0", "1"), True), second, LOSS]))
    assert report.notices == (first, second)
    assert len(report.results) == 2
    assert (report.classes, report.positive) == (("0", "1"), "1")


def test_undefined_metrics_are_noticed_last_one_notice_a_reason():
    lost = Result("a", "", None, undefined="nothing is lost")
    also = Result("b", "", None, undefined="nothing is lost")
    report = report_of(Given([lost, also]), Given([Notice("code", "said")]))
    assert [notice.code for notice in report.notices] == ["code", "undefined-metric"]
    assert report.notices[1].message == "a and b: undefined, because nothing is lost"


def test_options_that_were_not_asked_for_are_left_out():
    assert report_of(Given([LOSS]), options={"clip": None, "level": 0.9}).options == {"level": 0.9}


@dataclass(frozen=True)
class Refusal:
    statistics = (WEIGHT,)

    def finish(self, states):
        raise InputError(f"{states[WEIGHT].rows} rows are refused")


def test_a_finding_may_refuse():
    with pytest.raises(InputError, match="2 rows are refused"):
        report_of(Given([LOSS]), Refusal())


def test_what_findings_share_is_computed_once():
    calls = []
    states = States({})

    def compute(of):
        calls.append(of)
        return len(calls)

    assert (states.once(compute), states.once(compute)) == (1, 1)
    assert calls == [states]
