"""What is personal is masked wherever it stands, and what is to be erased is nowhere."""

import dataclasses
import time

import pytest

from smm_voice.config import SourceConfig
from smm_voice.dataset import ledger
from smm_voice.dataset.build import build
from smm_voice.posts.removal import id_digest

# Kind → a text that holds it, and the data itself. Nobody's: reserved numbers and examples.
PERSONAL = {
    "email": ("Écrivez à {} pour réserver votre essai du vélo", "jane.doe@example.org"),
    "phone": ("Appelez le {} pour réserver votre essai du vélo", "01 99 00 12 34"),
    "iban": ("Vos dons pour le vélo vont sur le compte {} jusqu'à lundi",
             "FR76 3000 6000 0112 3456 7890 189"),
    "card": ("La carte {} a gagné un vélo tout neuf ce matin", "4111 1111 1111 1111"),
    "address": ("On vous attend au {} pour essayer le vélo", "12 rue de la Paix, 75002 Paris"),
    "handle": ("Bravo à notre abonnée @{} qui a gagné le vélo", "skywatcher_77"),
}  # fmt: skip
EVERYWHERE = tuple(data for _, data in PERSONAL.values())


@pytest.fixture
def built(brand, rows, config, workspace):
    """Build a French brand of 45 posts and some more, with some settings."""

    def run(*texts, privacy=(), reference=(), **values):
        more = [
            ({"text": t} if isinstance(t, str) else t)
            | {"id": f"more-{n}", "created_at": f"2024-03-{n + 1:02}", "platform": "x"}
            for n, t in enumerate(texts)
        ]
        settings = dataclasses.replace(
            config, privacy=dataclasses.replace(config.privacy, **dict(privacy))
        )
        velo = brand("velo", rows() + more, **values)
        references = [brand("autre", rows("mutuelle") + list(reference))] if reference else []
        return build(velo, references, settings, workspace)

    return run


@pytest.fixture
def texts(kept):
    """Texts of the posts that were added, in order."""

    def of(dataset):
        examples = {e.id: e.text for e in kept(dataset) if e.id.startswith("more")}
        return [examples[each] for each in sorted(examples, key=lambda i: int(i[5:]))]

    return of


def everything(dataset):
    """All that a dataset's folder holds."""
    return "\n".join(path.read_text(encoding="utf-8") for path in dataset.folder.iterdir())


# Personal data


@pytest.mark.parametrize("kind", PERSONAL)
def test_each_kind_is_masked_kept_or_dropped_as_asked(built, texts, kind, kept, dropped):
    wording, data = PERSONAL[kind]
    masked = built(wording.format(data))
    place = f"[{kind}]"
    assert texts(masked) == [wording.replace("@{}", place).replace("{}", place)]
    assert masked.card["privacy"] == {kind: 1}
    assert data not in everything(masked)

    left_alone = built(wording.format(data), privacy={kind: "keep"})
    assert texts(left_alone) == [wording.format(data)] and left_alone.card["privacy"] == {}

    without = built(wording.format(data), privacy={kind: "drop"})
    assert dropped(without) == {"velo/posts.jsonl#46": "personal_data"}
    assert data not in everything(without) and len(kept(without)) == 45


def test_it_is_masked_wherever_a_post_can_hold_it(built, kept):
    held = " ; ".join(wording.format(data) for wording, data in PERSONAL.values())
    post = {
        "text": held,
        "alt_texts": [held, "Un vélo rouge"],
        "campaign": held,
        "links": ["https://example.org/?to=jane.doe@example.org", "https://example.org/velo"],
        "url": "https://example.org/jane.doe@example.org/1",
    }
    dataset = built(post)
    whole = everything(dataset)
    assert [data for data in EVERYWHERE if data in whole] == []
    (example,) = [e for e in kept(dataset) if e.id == "more-0"]
    assert example.post.links == ("https://example.org/velo",) and example.post.url is None
    assert example.post.alt_texts[1] == "Un vélo rouge"
    for kind in PERSONAL:
        assert f"[{kind}]" in example.text
        assert f"[{kind}]" in example.post.alt_texts[0]
        assert dataset.card["privacy"][kind] >= 2


def test_a_reference_brands_post_is_masked_too(built):
    reference = [
        {"text": wording.format(data), "created_at": f"2024-01-{n + 1:02}", "id": f"r{n}"}
        for n, (wording, data) in enumerate(PERSONAL.values())
    ]
    dataset = built("Un vélo tout neuf vous attend", reference=reference)
    whole = everything(dataset)
    assert [data for data in EVERYWHERE if data in whole] == []
    assert sum("[" in text for text in dataset.references["autre"]) == len(PERSONAL)


def test_what_the_brand_calls_public_is_never_masked(built, texts):
    given = [wording.format(data) for wording, data in PERSONAL.values()]
    public = ["@SkyWatcher_77", "Jane.Doe@example.org", "+33 1 99 00 12 34", "12 rue de la paix"]
    dataset = built(*given, public=public)
    assert dataset.card["privacy"] == {"iban": 1, "card": 1}
    assert [text for text in texts(dataset) if "[" not in text] == [
        wording.format(data)
        for kind, (wording, data) in PERSONAL.items()
        if kind not in ("iban", "card")
    ]


def test_masking_does_not_make_two_posts_one(built, texts):
    """Posts that differ in what is masked alone say the same then, and one stays."""
    wording = PERSONAL["phone"][0]
    dataset = built(wording.format("01 99 00 12 34"), wording.format("01 99 00 56 78"))
    assert dataset.card["dropped"] == {"exact_duplicate": 1}
    assert texts(dataset) == [wording.format("[phone]")]


# Handles


def test_a_handle_that_the_brand_often_names_is_no_private_persons(built, texts):
    given = [f"Photo de @skywatcher_77 : {what} ce matin" for what in ("la gare", "le pont neuf")]
    assert all("[handle]" in text for text in texts(built(*given)))
    often = [*given, "Le marché du samedi, vu par @SkyWatcher_77 et ses amis"]
    assert texts(built(*often)) == often


def test_the_same_post_on_three_platforms_names_a_person_once(built, texts):
    post = {"text": "Bravo à notre abonnée @skywatcher_77 qui a gagné le vélo"}
    dataset = built(post, post, post)
    assert dataset.card["dropped"] == {"exact_duplicate": 2}
    assert texts(dataset) == ["Bravo à notre abonnée [handle] qui a gagné le vélo"]


def test_a_private_handle_is_masked_wherever_it_occurs(built, texts):
    dataset = built(
        "Bravo à notre abonnée @skywatcher_77 qui a gagné le vélo",
        {"text": "Avec @SkyWatcher_77 nous avons roulé jusqu'à la mer",
         "alt_texts": ["@skywatcher_77 sur son vélo"]},
    )  # fmt: skip
    assert texts(dataset) == [
        "Bravo à notre abonnée [handle] qui a gagné le vélo",
        "Avec [handle] nous avons roulé jusqu'à la mer",
    ]
    assert "skywatcher" not in everything(dataset).casefold()
    assert dataset.card["privacy"] == {"handle": 3}


@pytest.mark.parametrize(
    "handle",
    ["@jane.doe@social.example", "@jane-doe.bsky.social", "＠jane.doe", "@Jane.Doe", "@jane_doe88"],
)
def test_handles_of_every_network_are_masked_whole(built, texts, handle):
    dataset = built(f"Photo de {handle} : notre vélo au bord de la mer")
    assert texts(dataset) == ["Photo de [handle] : notre vélo au bord de la mer"]


def test_a_longer_handle_that_begins_alike_is_another_one(built, texts):
    dataset = built("Photo de @jane_doe88 avec @jane_doe88_officiel_ville au bord de la mer")
    assert "@jane_doe88_officiel_ville" in texts(dataset)[0]
    assert "@jane_doe88 " not in texts(dataset)[0]


def test_the_account_a_post_was_published_on_is_never_masked(built, texts):
    own = {"text": "Photo de @marie_velo88 : notre vélo ce matin", "account": "marie_velo88"}
    assert texts(built(own)) == [own["text"]]
    assert "[handle]" in texts(built(own | {"account": "velo"}))[0]


def test_none_of_the_brands_accounts_is_masked(brand, rows, write, config, workspace, kept):
    text = "Photo de @marie_velo88 : notre vélo ce matin"
    write("raw/marie/posts.jsonl", [{"text": "Oui !", "created_at": "2024-01-01"}])
    velo = brand("velo", [*rows(), {"text": text, "created_at": "2024-01-01"}])
    second = SourceConfig(path="raw/marie", account="@Marie_Velo88")
    both = dataclasses.replace(velo, sources=[*velo.sources, second])
    assert text in {e.text for e in kept(build(both, [], config, workspace))}
    assert text not in {e.text for e in kept(build(velo, [], config, workspace))}


def test_a_masked_handle_is_in_no_brief(built, kept):
    dataset = built(*(PERSONAL["handle"][0].format(h) for h in ("skywatcher_77", "jane_doe88")))
    briefs = [e.brief for e in kept(dataset) if "[handle]" in e.text]
    assert briefs and not [b for b in briefs if "@" in b or "skywatcher" in b or "doe" in b]


# Erasure


ERASE = {"text": "Avec @ancien_client nous avons roulé vers la mer", "author": "velo"}


@pytest.mark.parametrize(
    "entry",
    [
        "more-0",
        "velo/posts.jsonl#46",
        "@Ancien_Client",
        "@velo",
        "/(?i)AVEC @ancien/",
        "/roulé vers/",
    ],
)
def test_a_post_to_be_removed_is_nowhere(built, kept, dropped, entry):
    dataset = built(ERASE, remove=[entry])
    assert dropped(dataset) == {"velo/posts.jsonl#46": "removed_on_request"}
    assert len(kept(dataset)) == 45
    assert "ancien_client" not in everything(dataset) and "roulé vers" not in everything(dataset)


def test_what_is_not_named_stays(built, kept):
    names = ["more", "posts.jsonl#46", "velo/posts.jsonl#460", "@ancien", "/roule vers/", "@client"]
    dataset = built(ERASE, remove=names)
    assert dataset.card["dropped"] == {} and len(kept(dataset)) == 46


def test_a_slow_pattern_ends(built):
    started = time.process_time()
    dataset = built({"text": "Un vélo pour " + "a" * 60 + " !"}, remove=["/(a|aa)+$/"])
    assert time.process_time() - started < 20
    assert dataset.card["dropped"] == {"removed_on_request": 1}


def test_a_forgotten_post_does_not_come_back(built, workspace, kept):
    before = built(ERASE)
    ledger.note(workspace.built / "velo", id_digest("more-0"), [before.fingerprint])
    after = built(ERASE)
    assert before.fingerprint != after.fingerprint
    assert after.card["dropped"] == {"removed_on_request": 1}
    assert "more-0" not in {e.id for e in kept(after)}


def test_a_reference_brand_erases_by_its_own_list(brand, rows, config, workspace):
    other = brand("autre", [*rows("mutuelle"), ERASE | {"id": "e", "created_at": "2024-01-01"}])
    own = brand("velo", rows())
    for remove, held in ((["e"], False), ([], True)):
        reference = dataclasses.replace(other, remove=remove)
        dataset = build(own, [reference], config, workspace)
        assert (ERASE["text"] in dataset.references["autre"]) is held
