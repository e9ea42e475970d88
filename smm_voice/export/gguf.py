"""The merged model as a GGUF file, by llama.cpp's own programs, read back and compared."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from smm_voice.errors import SmmVoiceError
from smm_voice.export.merged import divergence, load_exported, load_model, logits
from smm_voice.export.tools import Tools, run
from smm_voice.models.memory import release

log = logging.getLogger(__name__)

# Number format of the merged weights → the converter's word for it.
_OUTTYPES = {"fp32": "f32", "bf16": "bf16", "fp16": "f16"}
# What the converter writes by itself.
_BY_CONVERTER = "q8_0"
# Largest mean Kullback-Leibler divergence from the merged model, nats a token, of a file with the
# same weights: they differ by the order of additions. SmolLM2 in bf16: 0; in q8_0: .0014.
_MOST_PLAIN = 1e-4
_GREEDY_TOKENS = 24
UNREAD = (
    "its tokenizer was compared by the numbers of tokens alone, since transformers cannot read it"
)


@dataclass(frozen=True)
class GgufCheck:
    """How a GGUF file answers, beside the merged model that it was made of.

    Attributes:
        divergence: mean over the probes' tokens of KL(merged, file), nats; None where transformers
            cannot read this architecture from GGUF.
        same_greedy: probes that both go on with word for word, of all.
        adds_first_token: whether llama.cpp puts the first token before a prompt by itself.
        tokenised: whether its tokenizer was read back, too, and makes the same tokens; if not,
            only the numbers of the prompts' tokens were compared.
        reason: why it was not compared.
    """

    divergence: float | None
    same_greedy: tuple[int, int]
    adds_first_token: bool
    tokenised: bool = False
    reason: str = ""


def needs_quantiser(quantisation: str | None) -> bool:
    """Whether `llama-quantize` has a part in it."""
    return quantisation is not None and quantisation != _BY_CONVERTER


def write(path: Path, merged: Path, dtype: str, quantisation: str | None, tools: Tools) -> None:
    """Convert, and quantise where that is wanted.

    Args:
        path: of the file to be made.
        merged: folder of the merged model.
        dtype: of the merged model.
        quantisation: llama.cpp's name of it; None: as `dtype`.
        tools: what makes it.

    Raises:
        SmmVoiceError: one of the programs fails, or makes no GGUF file.
    """
    two_steps = needs_quantiser(quantisation)
    kind = _OUTTYPES[dtype] if two_steps or quantisation is None else quantisation
    first = path.with_suffix(".unquantised") if two_steps else path
    command = (*tools.converter, str(merged), "--outfile", str(first), "--outtype", kind)
    run((*command, "--model-name", path.stem), "llama.cpp's converter")
    _check_made(first)
    if two_steps and quantisation:
        run((*tools.quantiser, str(first), str(path), quantisation.upper()), "llama-quantize")
        _check_made(path)
        first.unlink()


def check(path: Path, merged: Path, ids: Sequence[list[int]], untuned: float | None) -> GgufCheck:
    """Read the file back through transformers and compare it with the merged model.

    Args:
        path: of the GGUF file.
        merged: folder of the merged model.
        ids: prompts.
        untuned: divergence of the base without adapter. Weights that were rounded further must
            be nearer than that: else the voice is lost. None: they were not rounded.

    Raises:
        SmmVoiceError: it makes other tokens of a text, or answers otherwise.
    """
    import torch

    reader = _reader(path)
    adds_first = _adds_first_token(reader)
    ours, tokenizer = load_exported(merged)
    _check_vocabulary(path.name, reader, tokenizer, ids)
    del reader
    with torch.inference_mode():
        wanted = logits(ours, ids)
        ours_go_on = _greedy(ours, ids)
    del ours
    release()
    try:
        theirs = load_model(path.parent, gguf_file=path.name)
    except Exception as error:
        reason = _line(error)
        # An architecture or number format that transformers does not know from GGUF files.
        if not (isinstance(error, ValueError) and "not supported" in reason):
            raise SmmVoiceError(f"{path.name} cannot be read back: {reason}") from error
        log.warning("transformers cannot read %s back: %s", path.name, reason)
        return GgufCheck(None, (0, len(ids)), adds_first, reason=reason)
    tokenised = _same_tokens(path, tokenizer, ids)
    with torch.inference_mode():
        found = logits(theirs, ids)
        theirs_go_on = _greedy(theirs, ids)
    apart = divergence(wanted, found)
    most = _MOST_PLAIN if untuned is None else untuned
    if not apart <= most:
        raise SmmVoiceError(
            f"{path.name} does not answer like the merged model: {apart:.2g} nats a token "
            f"apart, {most:.2g} are allowed"
            + (
                ""
                if untuned is None
                else ", which is where the base without adapter is; take a "
                "quantisation of more bits"
            )
        )
    same = sum(a == b for a, b in zip(ours_go_on, theirs_go_on, strict=True))
    return GgufCheck(apart, (same, len(ids)), adds_first, tokenised)


def _reader(path: Path) -> Any:
    from gguf import GGUFReader

    return GGUFReader(path)


def _adds_first_token(reader: Any) -> bool:
    """Whether the file tells llama.cpp to begin each prompt with the first token.

    Where it does not say, llama.cpp does so for SentencePiece vocabularies alone.
    """
    said = reader.get_field("tokenizer.ggml.add_bos_token")
    if said is not None:
        return bool(said.contents())
    kind = reader.get_field("tokenizer.ggml.model")
    return kind is not None and kind.contents() == "llama"


def _check_vocabulary(name: str, reader: Any, tokenizer: Any, ids: Sequence[list[int]]) -> None:
    """Each token of the prompts stands in the file under its number.

    Raises:
        SmmVoiceError: it does not.
    """
    listed = reader.get_field("tokenizer.ggml.tokens")
    for token in sorted({token for each in ids for token in each}):
        # One by one: to decode all of them takes a minute.
        found = bytes(listed.parts[listed.data[token]]).decode("utf-8", "replace")
        if found != tokenizer.convert_ids_to_tokens(token):
            raise SmmVoiceError(
                f"{name} has other tokens than the merged model: number {token} is {found!r}"
            )


def _same_tokens(path: Path, tokenizer: Any, ids: Sequence[list[int]]) -> bool:
    """Whether the file's tokenizer could be read back, and makes the same tokens of the prompts.

    Raises:
        SmmVoiceError: it could, and makes others.
    """
    from transformers import AutoTokenizer

    try:
        read = AutoTokenizer.from_pretrained(
            path.parent, gguf_file=path.name, trust_remote_code=False
        )
    except Exception as error:
        # It knows few of llama.cpp's kinds of vocabulary (not Gemma's from a tokenizer.json).
        log.warning("transformers cannot read the tokenizer of %s: %s", path.name, _line(error))
        return False
    for text in (tokenizer.decode(each) for each in ids):
        first, second = (t(text, add_special_tokens=False)["input_ids"] for t in (tokenizer, read))
        if list(first) != list(second):
            raise SmmVoiceError(f"{path.name} makes other tokens of a prompt than the merged model")
    return True


def _line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200]


def _greedy(model: Any, ids: Sequence[list[int]]) -> list[list[int]]:
    import torch

    return [
        model.generate(
            input_ids=torch.tensor([each]), attention_mask=torch.ones((1, len(each))),
            do_sample=False, max_new_tokens=_GREEDY_TOKENS, temperature=None, top_p=None,
            top_k=None,
        )[0, len(each) :].tolist()
        for each in ids
    ]  # fmt: skip


def _check_made(path: Path) -> None:
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise SmmVoiceError(f"llama.cpp's program ended well and wrote no file: {error}") from error
    if magic != b"GGUF":
        raise SmmVoiceError(f"what llama.cpp's program wrote is no GGUF file: {path.name}")
