"""`scripts/build_dataset.py`: the dataset alone, with a look at its examples."""

from __future__ import annotations

import itertools

from smm_voice.commands.console import say
from smm_voice.commands.datasets import check_unseen, dataset_of
from smm_voice.config import BuildDatasetConfig, Workspace
from smm_voice.dataset.build import Dataset
from smm_voice.dataset.card import in_words
from smm_voice.dataset.prompts import prompt
from smm_voice.models.base import check_at_hand


def build_dataset(config: BuildDatasetConfig) -> int:
    """Build or find the dataset, print its card, show examples."""
    workspace = Workspace.of(config)
    if config.show:
        check_at_hand(config.model)
    dataset = dataset_of(config.brand, config.references, config.dataset, workspace)
    describe(dataset)
    check_unseen(dataset, config.brand, config.tracking, workspace)
    if config.show:
        _show(config, dataset)
    return 0


def describe(dataset: Dataset) -> None:
    """The card in a few lines."""
    card = dataset.card
    state = "found" if dataset.reused else "built"
    say(f"Dataset {dataset.fingerprint} {state}: {card['read']} rows read, {card['kept']} kept")
    for reason, count in card["dropped"].items():
        say(f"  {count:>6} left out: {reason} ({in_words(reason)})")
    if card["privacy"]:
        listed = ", ".join(f"{count} {kind}" for kind, count in card["privacy"].items())
        say(f"  personal data masked: {listed}")
    shared = {name: told["shared"] for name, told in card["references"].items() if told["shared"]}
    for name, count in shared.items():
        say(f"  {count} posts of {name} repeat the brand's own and are no reference")
    for language, splits in card["splits"].items():
        listed = ", ".join(f"{count} {split}" for split, count in splits.items())
        say(f"  {language}: {listed}")
    say(f"  {dataset.folder}/card.html")


def _show(config: BuildDatasetConfig, dataset: Dataset) -> None:
    from smm_voice.models.base import load_tokenizer, prepare
    from smm_voice.training.collator import IGNORED, encode

    tokenizer = load_tokenizer(prepare(config.model))
    for example in dataset.splits["train"][-config.show :]:
        messages = prompt(config.brand.title, example.post.language or "", example.brief)
        encoded = encode(tokenizer, messages, example.text)
        learned = sum(label != IGNORED for label in encoded.labels)
        say(
            f"\n{example.id}, {example.post.created_at:%Y-%m-%d}: {learned} of "
            f"{len(encoded.labels)} tokens are learned, those in ⟦ ⟧"
        )
        # Whole stretches: one sign may be several tokens, none of which is a sign by itself.
        text = ""
        pairs = zip(encoded.input_ids, encoded.labels, strict=True)
        for is_learned, stretch in itertools.groupby(pairs, lambda pair: pair[1] != IGNORED):
            shown = tokenizer.decode([token for token, _ in stretch])
            text += f"⟦{shown}⟧" if is_learned else shown
        say(text)
