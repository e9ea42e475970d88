"""The CSV of posts that Meta Business Suite hands out, for Facebook and for Instagram."""

from __future__ import annotations

from typing import Any

from smm_voice.posts.post import Rejected
from smm_voice.posts.readers.sheets import Cells
from smm_voice.posts.readers.tables import longest, names
from smm_voice.posts.readers.tool_table import ToolTable, network_of

_YES = {"1", "1.0", "true", "vrai", "yes", "oui"}
_FRENCH = names("Identifiant de la publication", "Heure de publication")


class MetaBusinessSuiteReader(ToolTable):
    """Posts of a page or a professional account: Insights → Content → Export data.

    The columns change from month to month. A Facebook file has pages, an Instagram file accounts;
    names are in the language of the interface. The caption stands in Title or in Description, and
    a Title may hold only its beginning: the longer is taken. "Reactions" is a column beside
    "Reactions, Comments and Shares", which is their sum. Times have no zone. The daily series of a
    page (a preamble, then Date and Primary) have no posts and are not of this format. The column
    Date says "Lifetime" ("Global") or names a day for which the figures of a post are repeated.

    Files of a French interface, too, were seen with the month first; those that a French
    spreadsheet saved again have the day first, which is assumed where their dates do not tell.

    A share of somebody else's post is a repost; a crosspost is the page's own. Custom labels serve
    as the campaign; whether a post was paid for names none.

    Unconfirmed: "Libellés personnalisés" and the French names of comments and sharing on
    Instagram. Public parsers of French files name the others.
    """

    name = "meta_business_suite"
    signatures = (
        names("Post ID", "Page ID", "Publish time"),
        names("Post ID", "Account ID", "Publish time"),
        _FRENCH,
    )
    columns = {
        "id": ("Post ID", "Identifiant de la publication"),
        "created_at": ("Publish time", "Heure de publication"),
        "title": ("Title", "Titre"),
        "description": ("Description",),
        "url": ("Permalink", "Permalien"),
        "page": ("Page ID", "ID de la Page", "Page name", "Nom de la page"),
        "account": ("Account username", "Nom de profil du compte", "Page name", "Nom de la page",
                    "Account name", "Nom du compte"),
        "is_share": ("Is share", "Est un partage"),
        "campaign": ("Custom labels", "Libellés personnalisés"),
        "likes": ("Reactions", "Réactions", "Likes", "Mentions J'aime"),
        "replies": ("Comments", "Commentaires"),
        "shares": ("Shares", "Partages"),
        "views": ("Views", "Vues", "Impressions"),
    }  # fmt: skip

    def assumes_day_first(self, header: Cells) -> bool:
        """As the header's language has it."""
        return names(*header) >= _FRENCH

    def refine(self, values: dict[str, Any], source: str) -> dict[str, Any] | Rejected:
        """Choose the caption and the network, and know shares."""
        values["text"] = longest((values.pop("title", None), values.pop("description", None)))
        of_page = values.pop("page", None) is not None
        values["platform"] = network_of(values.get("url")) or (
            "facebook" if of_page else "instagram"
        )
        if str(values.pop("is_share", "")).strip().casefold() in _YES:
            values["kind"] = "repost"
        return super().refine(values, source)
