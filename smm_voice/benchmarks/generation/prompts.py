"""What is written to: the real briefs of acme, as an evaluation asks them."""

from __future__ import annotations

import dataclasses
import sys
from dataclasses import dataclass
from pathlib import Path

import yaml

from smm_voice.benchmarks.record import measure
from smm_voice.config import GenerationBenchConfig, LoraConfig, ModelConfig, TrainingConfig
from smm_voice.dataset.build import Dataset
from smm_voice.dataset.build import load as load_dataset
from smm_voice.dataset.learned import learned_until
from smm_voice.dataset.prompts import PROMPT_VERSION, Message, read_style_guide
from smm_voice.evaluation import arms
from smm_voice.evaluation.reference import prompt_set

_BRAND = "acme"


@dataclass(frozen=True)
class Task:
    """Prompts and the model that they are put to.

    Attributes:
        name: `short`: the brief alone, to the tuned model; `few_shot`: style guide and examples
            before it, to the base model.
        prompts: chat messages of each.
        adapter: folder; None: the base model.
    """

    name: str
    prompts: list[list[Message]]
    adapter: str | None


def tasks(bench: GenerationBenchConfig, repository: Path, folder: Path) -> list[Task]:
    """Both tasks; the adapter is trained where none is given."""
    command = [sys.executable, str(repository / "scripts" / "build_dataset.py"),
               f"brand={_BRAND}", f"workspace={folder}"]  # fmt: skip
    measure(command, folder)
    built = next((folder / "data" / "built" / _BRAND).glob("*/card.json")).parent
    dataset = load_dataset(built)
    adapter = bench.adapter or str(_trained(bench, dataset, repository, folder))
    brand = yaml.safe_load((repository / "conf" / "brand" / f"{_BRAND}.yaml").read_text("utf-8"))
    title, guide = brand["display_name"], read_style_guide(repository / brand["style_guide"])
    examples = prompt_set(dataset, brand["languages"][0], bench.briefs)
    shots = arms.few_shots(dataset, brand["languages"][0], bench.shots)

    def asked(arm: str) -> list[list[Message]]:
        return [each.messages for each in arms.requests(arm, examples, title, guide, shots)]

    return [Task("short", asked(arms.SUBJECT), adapter), Task("few_shot", asked("prompted"), None)]


def _trained(
    bench: GenerationBenchConfig, dataset: Dataset, repository: Path, folder: Path
) -> Path:
    """A model that ends its posts: without one, every answer has the same length."""
    from smm_voice.models.adapters import AdapterOrigin
    from smm_voice.models.base import load, prepare
    from smm_voice.training.lesson import Lesson
    from smm_voice.training.run import Loaded, train

    def conf(name: str) -> dict[str, object]:
        found: dict[str, object] = yaml.safe_load((repository / "conf" / name).read_text("utf-8"))
        return found

    model = ModelConfig(**conf(f"model/{bench.model}.yaml"))  # type: ignore[arg-type]
    training = TrainingConfig(**conf("training/default.yaml"))  # type: ignore[arg-type]
    training = dataclasses.replace(
        training, maximum_examples=bench.examples, evaluations_per_epoch=1
    )
    base = prepare(model)
    origin = AdapterOrigin(
        _BRAND, dataclasses.asdict(model), base.digest, dataset.fingerprint,
        learned_until(dataset), PROMPT_VERSION, prompt_format=base.prompt_format,
    )  # fmt: skip
    lesson = Lesson(
        dataset.splits["train"], dataset.splits["validation"][-8:], _BRAND.title(), origin
    )
    lora = LoraConfig(**conf("lora/default.yaml"))  # type: ignore[arg-type]
    loaded = Loaded(*load(base), base)
    return train(loaded, lesson, lora, training, folder / "training").adapter
