"""Which model judges fluency, and that it is never the candidate's own adapter."""

import dataclasses
import sys
from types import ModuleType

import pytest

from smm_voice.checks import validate
from smm_voice.config import EvaluationConfig, ModelConfig
from smm_voice.errors import ConfigError, InputError
from smm_voice.evaluation import judges
from smm_voice.models.likelihood import bits_per_byte
from tests.evaluation.tuning import LORA

VALUES = {"briefs": 20, "resamples": 300, "confidence": 0.95, "seed": 0}
STRANGERS = ["We went to the sea and it was grand.", "The sea is wide and we are small."] * 3


def model(name, folder, languages=("en",), **changes):
    return ModelConfig(
        name=name, languages=list(languages), licence="-", maximum_bits_per_byte=100.0,
        force=False, path=str(folder), **changes,
    )  # fmt: skip


def config(judge="auto", other=None):
    return EvaluationConfig(**VALUES, judge=judge, judge_model=other)


@pytest.fixture
def base(tiny_folder):
    return model("english", tiny_folder)


@pytest.fixture
def other(tiny_folder):
    """A model of French that comes under terms, which are accepted."""
    return model("french", tiny_folder, ("fr", "en"), terms="https://t.co", accept_terms=True)


@pytest.fixture(autouse=True)
def ngrams(monkeypatch):
    """An n-gram judge known by what it was fitted on."""
    module = ModuleType("ngram")

    class NgramJudge:
        def __init__(self, texts, language):
            self.name = f"{len(texts)} posts, {language}"

    module.NgramJudge = NgramJudge
    monkeypatch.setitem(sys.modules, "smm_voice.metrics.fluency.ngram", module)


def chosen(*arguments, **more):
    return judges.choose_judge(*arguments, **more)[1]


def test_auto_takes_the_base_where_it_is_made_for_the_language(base, other):
    assert chosen(config("auto", other), "en", STRANGERS, base) == "english"
    assert chosen(config("auto", other), "fr", STRANGERS, base) == "french"
    assert chosen(config("auto", other), "fr-CA", STRANGERS, base) == "french"
    assert chosen(config("auto", other), "de", STRANGERS, base) == "6 posts, de"
    assert chosen(config("auto"), "fr", STRANGERS, base) == "6 posts, fr"


def test_auto_without_any_base_as_where_texts_alone_are_scored(other):
    assert chosen(config("auto", other), "en", STRANGERS) == "french"
    assert chosen(config("auto"), "en", STRANGERS) == "6 posts, en"
    assert judges.choose_judge(config("auto"), "en", []) == (None, None)


def test_auto_uses_no_model_that_is_absent_or_whose_terms_nobody_accepted(base, other, caplog):
    caplog.set_level("INFO")
    absent = dataclasses.replace(other, path="/no/such/folder", requirement="some-package==1")
    assert chosen(config("auto", absent), "fr", STRANGERS, base) == "6 posts, fr"
    assert "python -m pip install some-package==1" in caplog.text
    closed = dataclasses.replace(other, accept_terms=False)
    assert chosen(config("auto", closed), "fr", STRANGERS, base) == "6 posts, fr"
    assert "evaluation.judge_model.accept_terms=true" in caplog.text
    assert "https://t.co" in caplog.text


def test_a_judge_that_is_named_is_taken_whatever_the_language(base, other):
    for name, expected in (("base", "english"), ("english", "english"), ("french", "french")):
        assert chosen(config(name, other), "de", STRANGERS, base) == expected
    assert chosen(config("ngram", other), "en", STRANGERS, base) == "6 posts, en"


def test_a_judge_that_is_named_and_not_there_is_an_error(base, other):
    closed = dataclasses.replace(other, accept_terms=False)
    for judge, model_, strangers, at_hand, words in (
        ("base", other, STRANGERS, None, "no base model is at hand"),
        ("ngram", other, [], base, "needs posts of other brands"),
        ("nobody", other, STRANGERS, base, "no evaluation.judge_model of that name"),
        ("french", closed, STRANGERS, base, "evaluation.judge_model.accept_terms=true"),
    ):
        with pytest.raises(InputError, match=words):
            judges.choose_judge(config(judge, model_), "en", strangers, at_hand)


def test_it_gives_bits_per_byte_under_the_model_and_loads_it_once(tiny, base):
    _, plain, tokenizer = tiny
    loads = []

    def load():
        loads.append(1)
        return plain, tokenizer

    judge, _ = judges.choose_judge(config(), "en", [], base, load)
    assert not loads
    expected = bits_per_byte(plain, tokenizer, ["some text", "other words"])
    assert judge(["some text", "", "some text"]) == pytest.approx([expected[0], None, expected[0]])
    assert judge(["other words", "some text"]) == pytest.approx(expected[::-1], rel=1e-5)
    assert len(loads) == 1


def test_a_text_is_measured_once(tiny, base, monkeypatch):
    asked = []

    def counted(model, tokenizer, texts):
        asked.extend(texts)
        return [1.0] * len(texts)

    monkeypatch.setattr(judges, "bits_per_byte", counted)
    judge, _ = judges.choose_judge(config(), "en", [], base, lambda: tiny[1:])
    judge(["a", "b", "a"])
    judge(["b", "c"])
    assert asked == ["a", "b", "c"]


def test_an_adapter_is_no_judge(tiny, base):
    from smm_voice.models import adapters

    tuned = adapters.attach(tiny[1], LORA, seed=1)
    judge, _ = judges.choose_judge(config(), "en", [], base, lambda: (tuned, tiny[2]))
    with pytest.raises(ValueError, match="must not carry an adapter"):
        judge(["some text"])


def test_the_judge_of_the_files_has_the_base_weights(tiny, base):
    judge, _ = judges.choose_judge(config("base"), "en", [], base)
    assert judge(["some text"]) == pytest.approx(bits_per_byte(*tiny[1:], ["some text"]), rel=1e-5)


OPEN = {
    "name": "french", "languages": ["fr"], "licence": "L", "maximum_bits_per_byte": 2.0,
    "force": False, "path": "/x",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"judge": "nobody"}, "evaluation.judge must be one of auto, base, ngram, french"),
        ({"judge": "frnch"}, "did you mean 'french'?"),
        (
            {"judge": "french", "judge_model": OPEN | {"terms": "https://t.co"}},
            "https://t.co (L): read them, and say evaluation.judge_model.accept_terms=true",
        ),
    ],
)
def test_a_wrong_judge_is_told_with_the_configuration(changes, words):
    @dataclasses.dataclass(frozen=True, kw_only=True)
    class Root:
        evaluation: EvaluationConfig

    values = VALUES | {"judge_model": OPEN}
    assert validate(Root, {"evaluation": values | {"judge": "french"}}).evaluation.judge == "french"
    with pytest.raises(ConfigError) as caught:
        validate(Root, {"evaluation": values | changes})
    assert words in str(caught.value)
