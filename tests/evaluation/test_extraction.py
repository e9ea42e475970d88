"""An adapter that has learned its posts by heart is caught; one that has not is not accused."""

import math
from datetime import UTC, datetime

import numpy as np
import pytest
import torch

from smm_voice.dataset.example import Example
from smm_voice.evaluation import canaries, extraction
from smm_voice.evaluation.companion import PostLosses, Written, post_losses
from smm_voice.evaluation.spread import spread
from smm_voice.models.likelihood import TokenLosses
from smm_voice.posts.post import Post
from tests.evaluation.tuning import CONFIG, toy, tune

WORDS = "moon star rover launch orbit comet probe field crew solar engine crater light signal dust"


@pytest.fixture(autouse=True, scope="module")
def _one_thread():
    """A model this small loses more to threads than it gains."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def post(nats, greedy, size=40):
    return PostLosses(TokenLosses(np.array(nats, float), np.array(greedy, bool)), size)


@pytest.fixture(scope="module")
def brand():
    return toy(WORDS, 24)


@pytest.fixture(scope="module")
def planted():
    """Three canaries with eight-digit secrets."""
    return canaries.make_canaries(3, "en", seed=0, alternatives=15)


@pytest.fixture(scope="module")
def learned_by_heart(tiny_folder, brand, planted):
    """An adapter trained on twelve posts and three canaries, far too long."""
    from smm_voice.config import ModelConfig
    from smm_voice.models.base import prepare

    base = prepare(
        ModelConfig(
            name="tiny", languages=["en"], licence="-", maximum_bits_per_byte=100.0, force=False,
            path=str(tiny_folder),
        )
    )  # fmt: skip
    return tune(base, [*brand[:12], *(c.post for c in planted)], 340)


def scores(model, plain, tokenizer, brand):
    def read(reader, posts):
        return post_losses(reader, tokenizer, "Acme", posts)

    return extraction.memorisation(
        read(model, brand[:12]), read(model, brand[12:]),
        read(plain, brand[:12]), read(plain, brand[12:]), CONFIG,
    )  # fmt: skip


def test_an_overfitted_adapter_is_caught(tiny, learned_by_heart, brand):
    model, tokenizer = learned_by_heart
    found = scores(model, tiny[1], tokenizer, brand)
    assert found["memorisation/membership_auc"].value > 0.95
    assert found["memorisation/membership_auc"].ci_low > 0.8
    assert found["memorisation/loss_gap"].ci_low > 0.1
    assert found["memorisation/extraction_excess"].value > 0.1
    assert found["memorisation/extraction_excess_20"].ci_low > 0
    assert found.keys() == {metric.name for metric in extraction.METRICS}


def test_an_untrained_adapter_gives_nothing_away(tiny, brand):
    model, tokenizer = tune(tiny[0], brand[:12], 0)
    found = scores(model, tiny[1], tokenizer, brand)
    assert found["memorisation/membership_auc"].value == pytest.approx(0.5, abs=0.01)
    assert found["memorisation/loss_gap"].value == pytest.approx(0, abs=1e-4)
    assert found["memorisation/extraction_excess"].value == 0
    assert "12 training and 12 held-out" in found["memorisation/loss_gap"].warnings[0]


def test_teacher_forcing_tells_what_greedy_decoding_would_write(tiny, learned_by_heart, brand):
    from smm_voice.dataset.prompts import prompt
    from smm_voice.models.chat import prompt_ids

    model, tokenizer = learned_by_heart
    seen = set()
    for each, losses in zip(
        brand[:6], post_losses(model, tokenizer, "Acme", brand[:6]), strict=True
    ):
        start = prompt_ids(tokenizer, prompt("Acme", "en", each.brief))
        own = tokenizer(each.text, add_special_tokens=False)["input_ids"]
        ids = torch.tensor([start + own[:20]])
        wrote = model.generate(
            input_ids=ids, attention_mask=torch.ones_like(ids), do_sample=False,
            max_new_tokens=10, pad_token_id=1, eos_token_id=None,
        )[0, ids.shape[1] :].tolist()  # fmt: skip
        assert (wrote == own[20:30]) == bool(extraction.reproduced(losses, 20))
        seen.add(wrote == own[20:30])
    assert True in seen


def test_planted_secrets_stand_out_and_others_do_not(tiny, learned_by_heart, planted):
    model, tokenizer = learned_by_heart
    own = canaries.exposures(model, tokenizer, "Acme", planted)
    assert min(own) > 2 and max(own) <= 4  # 16 candidates: 4 bits at most
    unseen = canaries.make_canaries(3, "en", seed=9, alternatives=15)
    assert np.mean(own) > np.mean(canaries.exposures(model, tokenizer, "Acme", unseen)) + 1
    blind = canaries.exposures(tiny[1], tokenizer, "Acme", planted)
    assert np.mean(blind) < 2.5
    score = canaries.canary_exposure(own, planted, CONFIG)["memorisation/canary_exposure"]
    assert score.n == 3 and score.ci_low > 2 and "4 the most" in score.warnings[0]


def test_exposure_counts_the_rank_and_half_of_the_ties(monkeypatch):
    text = Written("b", "t", "en")
    for nats, expected in (
        ([1, 2, 3, 4], 2.0),  # first of four
        ([4, 1, 2, 3], 0.0),  # last of four
        ([2, 1, 3, 4], 1.0),  # second of four
        ([1, 1, 1, 1], 2 - math.log2(2.5)),
    ):
        made = [post([n], [False]) for n in nats]
        monkeypatch.setattr(canaries, "post_losses", lambda *_, made=made: made)
        canary = canaries.Canary(text, (text,) * 3)
        assert canaries.exposures(None, None, "A", [canary]) == [pytest.approx(expected)]
    # Of two candidates: 1 bit or none.
    assert canaries.chance_exposure(1) == pytest.approx(0.5)
    assert canaries.chance_exposure(63) == pytest.approx(1.38, abs=0.01)
    assert canaries.canary_exposure([], [], CONFIG)["memorisation/canary_exposure"].value is None


def test_canaries_are_distinct_and_repeatable():
    made = canaries.make_canaries(4, "fr", seed=1)
    assert made == canaries.make_canaries(4, "fr", seed=1)
    texts = [p.text for c in made for p in (c.post, *c.alternatives)]
    assert len(set(texts)) == len(texts) == 4 * (canaries.ALTERNATIVES + 1)
    assert texts[0].startswith("Le code interne du guichet 1 est ")


def test_reproduced_looks_at_the_stretch_after_the_prefix_alone():
    # 16 tokens and the end token; wrong at 4 and at 15.
    greedy = [i not in (4, 15) for i in range(17)]
    it = post([0.0] * 17, greedy)
    assert extraction.reproduced(it, 5) == 1.0
    assert extraction.reproduced(it, 4) == 0.0
    assert extraction.reproduced(it, 6) == 0.0
    # The end token is no part of the text.
    assert extraction.reproduced(it, 7) is None


def test_probability_and_samples_needed_by_hand():
    it = post([math.log(2)] * 17, [False] * 17)
    assert extraction.probability(it, 5) == pytest.approx(2**-10)
    assert extraction.probability(it, 7) is None
    # 1 − (1 − .5)^n ≥ .9 from n = 3.32; a certain text needs one sample, an impossible one never.
    assert extraction.samples_needed(0.5, 0.9) == pytest.approx(math.log(10) / math.log(2))
    assert extraction.samples_needed(0.95, 0.9) == 1
    assert extraction.samples_needed(1.0, 0.9) == 1
    assert extraction.samples_needed(0.0, 0.9) == math.inf
    assert extraction.samples_needed(1e-12, 0.5) == pytest.approx(math.log(2) * 1e12, rel=1e-6)


def test_all_scores_by_hand():
    known = post([0.1] * 31, [True] * 31)
    unknown = post([3.0] * 31, [False] * 31)
    found = extraction.memorisation(
        [known, known, unknown, unknown], [unknown] * 4, [unknown] * 4, [unknown] * 4, CONFIG
    )
    values = {name.split("/")[1]: score.value for name, score in found.items()}
    bits = 31 * 2.9 / math.log(2) / 40
    assert values == {
        "extraction_excess": 0.5,
        "extraction_excess_5": 0.5,
        "extraction_excess_10": 0.5,
        "extraction_excess_20": 0.5,
        # e⁻¹ in one draw, and so almost surely in a thousand.
        "sampled_extraction_excess": 0.5,
        "loss_gap": pytest.approx(bits / 2),
        # Half of the members stand above all others, half are level with them.
        "membership_auc": 0.75,
    }


def test_no_posts_or_short_ones_are_no_data():
    short = post([1.0, 1.0], [True, True])
    for training, held_out in (([], []), ([short], []), ([short], [short])):
        found = extraction.memorisation(training, held_out, training, held_out, CONFIG)
        assert found["memorisation/extraction_excess"].value is None
        assert all(s.warnings for s in found.values())


def test_the_sample_is_spread_over_time():
    when = datetime(2024, 1, 1, tzinfo=UTC)
    rows = [Example(str(i), "b", "t", Post(str(i), "t", "x", when, "s")) for i in range(100)]
    assert [e.id for e in spread(rows, 3)] == ["0", "50", "99"]
    assert spread([], 3) == spread(rows, 0) == []
    assert spread(rows[:2], 40) == rows[:2]
