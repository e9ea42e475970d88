"""A local model of entailment: does one sentence follow from another, or contradict it?

A cross-encoder fine-tuned on natural-language inference, in transformers' format. Nothing is
fetched and no code of the model's own is run.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from smm_voice.errors import InputError

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

log = logging.getLogger(__name__)

# Columns of what is returned; models write their labels in any case and order.
LABELS = ("entailment", "neutral", "contradiction")
_SPELLINGS = {
    "entailment": "entailment", "entail": "entailment", "entails": "entailment",
    "neutral": "neutral",
    "contradiction": "contradiction", "contradict": "contradiction", "contradicts": "contradiction",
}  # fmt: skip
_MOST_TOKENS = 256
# What a tokenizer cuts off it keeps in pieces, and pairs those of both texts: quadratic work.
_MOST_CHARACTERS = 1500
# Of one forward pass, pads included.
_BATCH_TOKENS = 4096
_READ = 1 << 20


class EntailmentModel:
    """Probabilities of entailment, neutrality and contradiction; an `Entail` of a `Reference`.

    A pair is read once: the same clause comes up in scores and in findings.

    Args:
        folder: config.json, *.safetensors and the tokenizer's files.

    Attributes:
        name: the folder's name and the SHA-256 of its weights.

    Raises:
        InputError: the folder is missing or damaged, holds no sequence classifier, or one whose
            labels are not entailment, neutral and contradiction.
    """

    def __init__(self, folder: Path) -> None:
        weights = sorted(folder.glob("*.safetensors")) if folder.is_dir() else []
        if not weights:
            raise InputError(
                f"evaluation.entailment: there is no folder {folder} with *.safetensors; only "
                "local models in safetensors are loaded"
            )
        self._model, self._tokenizer, self._columns = _load(folder)
        self.name = f"{folder.resolve().name} (SHA-256 {_digest(weights)[:16]})"
        self._known: dict[tuple[str, str], np.ndarray] = {}
        log.info("Entailment: %s", self.name)

    def __call__(self, pairs: Sequence[tuple[str, str]]) -> np.ndarray:
        """Probabilities for each (premise, hypothesis).

        Args:
            pairs: read up to 1,500 characters each and 256 tokens together; of the two the longer
                is cut.

        Returns:
            Shape (pairs, 3), float64: entailment, neutral, contradiction; rows of sum 1.
        """
        new = [pair for pair in dict.fromkeys(pairs) if pair not in self._known]
        self._known |= self._read(new)
        found = np.zeros((len(pairs), len(LABELS)))
        for row, pair in enumerate(pairs):
            found[row] = self._known[pair]
        return found

    def _read(self, pairs: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], np.ndarray]:
        import torch

        most = _longest(self._model.config, self._tokenizer)
        # Tokenizers take no lone surrogates.
        encoded = [
            self._tokenizer(_legal(premise), _legal(hypothesis), truncation=True, max_length=most)
            for premise, hypothesis in pairs
        ]
        found: dict[tuple[str, str], np.ndarray] = {}
        with torch.inference_mode():
            for rows in _batches([len(each["input_ids"]) for each in encoded]):
                batch = self._tokenizer.pad([encoded[i] for i in rows], return_tensors="pt")
                logits = self._model(**batch).logits.double()
                probabilities = torch.softmax(logits, dim=1)[:, self._columns].numpy()
                found |= {pairs[i]: p for i, p in zip(rows, probabilities, strict=True)}
        return found


def choose_entailment(path: str | None, root: Path) -> EntailmentModel | None:
    """The model in the folder that `evaluation.entailment` names; None where it names none."""
    return None if path is None else EntailmentModel(root / Path(path).expanduser())


def _load(folder: Path) -> tuple[PreTrainedModel, PreTrainedTokenizerBase, list[int]]:
    from transformers import AutoConfig, AutoModelForSequenceClassification, AutoTokenizer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()
    local: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
    try:
        config = AutoConfig.from_pretrained(folder, **local)
        _check_classifier(config, folder)
        columns = _columns(config, folder)
        tokenizer: Any = AutoTokenizer.from_pretrained(folder, **local)
        model: Any
        model, told = AutoModelForSequenceClassification.from_pretrained(
            folder, config=config, dtype="float32", use_safetensors=True,
            output_loading_info=True, **local,
        )  # fmt: skip
    except InputError:
        raise
    except Exception as error:
        # A damaged folder makes transformers raise nearly anything, and nothing of one kind.
        raise InputError(
            f"evaluation.entailment: {folder} cannot be loaded: {_first(error)}"
        ) from error
    # transformers would draw what is missing at random, and go on.
    wrong = [*told["missing_keys"], *(str(key) for key in told["mismatched_keys"])]
    if wrong:
        raise InputError(
            f"evaluation.entailment: the weights in {folder} lack {', '.join(sorted(wrong)[:3])}"
        )
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token or tokenizer.unk_token
    if tokenizer.pad_token_id is None:
        raise InputError(f"evaluation.entailment: the tokenizer of {folder} has no padding token")
    model.config.pad_token_id = tokenizer.pad_token_id
    return model.eval(), tokenizer, columns


def _check_classifier(config: Any, folder: Path) -> None:
    architectures = config.architectures or []
    if not any(str(name).endswith("ForSequenceClassification") for name in architectures):
        raise InputError(
            f"evaluation.entailment: {folder} holds no sequence classifier but "
            f"{', '.join(map(str, architectures)) or 'a model of unknown kind'}"
        )


def _columns(config: Any, folder: Path) -> list[int]:
    """Index of each of `LABELS` among the model's outputs."""
    names = {int(index): str(name) for index, name in config.id2label.items()}
    meant = {index: _SPELLINGS.get(name.strip().casefold()) for index, name in names.items()}
    if sorted(str(label) for label in meant.values()) != sorted(LABELS):
        listed = ", ".join(names[index] for index in sorted(names))
        raise InputError(
            f"evaluation.entailment: the labels of {folder} must be {', '.join(LABELS)}, "
            f"are {listed}; set id2label in its config.json"
        )
    return [next(i for i, label in meant.items() if label == wanted) for wanted in LABELS]


def _longest(config: Any, tokenizer: Any) -> int:
    """Tokens of a pair: what model and tokenizer can take, and no more than the bound."""
    positions = getattr(config, "max_position_embeddings", None) or _MOST_TOKENS
    # Two positions less: RoBERTa counts from past its padding token.
    return int(min(_MOST_TOKENS, positions - 2, tokenizer.model_max_length))


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Indices of pairs of like length, as many as fit a pass."""
    batch: list[int] = []
    for i in sorted(range(len(lengths)), key=lambda i: lengths[i]):
        if batch and lengths[i] * (len(batch) + 1) > _BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch


def _first(error: Exception) -> str:
    """The first line of its words; transformers explains itself at length."""
    return next((line for line in str(error).splitlines() if line.strip()), repr(error))


def _legal(text: str) -> str:
    return text[:_MOST_CHARACTERS].encode("utf-8", "replace").decode("utf-8")


def _digest(weights: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for path in weights:
        with path.open("rb") as file:
            while block := file.read(_READ):
                digest.update(block)
    return digest.hexdigest()
