"""Preference tuning: our tokens, the starting adapter as reference, and more of what was chosen."""

import dataclasses
import itertools

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from smm_voice.config import LoraConfig, PreferenceConfig
from smm_voice.errors import InputError, SmmVoiceError
from smm_voice.models import adapters
from smm_voice.training import preference
from smm_voice.training.collator import encode

pytest.importorskip("trl", reason="TRL is not installed: pip install '.[preference]'")

LORA = LoraConfig(rank=4, alpha=8, dropout=0.1, targets="all-linear", rslora=False)
CONFIG = PreferenceConfig(
    epochs=1, batch_size=4, learning_rate=2e-3, warmup_share=0.0, precision="fp32"
)


def row(number, good=" Yes!", bad=" no."):
    return {
        "prompt": [
            {"role": "system", "content": "Write posts for Acme."},
            {"role": "user", "content": f"Topic: matter {number}"},
        ],
        "chosen": [{"role": "assistant", "content": f"Post {number * 7 % 10}{good * 3}"}],
        "rejected": [{"role": "assistant", "content": f"Post {number * 3 % 10}{bad * 2}"}],
    }


def judged(rows):
    return [
        {"prompt": r["prompt"], "completion": r[side], "label": side == "chosen"}
        for r in rows
        for side in ("chosen", "rejected")
    ]


ROWS, HELD_OUT = [row(n) for n in range(24)], [row(n) for n in range(100, 108)]


@pytest.fixture
def start(tiny, tmp_path):
    """(base, folder of an adapter that has learned something, its origin)."""
    base, model, _ = tiny
    model = adapters.attach(model, LORA, seed=1)
    torch.manual_seed(2)
    for name, weight in model.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(weight, std=0.1)
    origin = adapters.AdapterOrigin("acme", {"name": "tiny"}, base.digest, "f", "2018", "1")
    adapters.save(model, tmp_path / "parent", origin)
    return base, tmp_path / "parent", origin


@pytest.fixture
def tune(start, tmp_path):
    """Tune; (outcome, what was logged: name → value at each step)."""

    def run(method="dpo", rows=None, held_out=HELD_OUT, into="tuned", **changes):
        base, folder, origin = start
        logged = {}

        def note(numbers, step):
            for name, value in numbers.items():
                logged.setdefault(name, []).append(value)

        if rows is None:
            rows = ROWS if method == "dpo" else judged(ROWS)
        config = dataclasses.replace(CONFIG, **changes)
        tuned = preference.tune(
            base, folder, origin, method, rows, held_out, config, tmp_path / into, note
        )
        return tuned, logged

    return run


@pytest.mark.parametrize("template", [True, False])
def test_rows_are_encoded_as_in_training_token_by_token(tiny, template):
    from trl.trainer.dpo_trainer import DataCollatorForPreference

    _, _, tokenizer = tiny
    kept = tokenizer.chat_template
    tokenizer.chat_template = kept if template else None
    try:
        pair = preference.encode_pair(tokenizer, ROWS[0])
        batch = DataCollatorForPreference(pad_token_id=tokenizer.pad_token_id)([pair])
        for side, ids, mask in zip(
            ("chosen", "rejected"), batch["input_ids"], batch["completion_mask"], strict=True
        ):
            ours = encode(tokenizer, ROWS[0]["prompt"], ROWS[0][side][0]["content"])
            width = len(ours.input_ids)
            assert ids[:width].tolist() == ours.input_ids
            assert mask[:width].tolist() == [label != -100 for label in ours.labels]
            assert not mask[width:].any()
            assert ours.input_ids[-1] == tokenizer.eos_token_id
        text = judged(ROWS)[0]
        assert preference.encode_judged(tokenizer, text) == {
            "prompt_ids": pair["prompt_ids"], "completion_ids": pair["chosen_ids"], "label": True,
        }  # fmt: skip
    finally:
        tokenizer.chat_template = kept


def test_dpo_begins_at_the_adapter_and_comes_to_prefer_what_was_chosen(start, tune, monkeypatch):
    monkeypatch.setattr(
        "trl.trainer.base_trainer.send_telemetry", lambda *_, **__: pytest.fail("told a server")
    )
    monkeypatch.delenv("CI", raising=False)
    base, folder, _ = start
    before = (folder / "adapter_model.safetensors").read_bytes()
    tuned, logged = tune(epochs=2)
    # The first step is logged before it changes anything: policy and reference are one there.
    for name in ("margin", "reward_chosen", "reward_rejected"):
        assert logged[f"preference/{name}"][0] == 0.0
    assert logged["preference/loss"][0] == pytest.approx(np.log(2), abs=1e-6)
    assert logged["preference/margin"][-1] > 0.05
    assert len(logged["preference/loss"]) == tuned.steps == 12
    # On briefs that it has not learned from, and by our own measure.
    assert tuned.after.difference > tuned.before.difference + 1
    assert tuned.after.share >= tuned.before.share
    assert (folder / "adapter_model.safetensors").read_bytes() == before
    assert (tuned.held_out, tuned.rows, tuned.too_long) == (8, 24, 0)
    saved = {path.name for path in tuned.adapter.iterdir()}
    assert saved >= adapters.FILES and "ref" not in saved
    weights = load_file(tuned.adapter / "adapter_model.safetensors")
    first = load_file(folder / "adapter_model.safetensors")
    assert weights.keys() == first.keys()
    assert all(not torch.equal(weights[name], first[name]) for name in weights)


def test_the_bare_base_model_would_be_another_reference(start, tiny):
    """Else a margin of 0 at the first step would show nothing."""
    base, folder, _ = start
    model = adapters.load(tiny[1], folder, base)
    pairs = [preference.encode_pair(tiny[2], r) for r in HELD_OUT]
    with model.disable_adapter():
        bare = preference.preferring(model, pairs)
    assert abs(bare.difference - preference.preferring(model, pairs).difference) > 0.1


def test_the_same_seed_gives_the_same_adapter_and_each_option_another(tune):
    made = itertools.count()

    def digest(**changes):
        tuned, _ = tune(rows=ROWS[:8], held_out=[], into=f"t{next(made)}", **changes)
        return adapters.digest(tuned.adapter)

    first = digest()
    assert digest() == first
    for change in (
        {"beta": 0.5}, {"epochs": 2}, {"batch_size": 2}, {"learning_rate": 1e-3}, {"seed": 1},
        {"warmup_share": 0.9}, {"gradient_clip": 0.01}, {"precision": "bf16"},
    ):  # fmt: skip
        assert digest(**change) != first, change


def test_kto_moves_texts_by_their_labels_alone(tune):
    # Twice as many texts are undesirable.
    rows = [r for n, r in enumerate(judged(ROWS)) if not r["label"] or n % 4 == 0]
    tuned, logged = tune("kto", rows, epochs=3)
    assert logged["preference/reward_chosen"][0] == 0.0
    assert (tuned.rows, tuned.desirable) == (36, 12)
    assert tuned.after.difference > tuned.before.difference + 1


def test_texts_that_do_not_fit_are_counted_and_a_bad_loss_stops(tune):
    long = row(0, good=" Yes!" * 60)
    tuned, _ = tune(rows=[*ROWS[:6], long], held_out=[long], maximum_tokens=300)
    assert (tuned.rows, tuned.too_long, tuned.held_out) == (6, 1, 0)
    assert tuned.before is None and tuned.after is None
    with pytest.raises(InputError, match="0 of 24 texts .* fit in preference.maximum_tokens=20"):
        tune(maximum_tokens=20)
    with pytest.raises(SmmVoiceError, match="1 steps have changed nothing"):
        tune(rows=ROWS[:4], warmup_share=0.5, into="unchanged")
    with pytest.raises(SmmVoiceError, match="loss is (nan|inf) at step .*preference.learning_rate"):
        tune(learning_rate=1e30, rows=ROWS[:12])


def test_mismatched_texts_are_those_of_the_same_batch():
    rows = [{"completion_ids": [n]} for n in range(7)]

    def pairing(size):
        return [r["KL_completion_ids"][0] for r in preference.with_mismatched(rows, size)]

    assert pairing(4) == [3, 0, 1, 2, 6, 4, 5]
    assert pairing(3) == [2, 0, 1, 5, 3, 4, 5], "the last one is alone"


def test_both_kinds_weigh_the_same():
    assert preference.balance([True, False]) == (1.0, 1.0)
    assert preference.balance([True] + [False] * 3) == (3.0, 1.0)
    assert preference.balance([True] * 3 + [False] * 2) == (1.0, 1.5)
    with pytest.raises(InputError, match="2 that raters would publish and 0"):
        preference.balance([True, True])


def test_without_trl_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(preference.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"\.\[preference\]"):
        preference.check_installed()
