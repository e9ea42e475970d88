"""`scripts/forget.py`: erase a post, rebuild without it, and list all that had seen it."""

from __future__ import annotations

from smm_voice.commands.build_dataset import describe
from smm_voice.commands.console import say
from smm_voice.commands.datasets import dataset_of
from smm_voice.config import ForgetConfig, Workspace
from smm_voice.dataset import ledger
from smm_voice.errors import InputError
from smm_voice.posts.ingest import Ingest
from smm_voice.posts.post import Post
from smm_voice.posts.removal import id_digest
from smm_voice.review import preferences


def forget(config: ForgetConfig) -> int:
    """Take the post out of every built dataset, keep it out of later ones, and account for it.

    Models that have learned from it are listed and not touched: what becomes of them is for a
    person to decide.
    """
    from smm_voice.tracking.lineage import descendants

    workspace = Workspace.of(config)
    brand = config.brand
    home = workspace.built / brand.name
    held = ledger.holders(workspace.built, brand.name, config.post)
    known = id_digest(config.post) in ledger.forgotten(home)
    if not held and not known and not _in_sources(config, workspace):
        raise InputError(
            f"brand {brand.name} has no post {config.post!r}, neither in its sources nor in a "
            f"built dataset; ids stand in the files below {home}"
        )
    seen = ledger.note(home, id_digest(config.post), {each.fingerprint for each in held})
    for each in held:
        ledger.erase(each, brand.name, config.post)
    # Told before the rebuild: without the post a brand may have too few.
    say(f"Post {config.post} is forgotten. It stood in:")
    for each in held:
        say(f"  dataset  {each.fingerprint} ({each.folder.parent.name}, {each.part}), erased there")
    for fingerprint in sorted(set(seen) - {each.fingerprint for each in held}):
        say(f"  dataset  {fingerprint}, erased earlier")
    if not seen:
        say("  no built dataset")
    preferred = preferences.forget(workspace.runs / brand.name / preferences.PATH, config.post)
    if preferred:
        say(f"  {preferred} preferences of reviewers, erased there")
    found = descendants(config.tracking, workspace, seen)
    for one in found:
        say(f"  {one.kind:<8} {one.name} (dataset {one.fingerprint})")
    if any(one.kind == "version" for one in found):
        say(
            "Registered versions keep what they have learned, and carry their dataset to score by: "
            "train anew and delete them, their files included."
        )
    if any(one.kind != "version" for one in found):
        say("Runs may show the post in their reports and side-by-side tables: delete those runs.")
    say("The sources still hold it: remove it there too.\n")
    describe(dataset_of(brand, config.references, config.dataset, workspace))
    return 0


def _in_sources(config: ForgetConfig, workspace: Workspace) -> bool:
    rows = Ingest(config.brand, workspace.repository)
    return any(isinstance(row, Post) and row.id == config.post for row in rows)
