"""Curves of ranking have their areas and intervals beside their names."""

from drawings import parsed, words_in

from cecli.pictures.picture import Trace
from cecli.pictures.ranking import precision_recall, roc_curve
from cecli.pictures.svg import svg_of
from cecli.report.curves import CurvePoints, RankingCurve

POINTS = CurvePoints((0.0, 0.2, 1.0), (0.0, 0.7, 1.0))


def words(picture):
    return [word.text for word in words_in(parsed(svg_of(picture)))]


def test_one_model_has_its_area_and_interval_in_the_key():
    model = RankingCurve("lgbm", POINTS, 0.74491, 0.74213, 0.74772)
    assert "lgbm: AUC 0.7449 [0.7421, 0.7477]" in words(roc_curve([model]))
    assert "lgbm: AUC 0.745" in words(roc_curve([RankingCurve("lgbm", POINTS, 0.74491)]))
    assert "lgbm: AUC undefined" in words(roc_curve([RankingCurve("lgbm", POINTS)]))


def test_several_models_have_their_names_and_the_numbers_are_in_the_table():
    models = [RankingCurve("a", POINTS, 0.7), RankingCurve("b", POINTS, 0.8, 0.7, 0.9)]
    picture = roc_curve(models)
    assert {"a", "b"} <= set(words(picture))
    assert picture.numbers[0].rows == (("a", "0.7", ""), ("b", "0.80", "0.70, 0.90"))
    assert "b: AUC 0.80 [0.70, 0.90]." in picture.description


def test_the_reference_is_the_diagonal_or_the_base_rate():
    model = [RankingCurve("a", POINTS, 0.7)]
    first = roc_curve(model).panels[0].marks[0]
    assert isinstance(first, Trace)
    assert (first.x, first.y, first.series) == ((0.0, 1.0), (0.0, 1.0), None)
    rate = precision_recall(model, 0.27).panels[0].marks[0]
    assert (rate.y, rate.label) == ((0.27, 0.27), "base rate 0.27")
