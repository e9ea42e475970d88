"""Why a row or a file did not become a kept post: every reason, in words for a person."""

from __future__ import annotations

REASONS: dict[str, str] = {
    # files
    "damaged_archive": "the zip is damaged or cut off",
    "protected_archive": "the zip is protected by a password",
    "zip_bomb": "packed far beyond what text packs to: refused",
    "outside_path": "a path that leads outside the source: refused",
    "damaged_file": "the file breaks off or is damaged; what stood before was read",
    "empty_file": "the file is empty",
    "file_changed": "the file changed while it was read; build again",
    # rows
    "damaged_row": "the row cannot be read",
    "line_too_long": "a line longer than 8 MiB",
    "not_a_post": "the row is something else than a post",
    "no_text": "no text",
    "no_time": "no time of publication, or one that cannot be right",
    "not_public": "not published to everyone",
    "total_row": "a row of totals",
    "other_account": "another account than the one asked for",
    # posts
    "removed_on_request": "removed on request",
    "repost": "somebody else's post",
    "reply": "a reply",
    "care_reply": "customer care, not the brand's voice",
    "visitor_post": "written by a visitor of the page",
    "generated": "written by a model: the export or the brand's file says so",
    "in_generation_log": "nearly a text that the brand's model wrote (generation log)",
    "future_date": "dated in the future",
    "cut_off": "the export holds only the beginning of the text",
    "too_short": "too few words",
    "too_long": "longer than any platform takes",
    "other_language": "not in a language of the brand",
    "personal_data": "holds personal data of a kind that is dropped",
    "repeated_id": "the same post from another file",
    "exact_duplicate": "says exactly what an earlier post says",
    "near_duplicate": "says nearly what an earlier post says",
    "similar_to_earlier_split": "too like a post of an earlier split, which would leak",
}
