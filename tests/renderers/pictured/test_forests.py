"""The picture of a report shows the numbers of the report."""

import math

import pytest
from drawings import assert_nothing_is_cut_and_no_words_overlap

import cecli
from cecli.pictures.svg import svg_of
from cecli.renderers.pictured.plots import picture_of

NASTY = "<b>&\"'|`"
ROWS = "y,p,q,r,g,w\n" + "".join(
    f'{i % 2},{0.3 + 0.4 * (i % 2) + 0.01 * (i % 7)},{0.5 + 0.01 * (i % 3)},'
    f'{0.2 + 0.5 * (i % 2) + 0.02 * (i % 5)},"{"ab"[i % 2]}{i % 4}",{i}\n'
    for i in range(400)
)  # fmt: skip


@pytest.fixture
def path(write):
    return write(ROWS)


def drawn(report):
    picture = picture_of(report.to_document())
    assert_nothing_is_cut_and_no_words_overlap(svg_of(picture))
    return picture


def held(result):
    interval = result.interval
    return result.value, *((interval.lower, interval.upper) if interval else (None, None))


def shown(estimate):
    return estimate.value, estimate.lower, estimate.upper


def test_a_score_by_groups_shows_the_loss_of_each_beside_that_of_all_rows(path):
    report = cecli.score(path, label="y", prob="p", by="g")
    (forest,) = drawn(report).panels
    total, *groups = forest.estimates
    assert shown(total) == held(report.results[0])
    assert (total.is_total, total.rows, forest.reference) == (True, 400, total.value)
    assert [shown(group) for group in groups] == [held(g.results[0]) for g in report.groups]
    assert [group.name for group in groups] == [g.key["g"] for g in report.groups]
    assert (forest.of, forest.level, forest.quantity) == ("g", 0.95, "cross_entropy, nats")


def test_a_score_without_groups_shows_its_loss(path):
    (forest,) = drawn(cecli.score(path, label="y", prob="p", units="bits")).panels
    assert len(forest.estimates) == 1
    assert (forest.quantity, forest.reference) == ("cross_entropy, bits", None)


def test_a_comparison_shows_the_difference_of_each_group_beside_0_and_the_margin(path):
    report = cecli.compare(path, label="y", prob=["p", "q"], by="g", margin=0.01)
    picture = drawn(report)
    (forest,) = picture.panels
    total, *groups = forest.estimates
    assert (forest.reference, forest.margin) == (0.0, 0.01)
    assert shown(total) == held(report.comparisons[0].results[0])
    assert [shown(g) for g in groups] == [held(g.results[0]) for g in report.groups]
    assert picture.title == report.comparisons[0].sentence
    # The groups hold at once, and so each at another level than all rows.
    assert forest.level is None
    assert any("95% for all rows, 98.8% for each group" in note for note in picture.notes)


def test_several_models_without_groups_are_rows_of_one_plot(path):
    report = cecli.compare(path, label="y", prob=["p", "q", "r"])
    picture = drawn(report)
    (forest,) = picture.panels
    assert [row.name for row in forest.estimates] == ["q", "r"]
    assert [shown(row) for row in forest.estimates] == [
        held(comparison.results[0]) for comparison in report.comparisons
    ]
    for comparison in report.comparisons:
        assert comparison.sentence in picture.notes
        assert comparison.sentence in picture.description


def test_several_models_with_groups_have_a_plot_each(path):
    report = cecli.compare(path, label="y", prob=["p", "q", "r"], by="g")
    panels = drawn(report).panels
    assert [panel.title for panel in panels] == ["q against p", "r against p"]
    for panel, number in zip(panels, (2, 3), strict=True):
        for row, group in zip(panel.estimates[1:], report.groups, strict=True):
            assert row.value == group.metrics[f"difference_{number}"]


def test_a_divergence_is_what_a_report_on_divergences_shows(path):
    report = cecli.kl(path, p="p", q="q", by="g")
    (forest,) = drawn(report).panels
    assert forest.quantity == "kl, nats"
    assert forest.estimates[0].value == report["kl"]
    assert [row.value for row in forest.estimates[1:]] == [g.metrics["kl"] for g in report.groups]


def test_the_worst_rows_are_shown_with_their_losses(path):
    report = cecli.worst(path, label="y", prob="q", rows=5)
    (forest,) = drawn(report).panels
    assert [row.value for row in forest.estimates[1:]] == [row.loss for row in report.rows]
    assert [row.name for row in forest.estimates[1:]] == [f"line {r.line}" for r in report.rows]
    assert forest.estimates[0].value == report["cross_entropy"]


def test_a_fit_shows_the_loss_before_and_after_it(path):
    report = cecli.fit(path, label="y", prob="q", model="platt")
    (forest,) = drawn(report).panels
    assert [row.value for row in forest.estimates] == [
        report["cross_entropy"],
        report["calibrated_cross_entropy"],
    ]


def test_an_infinite_loss_in_one_group_leaves_the_others_readable(write):
    path = write("y,p,g\n" + "1,0.75,a\n0,0.25,a\n1,0.5,b\n" * 20 + "1,0,c\n1,0.5,\n")
    report = cecli.score(path, label="y", prob="p", by="g")
    (forest,) = drawn(report).panels
    values = {row.name: row.value for row in forest.estimates}
    assert values["all rows"] == values["c"] == math.inf
    assert forest.reference is None
    assert "(empty)" in values


def test_names_of_columns_and_groups_are_only_text(write):
    path = write(f'y,p,"{NASTY.replace(chr(34), chr(34) * 2)}"\n' + "1,0.75,<i>\n0,0.25,<b>\n" * 9)
    report = cecli.score(path, label="y", prob="p", by=NASTY)
    picture = drawn(report)
    assert picture.panels[0].of == NASTY
    assert "<b>&" not in svg_of(picture)
