"""What came in since the champion learned: whose it is, and whether it has moved."""

from __future__ import annotations

import dataclasses
from functools import cached_property
from typing import TYPE_CHECKING, Any

from smm_voice.commands.start import Start
from smm_voice.dataset.build import Dataset, load
from smm_voice.dataset.example import Example
from smm_voice.dataset.learned import data_until, of_language
from smm_voice.evaluation.provenance import commit
from smm_voice.text.languages import primaries

if TYPE_CHECKING:
    from smm_voice.tracking.retrainings import Earlier


class NewPosts:
    """The questions to new posts."""

    def __init__(self, start: Start) -> None:
        self._start, self._config, self._outcome = start, start.config, start.outcome
        self._champion, self._named = start.in_use.champion, start.in_use.named

    def looked_at(self, dataset: Dataset, earlier: Earlier | None) -> dict[str, Any] | None:
        """Intake and drift, as facts of the start; None where the export is refused."""
        from smm_voice.commands.monitor import posts_of

        posts = [e for language in self._languages() for e in posts_of(dataset, language)]
        known, new, newer = self._parted(posts)
        facts: dict[str, Any] = {
            "new_posts": newer,
            "alarms": None,
            "posts": dataset.card["kept"],
            "until": data_until(dataset),
        }
        if self._named is None:
            return facts
        if self._refused(dataset, known, new, earlier, facts):
            return None
        if self._champion is None:
            return facts
        config = self._config.retraining.triggers
        if config.drift and newer >= config.minimum_new_posts:
            facts["alarms"] = self._drift(dataset)
        return facts

    def _languages(self) -> tuple[str, ...]:
        return primaries(self._config.brand.languages)

    def _parted(self, posts: list[Example]) -> tuple[list[Example], list[Example], int]:
        """Posts that the last judged model's dataset held, the others, and how many are newer."""
        until = self._data_until()

        def is_newer(example: Example) -> bool:
            # Held against what was known of its language: one may have stopped long ago.
            return example.post.created_at.isoformat() > max(
                of_language(each, example.post.language or "") for each in until
            )

        newer = [e for e in posts if is_newer(e)]
        held = self._held()
        if held is None:
            return [e for e in posts if not is_newer(e)], newer, len(newer)
        new = [e for e in posts if e.id not in held]
        return [e for e in posts if e.id in held], new, len(newer)

    def _data_until(self) -> list[str]:
        """How far the datasets reached that the champion and the last candidate came from."""
        from smm_voice.tracking import retrainings

        if self._named is None:
            return [""]
        tags = self._named.tags
        own = tags.get("smm.data_until") or tags.get("smm.trained_until", "")
        attempt = retrainings.last_attempt(self._start.store) if self._start.store else None
        return [own, str((attempt.facts.get("until") if attempt else "") or "")]

    @cached_property
    def _before(self) -> Dataset | None:
        """The champion's dataset; None where it is gone."""
        fingerprint = self._named.tags.get("smm.dataset_fingerprint") if self._named else None
        folder = self._start.workspace.built / self._config.brand.name / str(fingerprint)
        return load(folder) if (folder / "card.json").exists() else None

    def _held(self) -> set[str] | None:
        """Ids of the posts in the champion's dataset; None where it is gone."""
        before = self._before
        return {e.id for rows in before.splits.values() for e in rows} if before else None

    def _refused(
        self, dataset: Dataset, known: list[Example], new: list[Example],
        earlier: Earlier | None, facts: dict[str, Any],
    ) -> bool:  # fmt: skip
        """Whether the export must not be learned from; says why, also where it is forced."""
        from smm_voice.monitoring.intake import check_intake, repeated, shrunk

        config, outcome = self._config.retraining.intake, self._outcome
        before = earlier.facts.get("posts") if earlier else None
        before = before or (self._named.count("smm.posts") if self._named else None)
        with outcome.stage("intake") as stage:
            problems = [shrunk(before, facts["posts"], config)] if before else []
            then = self._before
            problems += repeated(then.card, dataset.card, config) if then else []
            # Of then: a build takes out of the references what the brand itself posts, and so what
            # came in with another brand's export.
            references = then.references if then else dataset.references
            for language in self._languages():
                problems += check_intake(known, new, references, language, config)
            stage.said += [problem.what for problem in problems if problem and problem.warning]
            found = [problem.what for problem in problems if problem and not problem.warning]
            stage.said += found or [f"{len(new)} posts came in, nothing speaks against them"]
            if found and self._config.force:
                stage.said.append("forced: taken all the same")
                return False
        if found:
            # What was there before it shrank is what the next export is held against.
            outcome.facts |= {**facts, "posts": before or facts["posts"]}
            outcome.decision, outcome.reasons = "stopped", found
        return bool(found)

    def _drift(self, dataset: Dataset) -> list[str]:
        """Names of the signals that call for a training, in any language; each look is logged."""
        from smm_voice.commands.monitor import log_and_show, look
        from smm_voice.tracking import run as tracking

        if self._start.store is None:
            return []
        brand = self._config.brand
        alarms: list[str] = []
        news: list[str] = []
        config = self._config.monitor
        if self._start.run is None:
            config = dataclasses.replace(config, output_briefs=0)
        with self._outcome.stage("monitor") as stage:
            for language in self._languages():
                looked = look(brand, dataset, language, config, self._start.store)
                # A new subject is no new voice: it waits for enough posts about it.
                news += [s.name for s in looked.monitored.alarms if s.about == "topics"]
                alarms += [s.name for s in looked.monitored.alarms if s.about != "topics"]
                if self._start.run is None:
                    continue
                tags = {
                    "smm.dataset_fingerprint": dataset.fingerprint,
                    "smm.git_sha": commit(self._start.workspace.repository),
                    "mlflow.parentRunId": self._start.run.id,
                }
                runs = self._start.workspace.runs / brand.name
                spoken = self._config.report.language_for(brand)
                with tracking.start(
                    self._start.store, f"drift, {language}", "monitor", runs, tags
                ) as run:
                    log_and_show(run, self._start.store, brand, looked, spoken, self._start.now)
            stage.said.append(", ".join(alarms) if alarms else "no drift")
            if news:
                stage.said.append(f"topics alone, which start nothing: {', '.join(news)}")
        return sorted(set(alarms))
