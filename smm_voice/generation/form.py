"""Briefs as people type them, in the form of those that the model was trained on."""

from __future__ import annotations

from smm_voice.dataset.briefs import Brief, render
from smm_voice.errors import InputError
from smm_voice.text.languages import primary

# Briefs of real posts stay under a tenth of it; past it a model of the size used here loses sight
# of what it was asked.
LONGEST_BRIEF = 4000


def checked_brief(text: str) -> str:
    """The brief without blanks around it.

    Raises:
        InputError: it is empty, too long, or holds characters that are no text.
    """
    brief = "\n".join(line.strip() for line in text.strip().splitlines() if line.strip())
    if not brief:
        raise InputError('there is no brief; say what the post is about, as in brief="…"')
    if len(brief) > LONGEST_BRIEF:
        raise InputError(
            f"the brief has {len(brief)} characters; at most {LONGEST_BRIEF} are taken"
        )
    try:
        brief.encode("utf-8")
    except UnicodeEncodeError:
        raise InputError("the brief holds half a character (a lone surrogate)") from None
    return brief


def platform_of(brief: str, language: str) -> str | None:
    """The platform that a structured brief names in its line of form; None where it names none."""
    label = _form_label(language)
    for line in brief.splitlines():
        if line.startswith(label):
            return line.removeprefix(label).split(",")[0].strip() or None
    return None


def for_platform(brief: str, platform: str, language: str) -> str:
    """The brief as the model reads it, for one platform.

    A free text becomes the topic of a brief. A structured one, of several lines, stays as it is
    but for the platform in its line of form, which is added where it is missing.

    Args:
        brief: from `checked_brief`.
        platform: its name.
        language: of the brand, as BCP 47.
    """
    if "\n" not in brief:
        return render(Brief(platform, primary(language), topic=(brief,)))
    label = _form_label(language)
    lines = brief.splitlines()
    for number, line in enumerate(lines):
        if line.startswith(label):
            _, *rest = line.removeprefix(label).split(",")
            lines[number] = ",".join([f"{label} {platform}", *rest])
            return "\n".join(lines)
    return "\n".join([*lines, f"{label} {platform}"])


def _form_label(language: str) -> str:
    """`Form:`, in the language of the briefs."""
    return render(Brief("", primary(language), topic=())).partition(":")[0] + ":"
