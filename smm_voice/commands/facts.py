"""`scripts/facts.py`: propose lines for a brand's fact sheet, and check sheet against posts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from smm_voice.commands.console import say
from smm_voice.commands.datasets import dataset_of
from smm_voice.commands.output import write_text
from smm_voice.config import BrandConfig, FactsConfig, Workspace
from smm_voice.errors import ConfigError, InputError
from smm_voice.metrics.factuality.check import check
from smm_voice.metrics.factuality.claim import ACCUSED
from smm_voice.metrics.factuality.sheet import FactSheet, load_sheet
from smm_voice.metrics.factuality.suggest import (
    ADDRESSES,
    LANGUAGES,
    Brand,
    as_yaml,
    in_words,
    key_of,
    readable,
    slug,
    suggest,
    title_of,
)
from smm_voice.posts.post import Post
from smm_voice.text import languages

_FIRST = 10
_MISSING = "missing"
# What a person has to look at, worst first.
_KINDS = (*ACCUSED, "stale", _MISSING)


def facts(config: FactsConfig) -> int:
    """Do what `config.action` says."""
    workspace = Workspace.of(config)
    sheets = _sheets(config.brand, workspace)
    if config.action == "check" and config.brand.facts is None:
        raise InputError(
            f"brand {config.brand.name} has no fact sheet to check; write one and name it as "
            "`facts` in the brand's file, or begin with: python scripts/facts.py "
            f"brand={config.brand.name} suggest"
        )
    dataset = dataset_of(config.brand, config.references, config.dataset, workspace)
    # Never the test posts: a sheet that was made by them would make the evaluation too kind.
    posts = [example.post for example in dataset.splits["train"]][::-1]
    say(
        f"{len(posts)} training posts of {config.brand.title}; the test posts are not read, since "
        "a sheet that was made by them would make the evaluation too kind."
    )
    if config.action == "check":
        return _check(config, posts, sheets)
    return _suggest(config, posts, sheets, workspace)


def _sheets(brand: BrandConfig, workspace: Workspace) -> dict[str, FactSheet]:
    """Language → the brand's sheet in its words; all faults in any of them at once."""
    path = workspace.repository / brand.facts if brand.facts else None
    sheets, errors = {}, []
    for language in dict.fromkeys(map(languages.primary, brand.languages)):
        try:
            sheets[language] = load_sheet(path, language)
        except ConfigError as error:
            errors += [each for each in error.errors if each not in errors]
    if errors:
        raise ConfigError(errors)
    return sheets


def _suggest(
    config: FactsConfig, posts: Sequence[Post], sheets: dict[str, FactSheet], workspace: Workspace
) -> int:
    brand = config.brand
    read = [post for post in posts if post.language in LANGUAGES]
    if not read:
        spoken = ", ".join(sorted({post.language or "?" for post in posts}))
        raise InputError(
            f"brand {brand.name}: facts are proposed from posts in English and French; its posts "
            f"are in {spoken}"
        )
    if len(read) < len(posts):
        say(f"{len(posts) - len(read)} posts in other languages than English and French: left out.")
    speaker = _speaker(brand, read, sheets)
    found = suggest(read, sheets, speaker, config.minimum, config.most, _progress)
    known = [code for code in sheets if code in LANGUAGES] or ["en"]
    found = readable(found, known)
    own = all(sheet.brand in (None, speaker.subject) for sheet in sheets.values()) and not any(
        speaker.subject in sheet.names.values() and sheet.brand is None for sheet in sheets.values()
    )
    path = workspace.runs / brand.name / "facts" / "suggested.yaml"
    if config.output:
        path = Path(config.output)
    if brand.facts and _same(path, workspace.repository / brand.facts):
        raise InputError(f"output={path} is the brand's own fact sheet; a person edits that one")
    write_text(path, as_yaml(found, speaker, brand.name, len(read), own))
    clear = [each for each in found if not each.unclear]
    unclear = len(found) - len(clear)
    if not found:
        say("No facts to propose: the posts state none that the sheet does not have.")
    else:
        say(
            f"{len(clear)} lines proposed"
            + (f", {unclear} values unclear" if unclear else "")
            + ":"
        )
    for each in clear[:_FIRST]:
        say(f"  {in_words(each)}")
    if len(clear) > _FIRST:
        say(f"  and {len(clear) - _FIRST} more")
    say(str(path))
    say("Nothing is taken over by itself: read the posts above each line, and copy what is right "
        "into the brand's fact sheet.")  # fmt: skip
    return 0


def _speaker(brand: BrandConfig, posts: Sequence[Post], sheets: dict[str, FactSheet]) -> Brand:
    """The brand as its sheet calls it, or as its file does."""
    accounts = {post.account for post in posts if post.account}
    names = (brand.title, brand.name, *sorted(accounts))
    keys = {key_of(name) for name in names}
    for sheet in sheets.values():
        named = [s for name, s in sheet.names.items() if key_of(name) in keys]
        for subject in [*([sheet.brand] if sheet.brand else []), *named]:
            title = title_of(sheet, subject, brand.title)
            own = [name for name, of in sheet.names.items() if of == subject]
            return Brand(subject, title, (*names, *own))
    return Brand(slug(brand.name) or "brand", brand.title, names)


def _check(config: FactsConfig, posts: Sequence[Post], sheets: dict[str, FactSheet]) -> int:
    found: list[tuple[int, str]] = []
    told: set[int] = set()
    wrong: set[str] = set()
    lines = next(iter(sheets.values())).facts
    places = {language: _places(sheet) for language, sheet in sheets.items()}
    for post in _progress(posts):
        language = languages.primary(post.language or "")
        sheet = sheets.get(language)
        if sheet is None:
            continue
        checked = check(post.text, None, sheet, language, post.created_at)
        for claim in checked.claims:
            told |= places[language].get(claim.evidence, set())
            # A handle that is also a name of its subject comes without its line.
            told |= places[language].get(claim.fact.key if claim.fact else "", set())
        listed: list[tuple[str, str, str]] = [
            (claim.verdict, repr(claim.span), claim.evidence) for claim in checked.claims
        ]
        listed += [(_MISSING, "the post", line) for line in checked.missing]
        for kind, span, line in listed:
            if kind in _KINDS:
                wrong.add(post.id)
                said = f"{kind:<13} {post.id}  {post.created_at:%Y-%m-%d}  {span}: {line}"
                found.append((_KINDS.index(kind), " ".join(said.split("\n"))))
    # Stable: of one kind the latest post comes first.
    found.sort(key=lambda each: each[0])
    for _, said in found[: config.most]:
        say(said)
    if len(found) > config.most:
        say(f"… and {len(found) - config.most} more; say most={len(found)}")
    if config.output:
        write_text(Path(config.output), "".join(f"{said}\n" for _, said in found))
    counts = [sum(kind == number for kind, _ in found) for number in range(len(_KINDS))]
    listed_counts = ", ".join(f"{n} {kind}" for n, kind in zip(counts, _KINDS, strict=True))
    say(f"{len(wrong)} of {len(posts)} posts disagree with the sheet: {listed_counts}.")
    silent = len(lines) - len(told)
    say(f"Of {len(lines)} lines of the sheet, no post speaks of {silent}.")
    return 0


def _places(sheet: FactSheet) -> dict[object, set[int]]:
    """Evidence, or kind and value of an address → numbers of the lines that it speaks of."""
    found: dict[object, set[int]] = {}
    for number, line in enumerate(sheet.facts):
        addresses = [fact.key for fact in line.stated if fact.kind in ADDRESSES]
        for key in (line.shown, *addresses):
            found.setdefault(key, set()).add(number)
    return found


def _progress(posts: Iterable[Post]) -> Iterable[Post]:
    from tqdm import tqdm

    return tqdm(posts, desc="Facts", unit=" posts", delay=1, leave=False)


def _same(path: Path, other: Path) -> bool:
    return path.resolve() == other.resolve()
