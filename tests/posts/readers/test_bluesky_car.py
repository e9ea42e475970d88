"""Bluesky repositories: CAR files built here, block by block."""

import hashlib
from datetime import UTC, datetime

import libipld
import pytest

from smm_voice.posts.post import Post

DID = "did:plc:example"
MARS = "Talk about kicking up some serious dust!"


def varint(number):
    out = b""
    while number > 0x7F:
        out, number = out + bytes([number & 0x7F | 0x80]), number >> 7
    return out + bytes([number])


def hashed(value, codec=0x71):
    data = value if isinstance(value, bytes) else libipld.encode_dag_cbor(value)
    return bytes([1, codec, 0x12, 0x20]) + hashlib.sha256(data).digest(), data


def node(entries):
    """A node of the tree; each key leaves out what it shares with the one before."""
    packed, before = [], b""
    for key, cid in sorted(entries):
        path = key.encode()
        shared = next((i for i, (a, b) in enumerate(zip(path, before, strict=False)) if a != b),
                      min(len(path), len(before)))  # fmt: skip
        packed.append({"p": shared, "k": path[shared:], "v": cid, "t": None})
        before = path
    return {"l": None, "e": packed}


def car(records, *, more=(), did=DID):
    """A repository of (key, record) pairs; a key of None is in no node."""
    blocks = [(key, *hashed(record)) for key, record in records]
    tree = hashed(node([(key, cid) for key, cid, _ in blocks if key]))
    commit = hashed(
        {"did": did, "version": 3, "rev": "3k", "prev": None, "sig": b"x", "data": tree[0]}
    )
    every = [commit, tree, *((cid, data) for _, cid, data in blocks), *more]
    header = libipld.encode_dag_cbor({"roots": [commit[0]], "version": 1})
    frames = [cid + data for cid, data in every]
    return b"".join(varint(len(frame)) + frame for frame in [header, *frames])


def post(text=MARS, **more):
    record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": "2018-01-28T23:55:01.000Z"}
    return record | {"langs": ["en"]} | more


def at(key):
    return f"app.bsky.feed.post/{key}"


@pytest.fixture
def of(tmp_path, read):
    """Read the bytes of a repository."""

    def run(content, **options):
        (tmp_path / "repo.car").write_bytes(content)
        return read(tmp_path / "repo.car", **options)

    return run


def test_a_repository_post_by_post(of):
    text = "Été 🔴 a.b/long... ends"
    facet = {
        "index": {"byteStart": 11, "byteEnd": 22},
        "features": [{"$type": "app.bsky.richtext.facet#link", "uri": "https://a.b/long/path"}],
    }
    picture = {"alt": "Dust over Mars", "image": {"ref": hashed(b"jpeg", 0x55)[0], "size": 4}}
    embed = {"$type": "app.bsky.embed.images", "images": [picture]}
    thread = {end: {"cid": "b", "uri": f"at://{DID}/{at('3k001')}"} for end in ("root", "parent")}
    other = {end: {"cid": "b", "uri": f"at://did:plc:x/{at('3')}"} for end in ("root", "parent")}
    found = of(
        car(
            [
                (at("3k001"), post(text, facets=[facet], embed=embed)),
                (at("3k002"), post("And on", reply=thread, langs=[])),
                (at("3k003"), post("Why, thank you!", reply=other)),
                (None, post("In no node")),
                ("app.bsky.feed.like/3k004", {"$type": "app.bsky.feed.like", "subject": {}}),
                ("app.bsky.feed.repost/3k005", {"$type": "app.bsky.feed.repost", "subject": {}}),
                ("app.bsky.actor.profile/self", {"$type": "app.bsky.actor.profile"}),
                (at("3k006"), post("")),
                (at("3k007"), post(createdAt="soon")),
            ],
            more=[hashed(b"a picture", 0x55)],
        )
    )
    assert (found.reader, found.error) == ("bluesky_car", None)
    assert found.posts[0] == Post(
        id="3k001",
        text="Été 🔴 ends",
        platform="bluesky",
        created_at=datetime(2018, 1, 28, 23, 55, 1, tzinfo=UTC),
        source="repo.car#3",
        language="en",
        url=f"https://bsky.app/profile/{DID}/post/3k001",
        links=("https://a.b/long/path",),
        alt_texts=("Dust over Mars",),
    )
    orphan = libipld.encode_cid(hashed(post("In no node"))[0])
    assert [(p.id, p.kind, p.url is None) for p in found.posts[1:]] == [
        ("3k002", "original", False),
        ("3k003", "reply", False),
        (orphan, "original", True),
    ]
    assert [(r.reason, r.source) for r in found.rejected] == [
        ("repost", "repo.car#8"),
        ("no_text", "repo.car#10"),
        ("no_time", "repo.car#11"),
    ]


def test_options_of_the_source(of):
    (found,) = of(car([(at("3k001"), post())]), account="nasa.example").posts
    assert (found.account, found.likes, found.replies) == ("nasa.example", None, None)


def test_a_damaged_block_costs_itself_only(of):
    whole = car([(at("3k001"), post("First words")), (at("3k002"), post("Second words"))])
    found = of(whole.replace(b"First words", b"\xff\xfe words !!"))
    assert [p.id for p in found.posts] == ["3k002"]
    assert [(r.reason, r.source) for r in found.rejected] == [("damaged_row", "repo.car#3")]
    assert "words" not in found.rejected[0].detail


def test_a_file_that_breaks_off_gives_what_stood_before(of):
    whole = car([(at("3k001"), post("First words")), (at("3k002"), post("Second words"))])
    for cut in range(len(whole) - 60, len(whole)):
        found = of(whole[:cut])
        assert [p.id for p in found.posts] == ["3k001"]
        assert "breaks off" in found.error


@pytest.mark.parametrize("length", range(1, 40))
def test_a_beginning_alone_is_an_error_or_nothing(of, length):
    found = of(car([])[:length], format="bluesky_car")
    assert found.posts == []


@pytest.mark.parametrize(
    "content",
    [b"\0" * 50, b"\xff" * 50, varint(2**40), car([]) + b"\0", car([]) + varint(3) + b"\x01\x71"],
    ids=["nothing", "endless number", "huge", "empty block", "cut"],
)
def test_damaged_frames_are_an_error(of, content):
    assert of(content, format="bluesky_car").error


def test_wrong_types_cost_their_row_at_most(of):
    junk = [None, 7, "x", [], {}, b"x", [None], {"uri": 7}]
    keys = ("text", "createdAt", "langs", "facets", "embed", "reply")
    records = [(None, post(**{key: value, "n": n})) for key in keys for n, value in enumerate(junk)]
    nodes = [hashed({"e": value, "l": None}) for value in [7, [None], [{"p": "x"}], [{"p": 0}]]]
    nodes += [hashed({"e": [{"p": 0, "k": b"\xff", "v": 7}], "l": None}), hashed([1]), hashed(None)]
    deep = hashed(b"\x81" * 100_000 + b"\x01")
    found = of(car(records, more=[*nodes, deep], did="did:plc:x"))
    assert len(found.posts) + len(found.rejected) == len(records) + 1
    assert {r.reason for r in found.rejected} == {"no_text", "no_time", "damaged_row"}


def test_other_car_files_are_nobodys(tmp_path, recognised_by):
    header = libipld.encode_dag_cbor({"roots": [hashed({})[0]], "version": 1})
    (tmp_path / "a.car").write_bytes(varint(len(header)) + header)
    assert recognised_by(tmp_path / "a.car") is None


def test_no_fixture_is_taken_for_a_repository(exports, recognised_by):
    files = [path for path in exports.rglob("*") if path.is_file()]
    assert "bluesky_car" not in {recognised_by(path) for path in files if path.suffix == ".json"}
