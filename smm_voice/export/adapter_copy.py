"""The bare adapter in peft's format, compared with the one that it was copied from."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

from smm_voice.errors import SmmVoiceError
from smm_voice.export.merged import Messages, logits
from smm_voice.models import adapters
from smm_voice.models.base import BaseModel, load
from smm_voice.models.chat import prompt_ids


def copy(
    folder: Path,
    base: BaseModel,
    adapter: Path,
    base_name: str | None,
    probes: Sequence[Messages],
) -> None:
    """The adapter in peft's format, without what the trainer left beside it.

    Args:
        folder: to be made.
        base: the adapter's base model.
        adapter: as trained.
        base_name: the base's name on the hub; it stands in place of a path of this machine.
        probes: prompts on which it is compared with what it was copied from.

    Raises:
        InputError: the adapter was trained on another base.
        SmmVoiceError: what was written does not answer like it.
    """
    import torch
    from peft import PeftModel

    folder.mkdir()
    shutil.copyfile(adapter / adapters.WEIGHTS, folder / adapters.WEIGHTS)
    config = json.loads((adapter / adapters.CONFIG).read_text(encoding="utf-8"))
    config["base_model_name_or_path"] = base_name
    text = json.dumps(config, indent=2, sort_keys=True)
    (folder / adapters.CONFIG).write_text(text + "\n", encoding="utf-8")
    model, tokenizer = load(base)
    ids = [prompt_ids(tokenizer, messages) for messages in probes]
    with torch.inference_mode():
        tuned = adapters.load(model, adapter, base)
        wanted = logits(tuned, ids)
        fresh = PeftModel.from_pretrained(tuned.unload(), str(folder)).eval()
        found = logits(fresh, ids)
    if not torch.equal(wanted, found):
        raise SmmVoiceError("the exported adapter does not answer like the one it was copied from")
