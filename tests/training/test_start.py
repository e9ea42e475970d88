"""`training.start_from`: only what this training could have made, and what it has read is known."""

import dataclasses
import json
from types import SimpleNamespace

import pytest
import torch

from smm_voice.commands.beginning import origin_of, origin_tags
from smm_voice.config import LoraConfig
from smm_voice.dataset.learned import later
from smm_voice.errors import InputError
from smm_voice.models import adapters
from smm_voice.models.base import load
from smm_voice.training.start import inherited, start_from

LORA = LoraConfig(rank=4, alpha=8, dropout=0.0, targets="all-linear", rslora=False)


@pytest.fixture(scope="module")
def base(tiny_base):
    return tiny_base


def attached(base, seed=5, **changes):
    return adapters.attach(load(base)[0], dataclasses.replace(LORA, **changes), seed)


def origin(base, **changes):
    made = adapters.AdapterOrigin("acme", {"name": "tiny"}, base.digest, "f", "2018", "1")
    return dataclasses.replace(made, **changes)


def saved(base, folder, checkpoint=False, **changes):
    """An adapter that has learned; as a checkpoint it is written as transformers writes it."""
    model = attached(base, seed=1, **changes)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "lora_" in name:
                weight += 0.1 * torch.randn_like(weight)
    if checkpoint:
        model.save_pretrained(folder, safe_serialization=True)
        adapters.write_origin(folder, origin(base))
    else:
        adapters.save(model, folder, origin(base))
    return model


@pytest.fixture(scope="module")
def older(base, tmp_path_factory):
    folder = tmp_path_factory.mktemp("older")
    return folder, saved(base, folder)


def logits(model):
    with torch.no_grad():
        return model.eval()(torch.tensor([[5, 6, 7, 8]])).logits


def test_a_start_answers_as_it_did(base, older):
    fresh = attached(base, dropout=0.3)
    start_from(fresh, older[0], base)
    torch.testing.assert_close(logits(fresh), logits(older[1]))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"rank": 2}, "lora.rank is 4 there and 2 here"),
        ({"alpha": 16.0}, "lora.alpha is 8 there and 16 here"),
        ({"rslora": True}, "lora.rslora is false there and true here"),
        ({"dora": True}, "lora.dora is false there and true here"),
        ({"targets": "q_proj,v_proj"}, "and q_proj, v_proj here"),
        ({"initialisation": "gaussian"}, "lora.initialisation is default there and gaussian here"),
        ({"initialisation": "pissa"}, "its only start is a checkpoint of the same"),
    ],
    ids=lambda each: next(iter(each)) if isinstance(each, dict) else "",
)
def test_what_this_training_could_not_have_made_is_refused(base, older, change, words):
    """Alpha and rslora leave every shape as it is: the scale alone would be another."""
    with pytest.raises(InputError) as caught:
        start_from(attached(base, **change), older[0], base)
    assert words in str(caught.value)


def test_another_base_and_an_unknown_origin_are_refused(base, older, tmp_path):
    other = dataclasses.replace(base, name="other", digest="0" * 64)
    with pytest.raises(InputError, match="was trained on tiny .*, not on other"):
        start_from(attached(base), older[0], other)
    with pytest.raises(InputError, match="cannot be read"):
        start_from(attached(base), tmp_path, base)
    with pytest.raises(InputError, match="has learned from has to be known"):
        inherited(origin(base), tmp_path, base)


def test_a_checkpoint_that_moved_the_base_is_a_start_for_its_like_alone(base, tmp_path):
    trained = saved(base, tmp_path, checkpoint=True, initialisation="pissa")
    fresh = attached(base, initialisation="pissa")
    start_from(fresh, tmp_path, base)
    torch.testing.assert_close(logits(fresh), logits(trained), rtol=1e-4, atol=1e-5)
    for other in ("default", "olora"):
        with pytest.raises(InputError, match=f"pissa there and {other} here"):
            start_from(attached(base, initialisation=other), tmp_path, base)
    with pytest.raises(InputError, match="fits no untouched one"):
        adapters.load(load(base)[0], tmp_path, base)


def test_what_is_drawn_out_of_the_base_fits_its_own_run_alone(base, tmp_path):
    saved(base, tmp_path, checkpoint=True, initialisation="pissa_niter_16")
    with pytest.raises(InputError, match="by chance"):
        start_from(attached(base, initialisation="pissa_niter_16"), tmp_path, base)


def test_a_finished_adapter_of_a_moved_base_goes_on_with_twice_the_rank(base, tmp_path):
    trained = saved(base, tmp_path, initialisation="olora")
    fresh = attached(base, rank=8, alpha=16.0)
    start_from(fresh, tmp_path, base)
    torch.testing.assert_close(logits(fresh), logits(trained), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("2018", "2019", "2019"),
        ("2019", "2018", "2019"),
        ('{"en": "2018", "fr": "2020"}', '{"de": "2017", "en": "2019"}',
         '{"de": "2017", "en": "2019", "fr": "2020"}'),
        ('{"en": "2018", "fr": "2020"}', "2019", "2020"),
        ("2021", '{"en": "2018", "fr": "2020"}', "2021"),
        ("", "2018", "2018"),
    ],
)  # fmt: skip
def test_the_later_of_two_times(first, second, expected):
    assert later(first, second) == expected


def begun(base, start, newest):
    """Origin and tags of a training whose validation ends with `newest`."""
    post = SimpleNamespace(language="en", created_at=SimpleNamespace(isoformat=lambda: newest))
    dataset = SimpleNamespace(
        splits={"validation": [SimpleNamespace(post=post)]},
        fingerprint="g", card={"test_from": {"en": "2020"}},
    )  # fmt: skip
    config = SimpleNamespace(
        training=SimpleNamespace(start_from=str(start)), brand=SimpleNamespace(name="own"),
        model=LORA,
    )  # fmt: skip
    made = origin_of(config, dataset, base)
    return made, origin_tags(config, made)


def test_what_the_start_has_read_counts_as_read(base, older, tmp_path):
    for name in (adapters.WEIGHTS, adapters.CONFIG):
        (tmp_path / name).write_bytes((older[0] / name).read_bytes())
    adapters.write_origin(tmp_path, origin(base, trained_until="2019", judged_briefs=["b", "a"]))
    made, tags = begun(base, tmp_path, "2018")
    assert (made.brand, made.trained_until, made.judged_briefs) == ("own", "2019", ["a", "b"])
    assert tags == {
        "smm.trained_until": "2019", "smm.judged_briefs": 2,
        "smm.started_from": adapters.digest(older[0]),
    }  # fmt: skip
    adapters.write_origin(tmp_path, origin(base, trained_until="2020-06"))
    with pytest.raises(InputError, match="learned from posts up to 2020-06, and the test posts"):
        begun(base, tmp_path, "2018")


def test_an_older_origin_without_judged_briefs_is_still_read(base, tmp_path):
    plain = dataclasses.asdict(origin(base))
    del plain["judged_briefs"]
    (tmp_path / "smm_voice.json").write_text(json.dumps(plain), encoding="utf-8")
    assert inherited(origin(base), tmp_path, base).judged_briefs == []
