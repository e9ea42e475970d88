"""The HTML form in a browser: progress, a reload in between, and the file it saves, read back."""

import json

import pytest

from smm_voice.review.answers import check
from smm_voice.review.files import read_filled
from smm_voice.review.forms import write_forms

HOSTILE = "</p><script>document.title = 'run'</script> \"quoted\" & 'more'"


@pytest.fixture
def context(browser):
    """A narrow window."""
    made = browser.new_context(viewport={"width": 560, "height": 900})
    made.set_default_timeout(15_000)
    yield made
    made.close()


def test_a_rater_fills_the_form(context, make_key, tmp_path, likes_the_score):
    texts = [(arm, 0, f"{HOSTILE} {len(arm)}") for arm in ("candidate", "human", "prompted")]
    key = make_key(n=4, repeats=1, texts=texts)
    form = write_forms(key, tmp_path / "form", "en")[0]
    page = context.new_page()
    told = []
    page.on("request", lambda request: told.append(request.url))
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.goto(form.as_uri())
    assert page.title() == "Which sounds more like Acme?", "no post runs as a script"
    assert page.evaluate("document.documentElement.scrollWidth") <= 560

    def choose(item):
        page.check(f'[name="{item.id}:better"][value={likes_the_score(item)}]')

    first, *others = key.items
    choose(first)
    page.click(f"#{first.id} .start")
    chosen = first.side(likes_the_score(first)).text
    edit = page.locator(f'[name="{first.id}:edit"]')
    assert edit.input_value() == chosen
    edit.fill(chosen + "\nAnd more")
    page.fill("[name=rater]", "Jane Doe")
    page.click("#save")
    assert page.inner_text("#said") == "", "a name is no label"
    page.fill("[name=rater]", "r1")
    page.reload()
    assert page.inner_text("#count") == "1"
    assert edit.input_value() == chosen + "\nAnd more"

    for item in others:
        choose(item)
    with page.expect_download() as download:
        page.click("#save")
    assert page.inner_text("#said").startswith("All answered")
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)
    answers = check(read_filled(saved), {key.form: key})
    assert {answer.rater for answer in answers} == {"r1"}
    assert [a.better for a in answers] == [likes_the_score(item) for item in key.items]
    assert answers[0].edit == chosen + "\nAnd more"
    assert json.loads(saved.read_text("utf-8"))["form"] == key.form
    assert set(told) == {form.as_uri()}, "nothing is loaded, nothing is complained of"
