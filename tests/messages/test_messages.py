"""Both languages say the same things, about everything that there is to speak of."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest
from fluent.syntax import ast, parse
from fluent.syntax.visitor import Visitor

from smm_voice import metrics
from smm_voice.config import PrivacyConfig
from smm_voice.evaluation import arms, canaries, severity, verdict, with_model
from smm_voice.evaluation.axes import _ALMOST, _LIMITS
from smm_voice.messages import (
    FOLDER,
    LANGUAGES,
    Measured,
    Message,
    day,
    knows,
    listed,
    named,
    number,
    of_name,
    percent,
    say,
)
from smm_voice.messages.notes import _EVIDENCE, _NOTES, evidence, note
from smm_voice.metrics.voice.features import FEATURES
from smm_voice.posts.reasons import REASONS
from smm_voice.report import advice, drift_words

SOURCE = Path(__file__).resolve().parents[2] / "smm_voice"
ALL_METRICS = {
    **metrics.METRICS, **with_model.METRICS, **{m.name: m for m in canaries.METRICS},
}  # fmt: skip
WHOLE = {"count", "briefs", "shown", "times", "tokens"}


class Arguments(Visitor):
    """The arguments of one message, and those that a function writes as numbers."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.numbers: set[str] = set()

    def visit_VariableReference(self, node):  # noqa: N802 - the visitor's own name
        self.names.add(node.id.name)

    def visit_FunctionReference(self, node):  # noqa: N802
        self.numbers |= {a.id.name for a in node.arguments.positional}
        self.generic_visit(node)


def read(language: str) -> dict[str, Arguments]:
    entries = parse((FOLDER / f"{language}.ftl").read_text("utf-8")).body
    assert not [e.content for e in entries if isinstance(e, ast.Junk)]
    found: dict[str, Arguments] = {}
    for entry in entries:
        if isinstance(entry, ast.Message):
            assert entry.id.name not in found, f"{entry.id.name} stands twice"
            found[entry.id.name] = Arguments()
            found[entry.id.name].visit(entry)
    return found


FOUND = {language: read(language) for language in LANGUAGES}


def test_both_files_have_the_same_messages_with_the_same_arguments():
    assert FOUND["en"].keys() == FOUND["fr"].keys()
    for name, arguments in FOUND["en"].items():
        assert arguments.names == FOUND["fr"][name].names, name
        assert arguments.numbers == FOUND["fr"][name].numbers, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_can_be_said(language):
    for name, arguments in FOUND[language].items():
        values = {
            each: 0.5 if each in arguments.numbers else 3 if each in WHOLE else f"<{each}>"
            for each in arguments.names
        }
        told = say(name, language, **values)
        assert told
        for each, value in values.items():
            if isinstance(value, str):
                assert value in told, (name, each)
        assert "{" not in told, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_there_is_has_its_words(language):
    wanted = [of_name("metric", name) for name in ALL_METRICS]
    wanted += [of_name("feature", feature.name) for feature in FEATURES]
    wanted += [of_name("reason", reason) for reason in REASONS]
    wanted += [of_name("kind", kind) for kind in severity._KINDS]
    wanted += [of_name("severity", severity.name(kind)) for kind in severity._KINDS]
    every_arm = (*arms._FIRST, arms.SUBJECT, "previous", "challenger")
    wanted += [of_name(k, arm) for arm in every_arm for k in ("arm", "in-sentence", "who-is")]
    wanted += [of_name("rival", arm) for arm in ("base", "prompted", "champion")]
    wanted += [of_name(kind, axis) for axis in _LIMITS for kind in ("axis", "fine", "next")]
    wanted += [limit.message for limits in _LIMITS.values() for limit in limits]
    wanted += [of_name("almost", axis) for axis in _ALMOST]
    wanted += [f"next-{step}" for step in advice._STEPS]
    outcomes = verdict.Outcome.__args__  # type: ignore[attr-defined]
    wanted += [f"headline-{outcome}" for outcome in outcomes]
    wanted += [f"badge-{b}" for b in ("yes", "reservations", "not-shown", "no", "none")]
    wanted += [f"personal-{field.name}" for field in dataclasses.fields(PrivacyConfig)]
    wanted += [*_NOTES, *_EVIDENCE]
    monitoring = "".join(p.read_text("utf-8") for p in (SOURCE / "monitoring").glob("*.py"))
    signals = set(re.findall(r'"drift/(\w+)"', monitoring))
    wanted += [f"drift-{k}-{name}" for name in signals for k in ("signal", "read")]
    wanted += [f"drift-{k}-{a}" for a in drift_words.ASPECTS for k in ("aspect", "about", "step")]
    wanted += [f"drift-headline-{each}" for each in (*drift_words.ASPECTS, "calm", "none")]
    assert [name for name in wanted if not knows(name, language)] == []


def test_every_axis_has_advice():
    assert set(_LIMITS) <= set(advice._STEPS)


def test_english_says_what_metrics_features_and_reasons_declare():
    for name, metric in ALL_METRICS.items():
        assert named("metric", name, "en") == metric.explanation
    for feature in FEATURES:
        assert named("feature", feature.name, "en") == feature.words
    for reason, words in REASONS.items():
        assert named("reason", reason, "en") == words


def test_no_french_message_was_left_in_english():
    same = {
        "axis-recall", "brief", "head-post", "head-posts", "head-p", "head-p-holm", "head-n",
        "arm-base", "chart-value-alt", "words-axis", "split-validation", "split-test",
        "dimension-richness", "section-provenance", "two-places", "data-reason", "data-kind",
        "evidence-brief", "note-where", "short-homogeneity-compression_ratio",
        "short-memorisation-extraction_excess", "axis-coverage", "feature-hashtags",
        "chart-drift-alt", "data-sources", "drift-signal", "gate-in-language", "notice-title",
        "notice-title-version",
    }  # fmt: skip
    texts = {
        language: dict(
            # Or the branches of a plural, with its name.
            re.findall(r"^([a-z][\w-]*) = (.*[^>\n](?:\n|$)|.+->\n(?: .*\n)+)",
                       (FOLDER / f"{language}.ftl").read_text("utf-8"), re.MULTILINE)
        )
        for language in LANGUAGES
    }  # fmt: skip

    def bare(text: str) -> str:
        return re.sub(r"[\s\u202f\xa0]", "", text)

    alike = {n for n in texts["en"] if bare(texts["en"][n]) == bare(texts["fr"][n])}
    assert alike <= same, alike - same


def test_french_marks_have_their_spaces():
    for line in (FOLDER / "fr.ftl").read_text("utf-8").splitlines():
        text = line.partition(" = ")[2]
        assert not re.search(
            r" [;!?%»]|« |[^\s\u202f][;!?»](?!\S)", text.replace("(!!, ?!)", "")
        ), line  # noqa: E501
        assert not re.search(r"[a-zé]'[a-zéê]", text), f"typewriter's apostrophe: {line}"


@pytest.mark.parametrize(
    ("value", "language", "options", "shown"),
    [
        (0.816, "en", {}, "0.82"),
        (0.816, "fr", {}, "0,82"),
        (-0.004, "en", {}, "0.00"),
        (-0.26, "fr", {}, "−0,26"),
        (0.5, "en", {"sign": True}, "+0.50"),
        (12345.0, "fr", {"places": 0}, "12\u202f345"),
        (12345.0, "en", {"places": 0}, "12,345"),
        (0.00049, "en", {"places": 3}, "0.000"),
    ],
)
def test_numbers_are_written_as_the_language_does(value, language, options, shown):
    assert number(value, language, **options) == shown


def test_shares_lists_and_plurals():
    assert percent(0.154, "en") == "15%"
    assert percent(0.154, "fr") == "15\u202f%"
    assert listed(["a", "b", "c"], "en") == "a, b and c"
    assert listed(["a", "b", "c"], "fr") == "a, b et c"
    assert say("words-pass", "en", brand="A", count=1).startswith("1 text passes")
    # French counts 0 as one.
    assert say("words-pass", "fr", brand="A", count=0).startswith("0 texte passe ")
    assert say("words-pass", "fr", brand="A", count=2).startswith("2 textes passent")


def test_days():
    assert day("2018-05-24", "en") == "24 May 2018"
    assert day("2018-05-01", "fr") == "1er mai 2018"
    assert day("someday", "fr") == "someday"


def test_a_missing_message_or_argument_is_an_error():
    with pytest.raises(KeyError, match="no-such"):
        say("no-such", "en")
    with pytest.raises(ValueError, match="words-pass"):
        say("words-pass", "en", count=1)
    with pytest.raises(ValueError, match="fine-voice"):
        say("fine-voice", "en", value="0.5")


def test_what_a_brand_is_called_is_no_pattern():
    assert (
        say("title", "en", brand="{ $x } { PLACES($y) }") == "{ $x } { PLACES($y) }: voice report"
    )


def test_a_number_that_is_logged_can_be_marked():
    message = Message("limit-voice", {"value": Measured(0.123, "voice/closeness")})
    assert "[0,12|voice/closeness]" in say(message, "fr", lambda words, name: f"[{words}|{name}]")
    assert "0.12 of" in say(message, "en")
    inner = Message("caution-axis", {"said": message})
    assert "[0.12|voice/closeness]" in say(inner, "en", lambda w, n: f"[{w}|{n}]")


@pytest.mark.parametrize(
    ("words", "french"),
    [
        ("13 of 100 texts are too short or in another language",
         "13 textes sur 100 sont trop courts ou dans une autre langue"),
        ("INVALID: the brand's posts cannot be told from brands never seen (AUC 0.55, 0.70 is "
         "needed)", "NON VALABLE\xa0: les posts de la marque ne se distinguent pas de ceux de "
         "marques jamais vues (AUC 0,55, il faut 0,70)"),
        ("measured on 301 held-out posts and 1200 of brands never seen (a, b): AUC 0.99 a post, "
         "1.00 of ten; mean squared error 0.04, calibration error 0.06",
         "éprouvé sur 301 posts mis de côté"),
        ("1 texts are too short to tell", "1 texte est trop court pour en juger"),
        ("something nobody has written yet", None),
    ],
)  # fmt: skip
def test_notes_in_french(words, french):
    told = note(words, "fr")
    assert told is None if french is None else told is not None and told.startswith(french)
    assert note(words, "en") == words


def test_evidence_in_french_keeps_what_it_quotes():
    told = evidence("brief: 8:06am (also: 2.00am, …)", "fr")
    assert told == "brief\xa0: 8:06am (aussi\xa0: 2.00am, …)"
    for quoted in ("2018", "12.5", "1:30pm"):
        assert evidence(f"brief: {quoted}", "fr") == f"brief\xa0: {quoted}"
    assert evidence("price = 12 EUR", "fr") == "price = 12 EUR"
    assert evidence("8 tokens stand in the training post “x”", "fr").endswith("“x”")


def test_the_notes_that_are_known_are_those_that_metrics_make():
    files = [*(SOURCE / "metrics").rglob("*.py"), *(SOURCE / "monitoring").rglob("*.py"),
             SOURCE / "commands" / "champion.py", SOURCE / "commands" / "monitor.py"]  # fmt: skip
    text = "".join(p.read_text("utf-8") for p in sorted(files))
    text = re.sub(r'"\s*\n\s*f?"', "", text)
    for name, pattern in {**_NOTES, **_EVIDENCE}.items():
        for piece in re.split(r"\(\?P<\w+>[^()]*(?:\([^()]*\))?[^()]*\)|\.\*", pattern):
            plain = re.sub(r"\\(.)", r"\1", piece)
            assert plain.strip() in text, (name, plain)


def test_messages_need_no_library_until_something_is_said():
    for path in SOURCE.rglob("*.py"):
        if path.name == "numbers.py" and path.parent.name == "messages":
            continue
        eager = re.search(r"^(?:from|import) (?:fluent|babel)", path.read_text("utf-8"), re.M)
        assert not eager, path
    assert "from smm_voice.messages.numbers" not in "".join(
        line for line in (SOURCE / "messages" / "__init__.py").read_text("utf-8").splitlines()
        if not line.startswith(" ")
    )  # fmt: skip
