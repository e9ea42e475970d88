"""A loss that one group of briefs hides in the mean is named, under a name that MLflow takes."""

from __future__ import annotations

import dataclasses

from mlflow.utils.validation import _validate_metric_name

from smm_voice.metrics.base import Score
from smm_voice.report.render import html_report
from smm_voice.report.strata import weak_groups
from smm_voice.tracking.names import flatten_regressions
from tests.report.conftest import BRIEFS, CARD

RATE = "factuality/unsupported_rate"


def grouped(evaluation, ours: tuple[float, float]):
    """Half of the briefs in each group; the rivals have 0.3 everywhere, the subject `ours`."""
    topics = ["launch, <rocket>", "été & Co."]
    labels = [topics[i % 2] for i in range(BRIEFS)]
    values = tuple(ours[i % 2] + 0.01 * (i % 5) for i in range(BRIEFS))
    rivals = tuple(0.3 + 0.01 * (i % 3) for i in range(BRIEFS))
    arms = {}
    for arm, scores in evaluation.arms.items():
        of_brief = values if arm == "candidate" else rivals
        arms[arm] = {**scores, RATE: Score(0.3, 0.2, 0.4, BRIEFS, of_brief)}
    return dataclasses.replace(evaluation, arms=arms, strata={"topic": labels})


def test_the_group_that_loses_is_named(make_evaluation):
    found = weak_groups(grouped(make_evaluation(), (0.0, 0.6)))
    assert {(r.group, r.rival, r.loss) for r in found} == {
        ("launch, <rocket>", "base", False), ("launch, <rocket>", "prompted", False),
        ("été & Co.", "base", True), ("été & Co.", "prompted", True),
    }  # fmt: skip
    assert all(r.metric == RATE and r.n == 50 for r in found)
    lost = next(r for r in found if r.loss)
    assert lost.low > 0, "more facts without a source are worse"


def test_every_number_of_a_group_is_logged_as_it_is_shown(make_evaluation):
    evaluation = grouped(make_evaluation(), (0.0, 0.6))
    found = weak_groups(evaluation)
    logged = flatten_regressions(found)
    assert len(logged) == 3 * len(found)
    page = html_report(evaluation, CARD, "en", (), found)
    for name, value in logged.items():
        _validate_metric_name(name)
        shown = f"{abs(value):.2f}"
        assert f'data-metric="{name}">{"+" if value >= 0 else "−"}{shown}<' in page


def test_no_groups_no_rows(make_evaluation):
    evaluation = make_evaluation()
    assert weak_groups(evaluation) == []
    one = dataclasses.replace(evaluation, strata={"platform": ["x"] * BRIEFS})
    assert weak_groups(one) == []
    no_floor = make_evaluation(arms=("human", "base", "candidate"))
    assert weak_groups(grouped(no_floor, (0.0, 0.6))) == []
