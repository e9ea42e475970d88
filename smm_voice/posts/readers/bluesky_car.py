"""A Bluesky repository: the CAR file with everything that an account ever wrote.

Found under Settings → Account → Export my data → Download CAR file, or as
https://<server>/xrpc/com.atproto.sync.getRepo?did=<did>.

A CAR file is a row of blocks, each under the hash of its content: records in DAG-CBOR, and the
nodes of a tree that says under which key a record lies. Quirks: the key, of which a post's address
is made, is not in the record; no counts; the account's handle is not in it, only its DID; a repost
is the record of another collection and has no text.

libipld decodes the blocks: it is the decoder of the AT Protocol's own Python SDK, knows exactly
DAG-CBOR and refuses what is not, and is a package of 0.6 MB without dependencies. Its `decode_car`
wants the file in memory, so the frames are read here, one block at a time.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import libipld

from smm_voice.posts.files import ExportFile
from smm_voice.posts.post import Post, Rejected
from smm_voice.posts.readers.base import ReadOptions, Sample, make_post
from smm_voice.posts.readers.bluesky import POST, record_values
from smm_voice.posts.readers.car import blocks
from smm_voice.posts.readers.json_entries import objects

_REPOST = "app.bsky.feed.repost"


class BlueskyCarReader:
    """Posts of a repository."""

    name = "bluesky_car"

    def recognises(self, sample: Sample) -> bool:
        """By the header of a CAR file, and a name of the AT Protocol."""
        head = sample.content
        return b"eroots" in head[:16] and (b"did:" in head or b"app.bsky." in head)

    def read(self, file: ExportFile, options: ReadOptions) -> Iterator[Post | Rejected]:
        """Yield posts and reposts in the order of their blocks; the rest is no post."""
        keys, did = _tree(file)
        for number, (cid, data) in enumerate(blocks(file), start=1):
            source = f"{file.name}#{number}"
            try:
                record = libipld.decode_dag_cbor(data)
            except (ValueError, RecursionError) as error:
                yield Rejected("damaged_row", source, str(error))
                continue
            collection = record.get("$type") if isinstance(record, dict) else None
            if collection == _REPOST:
                yield Rejected("repost", source, "the repository holds no text of it")
            elif collection == POST:
                key = keys.get(cid)
                values = record_values(record, did) | {
                    "id": key or "b" + base64.b32encode(cid).decode().rstrip("=").lower(),
                    "url": f"https://bsky.app/profile/{did}/post/{key}" if did and key else None,
                }
                yield make_post(values, source, options, platform="bluesky")


def _tree(file: ExportFile) -> tuple[dict[bytes, str], str]:
    """Hash of a post's record → its key, as far as the tree can be read; and the account's DID."""
    keys: dict[bytes, str] = {}
    did = ""
    try:
        for _, data in blocks(file):
            try:
                block = libipld.decode_dag_cbor(data)
            except (ValueError, RecursionError):
                continue
            if isinstance(block, dict) and "e" in block:
                keys.update(_keys(objects(block["e"])))
            elif isinstance(block, dict) and isinstance(block.get("did"), str) and "rev" in block:
                did = block["did"]
    except ValueError:
        pass  # reading the posts comes to the same place, and says so
    return keys, did


def _keys(entries: list[dict[str, Any]]) -> Iterator[tuple[bytes, str]]:
    """Hashes and keys of a node's posts; a key begins with bytes of the one before it."""
    path = b""
    for entry in entries:
        shared, rest, cid = entry.get("p"), entry.get("k"), entry.get("v")
        if not isinstance(shared, int) or not isinstance(rest, bytes):
            return
        path = path[:shared] + rest
        collection, _, key = path.decode("ascii", "replace").partition("/")
        if collection == POST and isinstance(cid, bytes):
            yield cid, key
