"""What a lead reads behind the links that a training prints."""

import json

import mlflow
import pytest

from smm_voice.config import TrackingConfig, Workspace
from smm_voice.metrics.base import Finding
from smm_voice.tracking import links
from smm_voice.tracking.arm_runs import ArmRow, log_arm
from smm_voice.tracking.store import open_store

HOSTILE = '<img src=x onerror="document.title=1"> **Now** <script>document.title=2</script>'


@pytest.fixture(scope="module")
def trained(finished):
    workspace, _ = finished
    client = mlflow.MlflowClient(f"sqlite:///{workspace}/mlflow.db")
    experiment = client.get_experiment_by_name("small").experiment_id
    wanted = "tags.`smm.kind` = 'train'"
    return client.search_runs([experiment], wanted, order_by=["attributes.start_time"])[0]


@pytest.fixture(scope="module")
def arms(finished, ui):
    """(store, two runs) of a brand whose arms answered three briefs."""
    workspace, _ = finished
    config = TrackingConfig(uri=None, register=False, ui=ui)
    store = open_store(config, Workspace(workspace, workspace), "made", "Made & Co")

    def log(arm, texts, found=()):
        rows = [
            ArmRow(f"Topic: {topic}", text, {"voice/style_index": 0.25}, found, f"Our {topic}.")
            for topic, text in zip(("tea", "sea", "bee"), texts, strict=True)
        ]
        return log_arm(store, workspace / "made", arm, "evaluation", rows, {}, {}, arm)

    first = log("candidate", ("Tea at five!", "The sea is calm.", HOSTILE),
                [Finding("contradicted", "at five", "tea room: opens = 6 pm")])  # fmt: skip
    second = log("base", ("Tea is a drink.", "A sea is water.", "Bees are insects."))
    return store, first, second


def says(page, text):
    page.get_by_text(text, exact=False).first.wait_for()


def test_the_run_page_begins_with_the_verdict_and_leads_on(page, printed, trained):
    page.goto(printed["Run"])
    says(page, trained.data.tags["smm.verdict"][:80])
    says(page, "voice/style_index")
    assert page.get_by_role("link", name="Report", exact=True).count() == 1


def test_the_report_is_rendered(page, printed, trained):
    page.goto(printed["Report"])
    frame = page.frame_locator("iframe")
    frame.get_by_text(trained.data.tags["smm.verdict"][:60]).first.wait_for()
    assert frame.locator("table").count() > 0


def test_the_table_of_all_arms_posts_shows_the_briefs(page, printed, finished):
    workspace, _ = finished
    rows = next(workspace.glob("experiments/runs/small/*/rows/human.jsonl"))
    brief = json.loads(rows.read_text("utf-8").splitlines()[0])["brief"]
    page.goto(printed["All arms' posts"])
    says(page, brief.splitlines()[0])


def test_the_printed_comparison_pairs_the_candidate_with_the_arm(page, printed):
    assert {"Beside human", "Beside base", "Beside prompted"} <= printed.keys()
    page.goto(printed["Beside prompted"])
    says(page, "Comparing")
    says(page, "prompted, 12 briefs")
    says(page, "12 of 12")


def test_two_arms_stand_side_by_side_row_by_row(page, arms):
    page.goto(links.arms_side_by_side(*arms))
    row = page.get_by_role("row").filter(has_text="Topic: sea")
    row.wait_for()
    words = row.inner_text()
    assert "The sea is calm." in words and "A sea is water." in words
    assert "Tea" not in words
    page.get_by_text("Topic: sea").first.click()
    drawer = page.get_by_role("dialog")
    drawer.get_by_text("The sea is calm.").first.wait_for()
    drawer.get_by_text("A sea is water.").first.wait_for()


def test_a_post_of_html_stays_text(page, arms):
    page.goto(links.arms_side_by_side(*arms))
    page.get_by_text("Topic: bee").first.click()
    page.get_by_role("dialog").get_by_text("Bees are insects.").first.wait_for()
    assert page.title() not in ("1", "2")
    assert page.locator("img[src='x']").count() == 0


def test_the_arm_says_what_is_to_be_checked(page, arms):
    store, first, _ = arms
    page.goto(links.run_page(store, first))
    says(page, "its posts to 3 briefs")
    page.goto(f"{links.run_page(store, first)}/traces")
    page.get_by_text("Topic: tea").first.click()
    says(page, "to check")
    says(page, "Our tea.")


def test_the_runs_open_as_a_table_with_the_columns_of_a_lead(page, printed, trained):
    page.goto(printed["All runs"])
    says(page, "voice/style_index")
    page.get_by_text(trained.data.tags["smm.verdict"][:30]).first.wait_for()
    heads = page.locator(".ag-header-cell").evaluate_all(
        "cells => cells.map(c => [c.getBoundingClientRect().x, c.innerText.trim()])"
    )
    order = [name for _, name in sorted(heads)]
    wanted = ["Run Name", "Created", "smm.verdict", "smm.kind", "base_model",
              "voice/style_index"]  # fmt: skip
    assert [name for name in order if name in wanted] == wanted
    # The default table has these instead.
    assert "Source" not in order
    # The experiment explains itself in the one line that shows.
    says(page, "0 = like other brands, 1 = like")
    says(page, "Open the table of runs")


def test_every_other_link_leads_somewhere(page, printed, arms):
    store, first, second = arms
    page.goto(links.compare_runs(store, [first, second]))
    says(page, "Comparing 2 Runs")
    page.goto(links.arms(store))
    says(page, "candidate, 3 briefs")
    page.goto(links.review_queue(store))
    says(page, "No traces in this queue yet")
    page.goto(printed["Model"])
    says(page, "small-voice")
