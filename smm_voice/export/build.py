"""The exported folder, from the adapter to the sums over all its files."""

from __future__ import annotations

import dataclasses
import logging
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smm_voice.config.export import ADAPTER, DTYPES, GGUF, QUANTISATIONS, SAFETENSORS, ExportConfig
from smm_voice.dataset.prompts import prompt
from smm_voice.export import adapter_copy, card, folder, gguf, merged, modelfile
from smm_voice.export.about import About, probes
from smm_voice.export.card_use import ADAPTER_FOLDER
from smm_voice.export.terms import NOTICE, copy_licence, notice
from smm_voice.models import adapters
from smm_voice.models.base import BaseModel

if TYPE_CHECKING:
    from smm_voice.export.tools import Tools

log = logging.getLogger(__name__)

_BESIDES = 64_000_000  # tokenizer, card, licence
_MERGED = ".merged"


def build(output: Path, about: About, base: BaseModel, adapter: Path, tools: Tools | None) -> About:
    """Make the folder.

    Args:
        output: absolute; to be made.
        about: what its card tells.
        base: the adapter's base model, prepared.
        adapter: folder of the adapter.
        tools: what makes a GGUF file; None where none is asked for.

    Returns:
        What the card now tells of the files.

    Raises:
        InputError: the adapter is of another base, or `output` cannot be written.
        SmmVoiceError: there is no room, or what was written does not answer alike.
    """
    config = about.config
    with folder.staged(output, overwrite=config.overwrite) as place:
        folder.check_room(place, _needed(config, base, adapter))
        if SAFETENSORS in config.formats or tools:
            about = _merge(place, about, base, adapter, tools)
        if ADAPTER in config.formats:
            target = place / ADAPTER_FOLDER
            adapter_copy.copy(target, base, adapter, about.terms.name, probes(about.brand))
        copied = copy_licence(about.base_config, base.folder, place)
        about = dataclasses.replace(about, licence_files=tuple(copied))
        text = notice(about.terms, about.brand.title, _changes(about), copied)
        (place / NOTICE).write_text(text, encoding="utf-8")
        (place / card.README).write_text(card.card(about), encoding="utf-8")
        folder.seal(place, _record(about))
    return about


def told(about: About, output: Path) -> list[str]:
    """What was made, in lines for a terminal."""
    lines = [f"{about.label}, exported to {output} ({folder.size(output) / 1e6:,.0f} MB)"]
    if about.agreement:
        a = about.agreement
        lines.append(
            f"  merged weights in {about.config.dtype}: read afresh, their logits are "
            f"{a.share:.2%} of the adapter's effect off ({a.tolerance:.1%} allowed)"
        )
    if about.gguf_file and about.gguf:
        lines.append(f"  {about.gguf_file}: " + _gguf_in_words(about.gguf))
    if ADAPTER in about.config.formats:
        lines.append(f"  {ADAPTER_FOLDER}/: the adapter in peft's format")
    if about.judged is None:
        lines.append("! It was never evaluated, and its card says so: scripts/evaluate.py")
    if about.data is None:
        lines.append("! Its dataset's card is not at hand, and is missing in the model's card")
    if about.terms.name is None:
        lines.append("! The base's name on the hub is not known: say base_model=OWNER/NAME")
    if not about.licence_files:
        lines.append(
            f"! No licence file came with the base: add it before you pass it on ({NOTICE})"
        )
    lines.append(f"Read {output / card.README} first: what it is for, and what it invents.")
    return lines


def _merge(place: Path, about: About, base: BaseModel, adapter: Path, tools: Tools | None) -> About:
    config, asked = about.config, probes(about.brand)
    # Only what was asked for stays; the converter needs the merged folder in any case.
    into = place if SAFETENSORS in config.formats else place / _MERGED
    into.mkdir(exist_ok=True)
    agreement = merged.write(into, base, adapter, config.dtype, config.generation, asked)
    about = dataclasses.replace(about, agreement=agreement)
    if tools:
        name = f"{config.brand.name}-voice-{config.quantisation or config.dtype}.gguf"
        gguf.write(place / name, into, config.dtype, config.quantisation, tools)
        tokenizer = merged.load_tokenizer(into)
        ids = [merged.tokens(tokenizer, each) for each in asked]
        untuned = agreement.divergence if config.quantisation else None
        check = gguf.check(place / name, into, ids, untuned)
        about = dataclasses.replace(about, gguf=check, gguf_file=name)
        _write_modelfile(place, about, tokenizer, name, check)
    if into != place:
        shutil.rmtree(into)
    return about


def _write_modelfile(
    place: Path, about: About, tokenizer: Any, name: str, check: gguf.GgufCheck
) -> None:
    brand = about.brand
    found = modelfile.template(tokenizer, adds_first_token=check.adds_first_token)
    system = prompt(brand.title, brand.languages[0], "")[0]["content"]
    text = found and modelfile.modelfile(
        name, found, system, about.config.generation, f"{about.label}, {about.base}"
    )
    if not text:
        log.warning("No %s: this model's prompt cannot be said in Ollama's form", modelfile.NAME)
        return
    (place / modelfile.NAME).write_text(text, encoding="utf-8")


def _needed(config: ExportConfig, base: BaseModel, adapter: Path) -> int:
    """Bytes, while it is being made."""
    weights = merged.parameters(base)
    merged_size = weights * DTYPES[config.dtype]
    needed = float(_BESIDES)
    if SAFETENSORS in config.formats or GGUF in config.formats:
        needed += merged_size
    if GGUF in config.formats:
        needed += weights * QUANTISATIONS.get(config.quantisation or "", DTYPES[config.dtype])
        needed += merged_size if gguf.needs_quantiser(config.quantisation) else 0
    if ADAPTER in config.formats:
        needed += (adapter / adapters.WEIGHTS).stat().st_size
    return round(needed)


def _changes(about: About) -> str:
    config = about.config
    steps = ["fine-tuned with LoRA"]
    if SAFETENSORS in config.formats or GGUF in config.formats:
        steps.append(f"merged, written in {config.dtype}")
    if about.gguf_file:
        quantised = f", quantised to {config.quantisation}" if config.quantisation else ""
        steps.append(f"converted to GGUF{quantised}")
    if about.terms.form:
        steps.insert(0, f"unpacked from {about.terms.form}")
    return ", ".join(steps)


def _record(about: About) -> dict[str, Any]:
    """For programs: what this folder is and where it comes from."""
    origin, config = about.origin, about.config
    return {
        "format": 1,
        "brand": about.brand.name,
        "model": about.label,
        "version": about.version,
        "formats": list(config.formats),
        "dtype": config.dtype if about.agreement else None,
        "quantisation": config.quantisation,
        "base": about.base,
        "base_digest": origin.base_digest,
        "adapter_digest": about.adapter_digest,
        "dataset_fingerprint": origin.dataset_fingerprint,
        "trained_until": origin.trained_until,
        "prompt_version": origin.prompt_version,
        "evaluation_run": about.judged.run if about.judged else None,
        "commit": about.commit,
        "date": about.date,
        "merged": dataclasses.asdict(about.agreement) if about.agreement else None,
        "gguf": dataclasses.asdict(about.gguf) if about.gguf else None,
    }


def _gguf_in_words(check: gguf.GgufCheck) -> str:
    if check.divergence is None:
        return f"NOT compared with the merged model ({check.reason})"
    same, of = check.same_greedy
    return (
        f"read back, {check.divergence:.2g} nats a token from the merged model; "
        f"{same} of {of} prompts are answered word for word alike"
        + ("" if check.tokenised else f"; {gguf.UNREAD}")
    )
