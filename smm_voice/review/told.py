"""An agreement in words: what people preferred, and whether the voice score sees what they see."""

from __future__ import annotations

from smm_voice.metrics.base import Score
from smm_voice.review.agreement import Agreement

# Levels that Krippendorff (2004, p. 241) suggests: .8 to rely on, .667 for tentative conclusions.
_RELIABLE, _TENTATIVE = 0.8, 0.667


def in_words(found: Agreement) -> list[str]:
    """A line a finding, the preference first."""
    scores = found.scores
    lines = []
    for first, second in found.pairs:
        ours = scores[f"review/preferred_{first}.{second}"]
        theirs = scores[f"review/preferred_{second}.{first}"]
        lines.append(
            f"{first} against {second}: {_share(ours)} preferred {first}, {_share(theirs)} "
            f"{second}, over {_count(ours.n, 'brief')}; {_favour(first, second, ours, theirs)}"
        )
    lines.append(_voice_score(scores["review/auc"]))
    closeness = scores["review/auc_closeness"]
    if closeness.value is not None:
        lines.append(
            f"By closeness (1 − |1 − style index|), which counts caricature against a post: AUC "
            f"{_span(closeness)}."
        )
    for name, score in scores.items():
        if name.startswith("review/publishable") and score.value is not None:
            arm = name.partition(".")[2] or found.subject
            lines.append(f"Publishable as it is, {arm}: {_share(score)}.")
    lines += [_raters(found), _self(scores["review/self_agreement"]), _position(found)]
    return lines


def paragraph(found: Agreement) -> str:
    """For the run's note, in Markdown."""
    listed = "\n".join(f"- {line}" for line in in_words(found))
    return f"**What people say** ({counted(found)})\n\n{listed}"


def counted(found: Agreement) -> str:
    """How many answers, raters and briefs it rests on."""
    return (
        f"{_count(found.answers, 'answer')} of {_count(len(found.raters), 'rater')} on "
        f"{_count(found.briefs, 'brief')}"
    )


def _favour(first: str, second: str, ours: Score, theirs: Score) -> str:
    if ours.value == theirs.value:
        return "neither is ahead."
    ahead, of = (first, ours) if (ours.value or 0) > (theirs.value or 0) else (second, theirs)
    if of.ci_low is not None and of.ci_low > 0.5:
        return f"most prefer {ahead}."
    return f"{ahead} is ahead, and not shown to be preferred by most."


def _voice_score(score: Score) -> str:
    if score.value is None:
        return f"Voice score and people: not known, since there is {'; '.join(score.warnings)}."
    said = f"Voice score and people: AUC {_span(score)} over {_count(score.n, 'brief')}; "
    if score.ci_low is not None and score.ci_low > 0.5:
        return said + "the text with the higher style index is the one that people choose."
    if score.ci_high is not None and score.ci_high < 0.5:
        return said + "people choose the text with the LOWER style index: do not trust the score."
    return said + (
        "the score is not shown to agree with people (.5 is chance); more answers would tell."
    )


def _raters(found: Agreement) -> str:
    nominal, ordinal = found.scores["review/alpha"], found.scores["review/alpha_ordinal"]
    if nominal.value is None:
        return f"Between raters: Krippendorff's alpha not known: {'; '.join(nominal.warnings)}."
    if nominal.ci_low is None:
        meaning = f"{_count(nominal.n, 'brief')} of several raters say little"
    elif nominal.value >= _RELIABLE:
        meaning = "raters agree"
    elif nominal.value >= _TENTATIVE:
        meaning = "raters agree well enough for tentative conclusions"
    else:
        meaning = "raters differ: the posts are hard to tell apart, or the question is"
    also = "" if ordinal.value is None else f" (ordinal {ordinal.value:.2f})"
    return f"Between raters: Krippendorff's alpha {_span(nominal)}{also}; {meaning}."


def _self(score: Score) -> str:
    if score.value is None:
        return f"With themselves: not known, since {'; '.join(score.warnings)}."
    return (
        f"With themselves: at {_share(score)} of {_count(score.n, 'brief')} shown twice, sides "
        "exchanged, raters chose the same text again."
    )


def _position(found: Agreement) -> str:
    if found.position is None:
        return "Position: not known, since nobody chose A or B."
    bias, p = found.position.value, found.position.p
    share = (1 + bias) / 2
    if p <= 0.05:
        side = "left" if bias > 0 else "right"
        return f"Position: A was chosen {share:.0%} of the time (p {p:.3f}): raters lean {side}."
    return f"Position: A was chosen {share:.0%} of the time (p {p:.2f}): no bias is seen."


def _share(score: Score) -> str:
    if score.value is None:
        return "unknown"
    if score.ci_low is None or score.ci_high is None:
        return f"{score.value:.0%}"
    return f"{score.value:.0%} ({score.ci_low:.0%} to {score.ci_high:.0%})"


def _span(score: Score) -> str:
    if score.ci_low is None or score.ci_high is None:
        return f"{score.value:.2f} (no interval from so few)"
    return f"{score.value:.2f} ({score.ci_low:.2f} to {score.ci_high:.2f})"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
