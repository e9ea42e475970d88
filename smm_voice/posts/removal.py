"""Posts to be erased on request: what the brand's file lists, and what `forget` has noted."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import regex

from smm_voice.posts.post import Post
from smm_voice.text import tokens

# A pattern from a brand's file may be slow by accident or on purpose.
_SECONDS = 0.2


def _names(mention: str) -> set[str]:
    """What a mention may be called: with its server, and without."""
    folded = mention.casefold()
    return {folded, folded.partition("@")[0]}


def id_digest(post_id: str) -> str:
    """What is kept of a forgotten post's id, so that the post is known when it comes again."""
    return hashlib.sha256(post_id.encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True)
class Removal:
    """Which posts are erased.

    Attributes:
        ids: ids, or `file#row`.
        authors: names without `@`, casefolded: posts by them and posts that mention them.
        patterns: regular expressions over the text.
        forgotten: digests of ids.
    """

    ids: frozenset[str] = frozenset()
    authors: frozenset[str] = frozenset()
    patterns: tuple[str, ...] = ()
    forgotten: frozenset[str] = frozenset()

    @classmethod
    def of(cls, entries: Sequence[str], forgotten: Collection[str] = ()) -> Removal:
        """From `brand.remove`: an id, `@author` or `/pattern/` each."""
        patterns = [e[1:-1] for e in entries if len(e) > 2 and e[0] == e[-1] == "/"]
        authors = [e[1:].casefold() for e in entries if len(e) > 1 and e[0] == "@"]
        taken = {f"/{p}/" for p in patterns}
        ids = [e for e in entries if e not in taken and not e.startswith("@")]
        return cls(frozenset(ids), frozenset(authors), tuple(patterns), frozenset(forgotten))

    def __bool__(self) -> bool:
        return bool(self.ids or self.authors or self.patterns or self.forgotten)

    def covers(self, post: Post) -> bool:
        """Whether this post is to be erased. A pattern that runs too long covers the post."""
        if post.id in self.ids or post.source in self.ids:
            return True
        if self.forgotten and id_digest(post.id) in self.forgotten:
            return True
        if self.authors:
            by = {(name or "").casefold() for name in (post.author, post.account)}
            mentioned = {
                name for match in tokens.MENTION.findall(post.text) for name in _names(match)
            }
            if self.authors & (by | mentioned):
                return True
        return any(self._matches(pattern, post.text) for pattern in self.patterns)

    @staticmethod
    def _matches(pattern: str, text: str) -> bool:
        try:
            return regex.search(pattern, text, timeout=_SECONDS) is not None
        except TimeoutError:
            return True
