"""The dataset of a command: built or found, and fit to be judged by."""

from __future__ import annotations

from collections.abc import Sequence

from smm_voice.config import BrandConfig, DatasetConfig, ModelConfig, TrackingConfig, Workspace
from smm_voice.dataset.build import DERIVED, Dataset, build
from smm_voice.dataset.learned import of_language
from smm_voice.errors import InputError
from smm_voice.posts.post import Post

_BATCH = 32


def dataset_of(
    brand: BrandConfig,
    references: Sequence[BrandConfig],
    config: DatasetConfig,
    workspace: Workspace,
) -> Dataset:
    """The brand's dataset, with a model to name topics where the configuration wants one."""

    def name_topics(posts: Sequence[Post]) -> list[str | None]:
        from smm_voice.generation import topics
        from smm_voice.models.base import load, prepare

        model, tokenizer = load(prepare(_writer(config.briefs, brand)))
        return topics.name_topics(model.eval(), tokenizer, posts, _BATCH)

    writer = None if config.briefs == DERIVED else name_topics
    return build(brand, references, config, workspace, writer)


def check_unseen(
    dataset: Dataset, brand: BrandConfig, config: TrackingConfig, workspace: Workspace
) -> None:
    """Refuse a test period that a registered version has learned from.

    Raises:
        InputError: names the versions and the ways out.
    """
    from smm_voice.tracking.lineage import trained_until

    versions = trained_until(config, workspace, brand.name)
    for language, begins in dataset.card["test_from"].items():
        seen = {v: of_language(until, language) for v, until in versions.items()}
        listed = "; ".join(
            f"version {v} until {until}" for v, until in sorted(seen.items()) if until >= begins
        )
        if listed:
            raise InputError(
                f"brand {brand.name}: the test posts of dataset {dataset.fingerprint} begin "
                f"{begins}, and registered models have learned from posts of that time ({listed}): "
                "judged by them, those models would look better than they are. Take a smaller "
                "dataset.test_share, add newer posts, or delete those versions; to try things "
                "out, use another workspace=…"
            )


def _writer(folder: str, brand: BrandConfig) -> ModelConfig:
    return ModelConfig(
        name="brief_writer", languages=brand.languages, licence="-", maximum_bits_per_byte=99.0,
        force=True, path=folder,
    )  # fmt: skip
