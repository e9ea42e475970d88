"""Ways to damage an export: its bytes, its JSON, its table, the parts of its zip."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

# Stands for what must never appear in a message.
SECRET = "jane.doe@example.org said so"
_TIMES = (
    "0000-00-00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1989-12-31",
    "2100-12-31T23:59:59-12:00", "2024-02-30", "2024-13-01", "99999999999", "9999999999999",
    "-9223372036854775808", "253402300800", "13/13/2017", "31/02/2017 25:61", "5 janvier",
    "le 5 janvier 2017 à 9h60", "Fri, Jun 5", "yesterday", "2017-10-16T15:04:57+99:99",
    "2017-W42-1", "12:30", "1.78E+17", "1/1/1", "٢٠١٧-١٠-١٦", "2017-10-16T15:04:57Z" * 4,
)  # fmt: skip
_STRINGS = (
    "", " ", "\0", "\ufeff", "\ud83d", "\ude00\ud83d", "\ud83d\ude00", "\u2028", "\x85", "\x1c",
    "²", "١٢", "1e5", "1,2,3", "1 234 567", "99999999999999999999", "1.2K", "0.5m", "-1", "NaN",
    "inf", '="1"', "'", '"', '\\"', "\\", "RT @", "@", "@" * 500, "#", "true", "null", "Total",
    "total :", "https://", "http://[", "https://x.com/i/status/1", "www.", "%3A%3A/posts/", "und",
    "fr_CA", "İ", "ﬁ", "a\u0301" * 50, "<p>", "<br>" * 3000, "<b>" * 30_000, "<a href='",
    "&amp;" * 5000, "&#x110000;", "@[" * 20_000, "@[1:2:" * 5000, "x" * 70_000, "é" * 40_000,
    "🚀" * 20_000, "word " * 15_000, "a." * 20_000, "/" * 30_000, "\n" * 30_000, "(" * 30_000,
    "1" * 5000, "1/" * 20_000, "2017-" * 20, "{" * 300, "[" * 300, SECRET, f"1/{SECRET}", *_TIMES,
)  # fmt: skip
_NUMBERS = (
    0, 1, -1, True, False, None, 0.1, -0.0, 1e18, 1.78e17, 2**53, 2**63, 10**400, -(10**30), 1e308,
    float("nan"), float("inf"), 1508166297, 1508166297000, 1508166297.5, 99999999999999,
)  # fmt: skip
_LISTS: tuple[Any, ...] = (
    [], {}, [None], [[]], [""], {"": None}, {"a": {"b": [1]}}, [SECRET], [1, "a"], [{}],
    [{"text": None}], ["\ud83d"], list(range(3000)), ["en", "fr"], {"totalItems": -1},
)  # fmt: skip
# Literals that no JSON library writes.
_RAW = (
    "[" * 5000 + "]" * 5000, '{"a":' * 5000 + "1" + "}" * 5000, "[" * 100_000, "9" * 6000,
    "1e999999", "-", "01", "1" * 400 + ".5", '"\\ud83d"', '"\\ud83d\\ud83d"', '"\\u0000"', "NaN",
    "-Infinity", "'a'", "tru", '"\n"', '"\\x"', "/* */ 1", "[1,]", '"' + "x" * 300_000 + '"', "",
)  # fmt: skip
_BYTES = (
    b"\0", b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xc3", b"\xed\xa0\xbd",
    b"\xf4\x90\x80\x80", b'"', b"'", b"\\", b"{", b"}", b"[", b"]", b",", b";", b"\t", b"|", b":",
    b"\r", b"\n", b"\r\n", b"sep=", b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0", b"\x80" * 12,
    b"\xff" * 8, b"\0" * 64,
)  # fmt: skip
_SEPARATORS = (",", ";", '"', " ", "\r", "\\", "é", "\0", "🚀")
_PLACE = "@@raw{}@@"


def mutated(content: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    """The content with one to four damages of any kind.

    Args:
        content: of a whole export file.
        chance: decides everything; the same gives the same.
        others: further files, of which parts may be put in.
    """
    for _ in range(chance.choice((1, 1, 1, 2, 3, 4))):
        kinds = [damaged_bytes]
        if content.startswith(b"PK\x03\x04"):
            kinds = [damaged_bytes, _of_zip, _of_zip, _of_zip]
        elif (
            not content.startswith((b"PAR1", b"\xd0\xcf\x11\xe0")) and b"eroots" not in content[:16]
        ):
            kinds = [damaged_bytes, _of_text, _of_text, _of_text]
        content = chance.choice(kinds)(content, chance, others)
    return content


def junk(chance: random.Random) -> Any:
    """Any odd value."""
    return chance.choice(chance.choice((_STRINGS, _STRINGS, _NUMBERS, _LISTS)))


def damaged_bytes(content: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    """One damage that knows nothing of what the bytes mean."""
    if not content:
        return chance.choice(_BYTES)
    start = chance.randrange(len(content))
    end = min(len(content), start + chance.choice((1, 1, 2, 4, 16, 200, 5000)))
    piece = content[start:end]
    kind = chance.randrange(9)
    if kind == 0:  # flip bits
        flipped = bytearray(content)
        for _ in range(chance.choice((1, 1, 2, 8, 64))):
            flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
        return bytes(flipped)
    if kind == 1:
        return content[:start]
    if kind == 2:
        return content[:start] + content[end:]
    if kind == 3:
        return content[:start] + piece * chance.choice((2, 2, 3, 50)) + content[end:]
    if kind == 4:
        return content[:start] + chance.choice(_BYTES) + content[start:]
    if kind == 5:
        return content[:start] + chance.choice(_BYTES) + content[end:]
    if kind == 6:
        return content[:start] + chance.randbytes(len(piece)) + content[end:]
    if kind == 7:  # shuffle quarters
        cuts = sorted(chance.randrange(len(content)) for _ in range(3))
        quarters = [content[a:b] for a, b in zip([0, *cuts], [*cuts, None], strict=True)]
        chance.shuffle(quarters)
        return b"".join(quarters)
    other = chance.choice(others)
    at = chance.randrange(len(other)) if other else 0
    return content[:start] + other[at : at + chance.choice((8, 100, 4000))] + content[end:]


def _of_text(content: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    utf16 = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    text = content.decode("utf-16" if utf16 else "utf-8-sig", "replace")
    found = _of_json(text, chance) or _of_table(text, chance, others)
    encoding = "utf-16" if utf16 else "utf-8"
    if chance.random() < 0.1:
        encoding = chance.choice(("utf-16", "utf-16-le", "utf-8-sig", "cp1252", "utf-32", "cp037"))
    return found.encode(encoding, "surrogatepass" if encoding.startswith("utf") else "replace")


def _of_json(text: str, chance: random.Random) -> str | None:
    """A JSON document, one after an assignment, or JSON lines; None where it is none of these."""
    before = re.match(r"window\.[^=]*=\s*", text)
    prefix = before.group() if before else ""
    try:
        documents = [json.loads(text[len(prefix) :])]
    except (ValueError, RecursionError):
        try:
            documents = [json.loads(line) for line in text.split("\n") if line.strip()]
        except (ValueError, RecursionError):
            return None
    if not documents:
        return None
    at = chance.randrange(len(documents))
    documents[at] = _changed(documents[at], chance)
    try:
        written = "\n".join(
            json.dumps(each, ensure_ascii=chance.random() < 0.5) for each in documents
        )
    except (ValueError, RecursionError):
        return None
    for number, raw in enumerate(_RAW):
        written = written.replace(json.dumps(_PLACE.format(number)), raw)
    return prefix + written


def _changed(document: Any, chance: random.Random) -> Any:
    places = list(_places(document))
    if not places:
        return junk(chance)
    holder, key = chance.choice(places)
    kind = chance.randrange(10)
    if kind < 4:
        holder[key] = junk(chance)
    elif kind == 4:
        holder[key] = _PLACE.format(chance.randrange(len(_RAW)))
    elif kind == 5:
        del holder[key]
    elif kind == 6 and isinstance(holder, dict):
        name = chance.choice((key.upper(), key + " ", "", "\0", SECRET, "\ud83d", "a.b", "item"))
        holder[name] = holder.pop(key)
    elif kind == 6 or (kind == 7 and isinstance(holder, list)):
        holder[key : key + 1] = [holder[key]] * chance.choice((2, 2, 40))
    elif kind == 7:
        holder[key] = chance.choice(([holder[key]], {"item": holder[key]}, [[holder[key]]]))
    elif kind == 8:
        other, place = chance.choice(places)
        holder[key] = json.loads(json.dumps(other[place]))
    elif isinstance(holder[key], str):
        cut = chance.randrange(len(holder[key]) + 1)
        odd = chance.choice(_STRINGS)
        holder[key] = holder[key][:cut] + odd + holder[key][cut:]
    else:
        holder[key] = str(holder[key])
    return document


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, dict | list):
        for key in list(value) if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from _places(value[key])


def _of_table(text: str, chance: random.Random, others: Sequence[bytes]) -> str:
    """As rows and cells, written again in some dialect; HTML and the like, too, has lines."""
    delimiter = max(",;\t|", key=text[:4000].count)
    lines = io.StringIO(text.replace("\0", ""), newline="")
    try:
        rows = [row for row in csv.reader(lines, delimiter=delimiter) if row] or [[""]]
    except csv.Error:
        rows = [line.split(delimiter) for line in text.split("\n")]
    row = chance.choice(rows)
    column = chance.randrange(len(row))
    kind = chance.randrange(12)
    if kind < 4:
        row[column] = _cell(chance)
    elif kind == 4:
        rows[0][chance.randrange(len(rows[0]))] = chance.choice(
            (_cell(chance), chance.choice(rows[0]), chance.choice(rows[0]).upper(), "text", "date")
        )
    elif kind == 5:
        chance.choice(rows)[:] = []
    elif kind == 6:
        del row[column]
    elif kind == 7:
        odd = _cell(chance)
        row[column:column] = [odd] * chance.choice((1, 1, 3, 2000 if len(odd) < 100 else 3))
    elif kind == 8:
        rows.insert(chance.randrange(len(rows) + 1), list(chance.choice(rows)))
    elif kind == 9:
        chance.shuffle(row)
    elif kind == 10:
        rows[0:0] = [[_cell(chance)[:100]] for _ in range(chance.choice((1, 2, 14, 15)))]
    else:
        stranger = chance.choice(others).decode("utf-8", "replace").split("\n")
        rows.insert(chance.randrange(len(rows) + 1), chance.choice(stranger).split(","))
    return _written(rows, delimiter, chance)


def _cell(chance: random.Random) -> str:
    odd = junk(chance)
    if isinstance(odd, int) and abs(odd) > 10**300:
        return "9" * 400
    return odd if isinstance(odd, str) else json.dumps(odd)


def _written(rows: list[list[str]], delimiter: str, chance: random.Random) -> str:
    ends = chance.choice(("\n", "\n", "\r\n", "\r", "\n\n"))
    if chance.random() < 0.2:
        delimiter = chance.choice(",;\t|")
    if chance.random() < 0.15:  # nothing is quoted
        text = ends.join(delimiter.join(row) for row in rows)
    else:
        stream = io.StringIO()
        quoting = chance.choice((csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
        csv.writer(stream, delimiter=delimiter, quoting=quoting, lineterminator=ends).writerows(
            rows
        )
        text = stream.getvalue()
    if chance.random() < 0.1:
        text = f"sep={chance.choice(_SEPARATORS)}\n{text}"
    return text


def _of_zip(content: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    """One member damaged, and all packed again: what checks sums finds nothing wrong."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
    except (
        OSError,
        ValueError,
        KeyError,
        RuntimeError,
        EOFError,
        zipfile.BadZipFile,
        zipfile.zlib.error,
    ):
        return damaged_bytes(content, chance, others)
    if not members:
        return content
    name = chance.choice(sorted(members))
    if chance.random() < 0.1:
        del members[name]
    else:
        damage: Callable[..., bytes] = chance.choice((damaged_bytes, _of_sheet, _of_sheet))
        members[name] = damage(members[name], chance, others)
    return zipped(members, chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)))


def zipped(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these files, always the same."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return packed.getvalue()


def _of_sheet(content: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    """The XML of a spreadsheet: places of cells, types, values and references."""
    odd = (
        b"A1048576", b"XFD1", b"XFD1048576", b"ZZZZ9", b"A0", b"A99999999999", b"A1:XFD1048576",
        b"", b"s", b"d", b"e", b"b", b"n", b"99999999", b"-1", b"1e308", b"2958466", b"1e999",
        b"&#0;", b"&a;", b"\xff", SECRET.encode(), b"x" * 100_000,
    )  # fmt: skip
    found = list(re.finditer(rb'="([^"]*)"|>([^<>]*)<', content))
    if not found:
        return damaged_bytes(content, chance, others)
    match = chance.choice(found)
    start, end = match.span(1) if match.group(1) is not None else match.span(2)
    return content[:start] + chance.choice(odd) + content[end:]


def parquet(names: Sequence[str], chance: random.Random) -> bytes:
    """A Parquet file with these columns, of any types and any values."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    arrays = [_column(chance) for _ in names]
    stream = io.BytesIO()
    try:
        pq.write_table(pa.table(arrays, [str(name) for name in names]), stream)
    except (pa.ArrowException, ValueError):  # not every type can be written
        texts = pa.array(["2024-01-01", None, "A text of some words"])
        pq.write_table(pa.table([texts] * len(names), [str(name) for name in names]), stream)
    return stream.getvalue()


def _column(chance: random.Random) -> Any:
    import pyarrow as pa

    wide = [
        chance.choice((0, 1508166297, -(2**62), 2**62, chance.getrandbits(60))) for _ in range(3)
    ]
    narrow = [chance.choice((0, 17000, -(2**31), 2**31 - 1)) for _ in range(3)]
    zone = chance.choice((None, "UTC", "Europe/Paris", "+14:00", "Nowhere/Land", "+99:99"))
    unit = chance.choice(("s", "ms", "us", "ns"))
    kind = chance.randrange(10)
    if kind < 3:
        return pa.array(wide, pa.int64()).view(pa.timestamp(unit, zone))
    if kind == 3:
        return pa.array(narrow, pa.int32()).view(pa.date32())
    if kind == 4:
        return pa.array(wide, pa.int64()).view(chance.choice((pa.date64(), pa.duration(unit))))
    if kind == 5:
        return pa.array([b"\xff\xfe", None, b"text"], pa.binary())
    if kind == 6:
        return pa.array([["a", None], [], None], pa.list_(pa.string()))
    if kind == 7:
        return pa.array([{"a": 1}, None, {"a": 2}])
    if kind == 8:
        return pa.array(["x", None, "x"]).dictionary_encode()
    return pa.array(
        chance.choice(([1.5, float("nan"), None], ["2017-10-16", SECRET, ""], [True] * 3))
    )
