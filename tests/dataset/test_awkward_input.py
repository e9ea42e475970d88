"""Exports that are damaged, hostile or odd: what can be read is read, the rest is accounted for."""

import hashlib
import io
import json
import random
import struct
import tempfile
import time
import tracemalloc
import zipfile
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from smm_voice.dataset.build import build
from smm_voice.errors import InputError
from smm_voice.posts import ingest as ingest_module
from smm_voice.posts.ingest import Ingest

BASE = 45
START = datetime(2024, 1, 2, tzinfo=UTC)
SECRET = "jane.doe@example.org"
# Where one post stands beside those of the base: its own words, its own day.
LINE = {"text": "La remorque neuve attend ses premiers colis", "created_at": "2024-06-30"}
MORE = [
    LINE | {"text": f"La remorque numéro {word} attend ses premiers colis", "id": word}
    for word in ("un", "deux", "trois")
]


def lines(rows):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def digest(path):
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def snapshot(folder):
    """Path → time of change and content of all that lies in a folder."""
    return {
        path: (path.stat().st_mtime_ns, path.is_file() and digest(path))
        for path in sorted(folder.rglob("*"))
        if not path.is_symlink()
    }


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """The folder for temporary files, empty."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return folder


@pytest.fixture
def built(brand, rows, write, config, workspace, tmp_path, temporary):
    """Build 45 posts with awkward files beside them; all is written into the workspace alone."""

    def run(files=(), base=True, **values):
        velo = brand("velo", rows() if base else [], **values)
        if not base:
            (tmp_path / "raw/velo/posts.jsonl").unlink()
        for name, content in dict(files).items():
            write(f"raw/velo/{name}", content)
        before = snapshot(tmp_path)
        try:
            return build(velo, [], config, workspace)
        finally:
            after = snapshot(tmp_path)
            new = [path for path in after if path not in before]
            inside = (workspace.root, workspace.root / "data", workspace.built)
            assert [p for p in new if p not in inside and workspace.built not in p.parents] == []
            old = [path for path in before if workspace.root not in (path, *path.parents)]
            assert [path for path in old if after.get(path) != before[path]] == []
            assert list(temporary.iterdir()) == []
            assert [p for p in new if ".building" in str(p)] == []

    return run


@pytest.fixture
def more(kept):
    """Texts beyond the 45 posts."""

    def of(dataset):
        return sorted(e.post.text for e in kept(dataset) if not e.id.startswith("velo-"))

    return of


def archive(members, compression=zipfile.ZIP_DEFLATED):
    """Bytes of a zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return buffer.getvalue()


def patched(content, local, central, form, value):
    """A zip with one value of its first member's two headers changed."""
    content = bytearray(content)
    for signature, at in ((b"PK\x03\x04", local), (b"PK\x01\x02", central)):
        struct.pack_into(form, content, content.index(signature) + at, value)
    return bytes(content)


def flipped(content, start, count=12):
    content = bytearray(content)
    for at in range(start, start + count):
        content[at] ^= 0xFF
    return bytes(content)


def linked(name, target):
    """A zip with a symbolic link."""
    link = zipfile.ZipInfo(name)
    link.external_attr = 0o120777 << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr(link, target)
        file.writestr("ok.jsonl", lines(MORE))
    return buffer.getvalue()


def day(number, of):
    """One of so many moments spread over the two years of the base."""
    return (START + timedelta(days=720 * number / of)).isoformat()


def long_posts():
    chance = random.Random(1)
    for number in range(3000):
        noise = "".join(chance.choices("abcdefghijklmnopqrstuvwxyz ", k=120))
        text = f"Le vélo est là ce matin {noise}"
        yield {"id": f"n{number}", "text": text, "created_at": day(number, 3000)}


OK = archive({"more.jsonl": lines(MORE)})
REFUSED = {
    "cut off": (OK[:-30], "b.zip", "damaged_archive"),
    "cut in half": (OK[: len(OK) // 2], "b.zip", "damaged_archive"),
    "no directory": (OK[: OK.index(b"PK\x01\x02")], "b.zip", "damaged_archive"),
    "no zip at all": (b"not a zip, whatever it is called", "b.zip", "damaged_archive"),
    "bomb": (archive({"a.jsonl": b" " * 3_000_000}), "b.zip/a.jsonl", "zip_bomb"),
    "up": (archive({"../../evil.jsonl": "x"}), "b.zip/../../evil.jsonl", "outside_path"),
    "up and down": (archive({"a/../../e.jsonl": "x"}), "b.zip/a/../../e.jsonl", "outside_path"),
    "backslashes": (archive({"..\\evil.jsonl": "x"}), "b.zip/..\\evil.jsonl", "outside_path"),
    "absolute": (archive({"/tmp/evil.jsonl": "x"}), "b.zip//tmp/evil.jsonl", "outside_path"),
    "link": (linked("link.jsonl", "/etc/passwd"), "b.zip/link.jsonl", "outside_path"),
    "password": (patched(OK, 6, 8, "<H", 1), "b.zip/more.jsonl", "protected_archive"),
    "method": (patched(OK, 8, 10, "<H", 97), "b.zip/more.jsonl", "damaged_file"),
    "damaged at once": (flipped(OK, 45), "b.zip/more.jsonl", "damaged_file"),
    "header": (flipped(OK, 0, 4), "b.zip/more.jsonl", "damaged_file"),
    "lie": (
        patched(archive({"a.jsonl": lines(MORE) * 99}), 22, 24, "<I", 400),
        "b.zip/a.jsonl",
        "damaged_file",
    ),
    "empty member": (archive({"a.jsonl": ""}), "b.zip/a.jsonl", "empty_file"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_archive_is_named_with_its_reason_and_the_rest_goes_on(built, dropped, kept, name):
    content, source, reason = REFUSED[name]
    dataset = built({"b.zip": content})
    assert dropped(dataset)[f"velo/{source}"] == reason
    assert dataset.card["dropped"][reason] == 1
    base = [e for e in kept(dataset) if e.id.startswith("velo-")]
    assert len(base) == BASE
    assert dataset.card["read"] == dataset.card["kept"] + sum(dataset.card["dropped"].values())


@pytest.mark.parametrize("name", REFUSED)
def test_a_source_that_is_a_bad_archive_alone_is_refused_in_words(built, name):
    content, source, reason = REFUSED[name]
    with pytest.raises(InputError) as caught:
        built({"b.zip": content}, base=False)
    assert "brand velo" in str(caught.value)
    assert source in str(caught.value) and reason in str(caught.value)


def test_good_members_beside_refused_ones_are_read(built, more, dropped):
    mixed = archive({"../evil.jsonl": lines([LINE]), "bomb.jsonl": b" " * 3_000_000,
                     "ok.jsonl": lines(MORE)})  # fmt: skip
    dataset = built({"b.zip": mixed, "c.zip": linked("a", "/etc")})
    assert more(dataset) == sorted(row["text"] for row in MORE)
    assert Counter(dropped(dataset).values()) == {
        "outside_path": 2, "zip_bomb": 1, "repeated_id": 3,
    }  # fmt: skip


def test_a_member_damaged_in_the_middle_gives_what_stood_before(built, more, dropped):
    content = archive({"a.jsonl": lines(long_posts())})
    dataset = built({"b.zip": flipped(content, len(content) * 3 // 4)})
    assert 500 < len(more(dataset)) < 2900
    assert dropped(dataset)["velo/b.zip/a.jsonl"] == "damaged_file"


def test_names_of_members_that_no_encoding_reads_end_nothing(built, dropped):
    content = archive({"é.jsonl": lines(MORE)}).replace("é.jsonl".encode(), b"\xff\xfe.jsonl")
    dataset = built({"b.zip": content})
    assert [source for source in dropped(dataset) if source.startswith("velo/b.zip")] or [
        source for source in dataset.card["sources"] if source["path"].startswith("velo/b.zip")
    ]


def test_no_damage_whatsoever_to_a_zip_ends_in_an_error_of_the_program(write, brand, tmp_path):
    members = {"data/more.jsonl": lines(MORE), "data/a.csv": "text,date\nOne,2018-01-01\n"}
    content = archive(members)
    velo = brand("velo", MORE)
    chance = random.Random(5)
    for _ in range(400):
        broken = bytearray(content)
        for _ in range(chance.choice((1, 1, 2, 8))):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        write("raw/velo/b.zip", bytes(broken[: chance.choice((len(broken), len(broken) - 9))]))
        source = Ingest(velo, tmp_path)
        assert source.digest()
        assert len(list(source)) >= 3


def test_links_out_of_a_folder_are_refused_and_what_they_lead_to_is_not_read(
    built, write, tmp_path, dropped, more
):
    write("elsewhere/more.jsonl", MORE)
    write("raw/velo/notes.txt", "nothing")
    (tmp_path / "raw/velo/file.jsonl").symlink_to(tmp_path / "elsewhere/more.jsonl")
    (tmp_path / "raw/velo/folder").symlink_to(tmp_path / "elsewhere")
    dataset = built()
    assert more(dataset) == []
    assert dropped(dataset) == {
        "velo/file.jsonl": "outside_path",
        "velo/folder": "outside_path",
    }


# Long and many


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", (lines(MORE[:1]), '{"text": "', '"}\n', lines(MORE[1:]))),
        ("a.csv", ("text,date\nLa remorque rouge attend ses colis,2024-06-30\n", "", ",x\n",
                   "La remorque verte attend ses colis,2024-06-30\n")),
    ],
)  # fmt: skip
def test_a_line_of_a_hundred_megabytes_costs_itself_alone_and_little_memory(
    built, more, dropped, name, content
):
    before, start, end, after = content
    built()  # what is loaded once is loaded
    whole = (before + start + "x" * 100_000_000 + end + after).encode()
    tracemalloc.start()
    try:
        dataset = built({name: whole})
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    at = len(before.splitlines()) + 1
    assert dropped(dataset) == {f"velo/{name}#{at}": "line_too_long"}
    assert len(more(dataset)) == len(before.splitlines()) - name.endswith("csv") + len(
        after.splitlines()
    )
    assert peak < 64 * 2**20


def test_a_list_written_on_one_line_is_read_however_long_it_is(brand, write, tmp_path):
    velo = brand("velo", [])
    (tmp_path / "raw/velo/posts.jsonl").unlink()
    text = "La remorque attend ses colis. " * 300
    tweet = {"id_str": "", "full_text": text, "created_at": "2024-06-30T10:00:00Z"}
    tweets = [{"tweet": tweet | {"id_str": str(number)}} for number in range(1200)]
    write("raw/velo/tweets.js", f"window.YTD.tweets.part0 = {json.dumps(tweets)}")
    source = Ingest(velo, tmp_path)
    assert source.size > 10_000_000
    assert [row.id for row in source] == [str(number) for number in range(1200)]


def test_a_file_that_is_one_endless_line_is_accounted_for(built, dropped):
    dataset = built({"a.jsonl": '{"text": "' + "x" * 9_000_000})
    listed = {source["path"]: source["format"] for source in dataset.card["sources"]}
    assert "velo/a.jsonl" in dropped(dataset) or listed["velo/a.jsonl"] == "not an export"


def test_a_file_whose_first_line_is_long_is_read_all_the_same(built, more):
    first = LINE | {"alt_texts": ["Un vélo rouge. " * 5000]}
    assert len(more(built({"a.jsonl": lines([first, *MORE])}))) == 4


def test_a_text_that_no_platform_takes_is_left_out_before_it_costs_minutes(built, more):
    text = "Le vélo numéro 7 est là ce matin, venez le voir. " * 20_000
    started = time.process_time()
    dataset = built({"a.jsonl": lines([*MORE, LINE | {"text": text}])})
    assert time.process_time() - started < 5
    assert more(dataset) == sorted(row["text"] for row in MORE)


def test_a_quote_that_is_never_closed_does_not_make_a_post_of_the_file(built, more, dropped):
    rows = [f"{day(n, 2500)},La remorque {n} attend {n * 7} colis" for n in range(2500)]
    rows[40] = rows[40].replace(",", ',"')
    dataset = built({"a.csv": "\n".join(["date,text", *rows])})
    assert len(more(dataset)) > 30 and max(map(len, more(dataset))) < 1000
    assert dropped(dataset)["velo/a.csv#42"] == "damaged_row"


def test_ten_thousand_columns_are_refused_and_the_rest_goes_on(built, dropped, more):
    header = ["text", "date", *(f"c{n}" for n in range(9998))]
    row = ["La remorque rouge attend ses colis", "2024-06-30", *["1"] * 9998]
    dataset = built({"a.csv": "\n".join(",".join(cells) for cells in (header, row, row))})
    assert dropped(dataset) == {"velo/a.csv": "damaged_file"} and more(dataset) == []


def test_a_folder_of_many_files_is_read_whole(built, more):
    files = {f"day{n}/post.jsonl": lines([MORE[0] | {"id": f"d{n}"}]) for n in range(300)}
    dataset = built(files)
    assert dataset.card["dropped"] == {"exact_duplicate": 299} and len(more(dataset)) == 1
    assert len(dataset.card["sources"]) == 301


# Damaged content


CUT = {
    "tweets.js": (
        "window.YTD.tweets.part0 = [",
        {"tweet": {"full_text": "", "created_at": "", "id_str": ""}},
    ),
    "posts.json": ("[", {"text": "", "created_at": "", "id": ""}),
}


@pytest.mark.parametrize("name", CUT)
@pytest.mark.parametrize("end", ["", "}}", "\x01", '", "x": tru'])
def test_json_that_breaks_off_gives_the_posts_before(built, more, dropped, name, end):
    start, form = CUT[name]
    text = json.dumps(form)
    entries = [
        text.replace('""', json.dumps(row["text"]), 1)
        .replace('""', json.dumps("2024-06-30T10:00:00Z"), 1)
        .replace('""', json.dumps(row["id"]), 1)
        for row in (*MORE, LINE | {"id": "cut", "text": f"Écrivez à {SECRET} pour la remorque"})
    ]
    whole = start + ", ".join(entries)
    cut = whole[: whole.index(SECRET) + len(SECRET)] + end
    dataset = built({name: cut})
    assert more(dataset) == sorted(row["text"] for row in MORE)
    assert dropped(dataset) == {f"velo/{name}": "damaged_file"}
    # What broke is said in words, not in those of the post.
    for path in dataset.folder.iterdir():
        assert SECRET not in path.read_text(encoding="utf-8")


def test_what_broke_is_told_without_the_words_of_a_post(built, caplog):
    text = json.dumps([LINE | {"text": f"Écrivez à {SECRET}"}])
    with pytest.raises(InputError) as caught:
        built({"posts.json": text[: text.index(SECRET) + 20] + "\x01"}, base=False)
    assert SECRET not in str(caught.value) and SECRET not in caplog.text


@pytest.mark.parametrize("latin", [1, 30, 80])
def test_lines_of_several_encodings_in_one_file_all_come_out_right(built, more, latin):
    texts = [
        f"L’été déjà : la remorque n° {n} à {n},90 € « prête », voilà où ça mène, Noël {n * 7} !"
        for n in range(90)
    ]
    rows = [
        lines([{"text": text, "id": str(n), "created_at": day(n, 90)}])
        for n, text in enumerate(texts)
    ]
    content = b"".join(
        row.encode("cp1252" if number % 90 < latin else "utf-8") for number, row in enumerate(rows)
    )
    found = more(built({"a.jsonl": content}))
    assert len(found) > 20
    assert set(found) <= set(texts)


def test_nul_bytes_cost_nothing(built, more, dropped):
    content = lines(MORE).encode().replace(b"remorque", b"remor\0que").replace(b"\n", b"\0\n\0")
    dataset = built(
        {
            "a.jsonl": content,
            "b.csv": b"text,date\0\nLe phare neuf \0est pos\xc3\xa9,2024-06-30\n\0\0\0",
        }
    )
    assert more(dataset) == sorted(["Le phare neuf est posé", *(row["text"] for row in MORE)])
    assert dropped(dataset) == {}


def test_cells_that_are_formulas_are_text_and_ids(built, kept, dropped):
    content = (
        "id,date,text\n"
        '"=""9007199254740993""",2024-06-30,'
        '"=HYPERLINK(""https://example.org"", ""Le vélo est là"")"\n'
        "'9007199254740995,2024-06-30,+33 % de vélos en ville ce matin\n"
        "=1+1,2024-06-30,=1+1\n"
        "4,2024-06-30,@cmd|' /C calc'!A0 est un vélo pour tous\n"
    )  # fmt: skip
    dataset = built({"a.csv": content})
    found = {e.id: e.post.text for e in kept(dataset) if not e.id.startswith("velo-")}
    assert found["9007199254740993"].startswith("=HYPERLINK(")
    assert found["9007199254740995"].startswith("+33 % de vélos")
    assert dropped(dataset) == {"velo/a.csv#4": "too_short", "velo/a.csv#5": "reply"}


@pytest.mark.parametrize(
    ("when", "reason"),
    [
        ("0000-01-01", "no_time"),
        ("0001-01-01T00:00:00+14:00", "no_time"),
        ("1899-12-31", "no_time"),
        ("2262-04-12T00:00:00Z", "no_time"),
        ("9999-12-31T23:59:59-14:00", "no_time"),
        ("2099-01-01", "future_date"),
        ("31/02/2024", "no_time"),
        ("2024-13-01", "no_time"),
        ("99999999999999999999", "no_time"),
        (1e300, "no_time"),
        (-1, "no_time"),
        (True, "no_time"),
        ({"x": 1}, "no_time"),
        ("NaN", "no_time"),
    ],
)
def test_a_time_that_cannot_be_right_costs_its_post_alone(built, dropped, when, reason):
    dataset = built({"a.jsonl": lines([LINE | {"created_at": when}, *MORE])})
    assert dropped(dataset) == {"velo/a.jsonl#1": reason}
    assert dataset.card["kept"] == BASE + 3


@pytest.mark.parametrize("rounded", ["9.19942E+17", "9,19942E+17", "1.7E+17", 9.19942245704445e17])
def test_two_posts_whose_ids_a_spreadsheet_has_rounded_both_stay(built, more, rounded):
    rows = [MORE[0] | {"id": rounded}, MORE[1] | {"id": rounded}]
    dataset = built({"a.jsonl": lines(rows)})
    assert more(dataset) == sorted(row["text"] for row in MORE[:2])
    assert dataset.card["dropped"] == {}


# Odd, not damaged


def test_an_export_of_another_platform_under_a_known_name_is_read_for_what_it_is(built, request):
    exports = request.config.rootpath / "tests" / "fixtures" / "exports"
    files = {
        "data/tweets.js": (exports / "mastodon/outbox.json").read_bytes(),
        "outbox.json": (exports / "x_archive/data/tweets.js").read_bytes(),
        "Shares.csv": (exports / "generic/posts.jsonl").read_bytes(),
    }
    dataset = built(files, languages=["fr", "en"])
    formats = {s["path"]: (s["format"], s.get("posts", 0) > 5) for s in dataset.card["sources"]}
    assert formats["velo/data/tweets.js"][0] == "mastodon"
    assert formats["velo/outbox.json"] == ("x_archive", True)
    assert formats["velo/Shares.csv"] == ("jsonl", True)


def test_an_empty_export_beside_others_is_no_fault(built, dropped):
    files = {
        "data/tweets.js": "window.YTD.tweets.part0 = [ ]",
        "a.csv": "text,date\n",
        "b.json": "",
    }
    dataset = built(files)
    assert dropped(dataset) == {"velo/b.json": "empty_file"}
    listed = {s["path"]: (s["format"], s.get("rows")) for s in dataset.card["sources"]}
    assert listed["velo/data/tweets.js"] == ("x_archive", 0)
    assert listed["velo/a.csv"] == ("csv", 0)


def test_an_empty_export_alone_has_too_few_posts(built):
    with pytest.raises(InputError, match="0 usable posts.*\n.*the sources hold no more"):
        built({"data/tweets.js": "window.YTD.tweets.part0 = []"}, base=False)


def test_an_empty_folder_holds_no_export(built):
    with pytest.raises(InputError, match="no export found.*no files"):
        built(base=False)


@pytest.mark.parametrize("name", ["b.jsonl", "b [2].jsonl", "b#2.jsonl"])
@pytest.mark.parametrize("change", ["appended", "touched", "gone"])
def test_a_file_that_changes_while_it_is_read_is_left_out(
    built, dropped, more, monkeypatch, tmp_path, name, change
):
    path = tmp_path / "raw/velo" / name
    real = ingest_module.stamp

    def stamp(of):
        found = real(of)
        if of != path or stamp.calls == 0:
            stamp.calls += of == path
            return found
        return {"appended": (found[0] + 9, found[1]), "touched": (found[0], found[1] + 9),
                "gone": (-1, -1)}[change]  # fmt: skip

    stamp.calls = 0
    monkeypatch.setattr(ingest_module, "stamp", stamp)
    dataset = built({name: lines(MORE), "c.jsonl": lines([LINE])})
    assert dropped(dataset) == {f"velo/{name}#{row}": "file_changed" for row in (1, 2, 3)}
    assert more(dataset) == [LINE["text"]] and dataset.card["kept"] == BASE + 1

    monkeypatch.setattr(ingest_module, "stamp", real)
    again = built({name: lines(MORE), "c.jsonl": lines([LINE])})
    assert again.card["dropped"] == {} and again.card["kept"] == BASE + 4


# The real command


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"b.zip": OK[:-30], "c.zip": patched(OK, 6, 8, "<H", 1)},
         ["damaged_archive", "protected_archive", "velo2/b.zip", "no export found"]),
        ({"a.jsonl": lines([*[LINE | {"text": "Oui !"}] * 3, LINE | {"created_at": ""}]) + "cut {",
          "b.zip": OK[:-30]},
         ["0 usable posts, 30 are needed", "3  too_short: too few words", "1  no_time",
          "1  damaged_row", "velo2/b.zip: the zip is damaged"]),
    ],
    ids=["nothing to read", "nothing to keep"],
)  # fmt: skip
def test_with_nothing_usable_the_command_ends_with_two_and_the_reasons(
    brand, write, command, tmp_path, temporary, files, words
):
    velo = brand("velo2", [])
    (tmp_path / "raw/velo2/posts.jsonl").unlink()
    for name, content in files.items():
        write(f"raw/velo2/{name}", content)
    before = snapshot(tmp_path / "raw")
    process = command(velo)
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 2, errors
    assert "Traceback" not in errors and output == ""
    assert [word for word in words if word not in errors] == []
    assert snapshot(tmp_path / "raw") == before
    built = tmp_path / "work/data/built"
    left = [path for path in (tmp_path / "work").rglob("*") if path.is_file()]
    assert left == [built / "velo2" / ".lock"]
    assert list(temporary.iterdir()) == []
