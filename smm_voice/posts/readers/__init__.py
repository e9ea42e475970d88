"""One reader a file for each export format, and the registry that chooses among them.

To add a format: write a module with a `Reader`, add it to `READERS`, add a fixture.
"""

from __future__ import annotations

from smm_voice.posts.readers.agorapulse import AgorapulseReader
from smm_voice.posts.readers.base import Reader, ReadOptions, Sample
from smm_voice.posts.readers.bluesky import BlueskyReader
from smm_voice.posts.readers.bluesky_car import BlueskyCarReader
from smm_voice.posts.readers.buffer import BufferReader
from smm_voice.posts.readers.facebook import FacebookReader
from smm_voice.posts.readers.facebook_page_scraper import FacebookPageScraperReader
from smm_voice.posts.readers.generic import JsonLinesReader, TableOfPosts
from smm_voice.posts.readers.hootsuite import HootsuiteReader
from smm_voice.posts.readers.instagram import InstagramReader
from smm_voice.posts.readers.json_list import JsonListReader
from smm_voice.posts.readers.later import LaterReader
from smm_voice.posts.readers.linkedin_member import LinkedInMemberReader
from smm_voice.posts.readers.linkedin_page import LinkedInPageReader
from smm_voice.posts.readers.mastodon import MastodonReader
from smm_voice.posts.readers.meta_business_suite import MetaBusinessSuiteReader
from smm_voice.posts.readers.metricool import MetricoolReader
from smm_voice.posts.readers.openai_chat import OpenAiChatReader
from smm_voice.posts.readers.publer import PublerReader
from smm_voice.posts.readers.sprout_social import SproutSocialReader
from smm_voice.posts.readers.threads import ThreadsReader
from smm_voice.posts.readers.tiktok import TikTokReader
from smm_voice.posts.readers.x_analytics import XAnalyticsReader
from smm_voice.posts.readers.x_archive import XArchiveReader

# The first reader that recognises a file takes it: the particular before the general.
READERS: tuple[Reader, ...] = (
    XArchiveReader(),
    FacebookReader(),
    InstagramReader(),
    ThreadsReader(),
    TikTokReader(),
    MastodonReader(),
    BlueskyReader(),
    BlueskyCarReader(),
    OpenAiChatReader(),
    XAnalyticsReader(),
    MetaBusinessSuiteReader(),
    LinkedInMemberReader(),
    LinkedInPageReader(),
    HootsuiteReader(),
    SproutSocialReader(),
    BufferReader(),
    LaterReader(),
    AgorapulseReader(),
    MetricoolReader(),
    PublerReader(),
    FacebookPageScraperReader(),
    JsonListReader(),
    JsonLinesReader(),
    TableOfPosts(),
)

__all__ = ["READERS", "ReadOptions", "Reader", "Sample", "reader_for"]


def reader_for(sample: Sample, format_name: str) -> Reader | None:
    """The reader for a file.

    Args:
        sample: what the file begins with.
        format_name: a reader's name to force it, or "auto" to recognise by content.
    """
    for reader in READERS:
        if reader.name == format_name or (format_name == "auto" and reader.recognises(sample)):
            return reader
    return None
