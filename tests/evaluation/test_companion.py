"""What an adapter saves on its brand's posts, and on others'."""

import math

import numpy as np
import pytest
import torch

from smm_voice.evaluation import companion
from smm_voice.evaluation.companion import PostLosses, Written
from smm_voice.models.likelihood import TokenLosses
from tests.evaluation.tuning import CONFIG, toy, tune

SPACE = "moon star rover launch orbit comet probe"
BREAD = "baguette croissant flour oven yeast crust rye"


@pytest.fixture(autouse=True, scope="module")
def _one_thread():
    """A model this small loses more to threads than it gains."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def losses(bits, size=10):
    """A post of `size` bytes that costs `bits` a byte."""
    return PostLosses(
        TokenLosses(np.full(4, bits * size * math.log(2) / 4), np.zeros(4, bool)), size
    )


def test_loss_stands_on_the_post_and_its_end_token_alone(tiny):
    _, model, tokenizer = tiny
    (found,) = companion.post_losses(model, tokenizer, "Acme", [Written("b", "Liftoff! é", "en")])
    answer = tokenizer("Liftoff! é", add_special_tokens=False)["input_ids"]
    assert len(found.tokens.nats) == len(answer) + 1
    assert found.size == 11
    longer = Written("Topic: another, longer brief", "Liftoff! é", "en")
    (other,) = companion.post_losses(model, tokenizer, "Acme", [longer])
    assert len(other.tokens.nats) == len(found.tokens.nats)
    assert found.bits_per_byte == pytest.approx(
        found.tokens.nats.sum() / math.log(2) / 11, rel=1e-9
    )


def test_gain_worked_out_by_hand():
    own = companion.saved([losses(2.0), losses(1.5)], [losses(1.0), losses(1.0)])
    others = companion.saved([losses(2.0)], [losses(1.9)])
    scores = companion.cross_entropy_gain(own, others, CONFIG)
    assert own == pytest.approx([1.0, 0.5])
    assert scores["voice/cross_entropy_gain"].value == pytest.approx(0.75)
    assert scores["voice/cross_entropy_gain_others"].value == pytest.approx(0.1)
    assert scores["voice/cross_entropy_gain_excess"].value == pytest.approx(0.65)
    assert scores.keys() == {metric.name for metric in companion.METRICS}


def test_no_posts_and_empty_posts_are_no_data():
    assert companion.saved([losses(1.0, 0)], [losses(1.0, 0)]) == [None]
    for own, others in (([], []), ([None], []), ([0.5], [])):
        scores = companion.cross_entropy_gain(own, others, CONFIG)
        assert scores["voice/cross_entropy_gain_excess"].value is None
        assert scores["voice/cross_entropy_gain_excess"].warnings


def test_base_and_tuned_must_have_read_the_same():
    short = PostLosses(TokenLosses(np.zeros(2), np.zeros(2, bool)), 10)
    with pytest.raises(ValueError, match="same posts"):
        companion.saved([losses(1.0)], [short])


@pytest.mark.parametrize(
    "text", ["", "🚀🚀", "https://x.y/z", "\ud800 torn", "\u202eright to left", "word " * 5000]
)
def test_any_text_has_losses(tiny, text):
    _, model, tokenizer = tiny
    (post,) = companion.written_by_others([text], "en", "x")
    (found,) = companion.post_losses(model, tokenizer, "Acme", [post])
    assert (found.bits_per_byte is None) == (text == "")
    assert found.bits_per_byte is None or 6 < found.bits_per_byte < 12


def test_others_posts_get_the_briefs_that_the_builder_would_write():
    (post,) = companion.written_by_others(["Watch the launch of Artemis #Moon"], "en", "x")
    assert "Mention: #Moon" in post.brief and "Form: x, short, watch" in post.brief


def test_an_adapter_saves_more_on_its_own_brand(tiny):
    base, plain, _ = tiny
    tuned, tokenizer = tune(base, toy(SPACE, 12), 60)
    own, others = toy(SPACE, 10, seed=1), toy(BREAD, 10, seed=1)

    def saved(posts):
        return companion.saved(
            companion.post_losses(plain, tokenizer, "Acme", posts),
            companion.post_losses(tuned, tokenizer, "Acme", posts),
        )

    scores = companion.cross_entropy_gain(saved(own), saved(others), CONFIG)
    assert scores["voice/cross_entropy_gain"].ci_low > 0.2
    assert scores["voice/cross_entropy_gain_excess"].ci_low > 0.1
    assert scores["voice/cross_entropy_gain"].n == 10


def test_every_brands_own_adapter_is_the_best_of_the_matrix(tiny, tmp_path):
    base = tiny[0]
    brands = {"space": SPACE, "bakery": BREAD}
    for name, words in brands.items():
        tune(base, toy(words, 12), 60, tmp_path / name, title=name)
    folders = {name: tmp_path / name for name in brands}
    posts = {name: toy(words, 8, seed=1) for name, words in brands.items()}
    posts["stranger"] = toy("tax law court vote bill", 8)
    titles = {name: name for name in posts}

    found = companion.confusion(base, folders, posts, titles, CONFIG)

    assert (found.posts, found.adapters) == (("space", "bakery", "stranger"), ("space", "bakery"))
    assert found.gain.shape == (3, 2)
    assert found.gain[0].argmax() == 0 and found.gain[1].argmax() == 1
    assert found.own_best.value == 1.0 and found.own_best.n == 2
    assert found.attributed.value == 1.0 and found.attributed.n == 16
    swapped = {"space": folders["bakery"], "bakery": folders["space"]}
    assert companion.confusion(base, swapped, posts, titles, CONFIG).own_best.value == 0.0


def test_one_adapter_makes_no_matrix_to_judge(tiny, tmp_path):
    from smm_voice.models import adapters
    from tests.evaluation.tuning import LORA, loaded

    base = tiny[0]
    model = adapters.attach(loaded(base)[0], LORA, seed=1)
    for name, weight in model.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(weight, std=0.01)
    origin = adapters.AdapterOrigin("a", {"name": "tiny"}, base.digest, "f", "2018", "1")
    adapters.save(model, tmp_path, origin)
    posts = {"a": toy(SPACE, 3)}
    found = companion.confusion(base, {"a": tmp_path}, posts, {"a": "A"}, CONFIG)
    assert found.gain.shape == (1, 1) and np.isfinite(found.gain).all()
    assert found.own_best.value is None and found.own_best.warnings
