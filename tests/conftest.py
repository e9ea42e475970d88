"""A tiny model built in code, and a small brand: the pipeline without any weights to download."""

from __future__ import annotations

import contextlib
import io
import json
import os
import runpy
import signal
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import pytest

# Two workers on two cores, small matrices: more threads only wait for each other. Before numpy.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("HF_DATASETS_OFFLINE", "1")
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.pop("MLFLOW_TRACKING_URI", None)
# torch makes its cache among the temporary files, where some tests look for what is left behind.
os.environ.setdefault(
    "TORCHINDUCTOR_CACHE_DIR", str(Path(tempfile.gettempdir(), "smm_voice-torchinductor"))
)

import tests.unsynced  # noqa: E402, F401

ROOT = Path(__file__).resolve().parents[1]

CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}"
    "<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def make_tiny_model(folder: Path) -> Path:
    """A two-layer Llama over bytes with a fixed seed; pad and end token are the same id."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    specials = ["<|im_start|>", "<|im_end|>"]
    vocabulary = {token: i for i, token in enumerate(specials + alphabet)}
    tokenizer = Tokenizer(models.BPE(vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    wrapped = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<|im_start|>",
        eos_token="<|im_end|>",
        pad_token="<|im_end|>",
        chat_template=CHAT_TEMPLATE,
    )
    wrapped.save_pretrained(folder)
    torch.manual_seed(0)
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(vocabulary),
            hidden_size=32,
            intermediate_size=64,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=2,
            max_position_embeddings=2048,
            bos_token_id=0,
            eos_token_id=1,
            pad_token_id=1,
            tie_word_embeddings=True,
        )
    )
    model.save_pretrained(folder)
    return folder


# They share one finished training, and so one worker.
_SHARING = ("browser/test_ui.py", "commands/test_train.py")
# Whatever takes long comes first, so that no worker is left alone with it at the end. Between the
# first two of retraining/ stands another, else a worker waits while the other makes what both need.
_LONG = (
    *_SHARING, "test_embedded_model.py", "retraining/test_faults_killed.py",
    "commands/test_train_interrupted.py", "retraining/test_faults_ended.py",
    "retraining/test_faults_disk.py", "retraining/test_faults_files.py",
    "retraining/test_lifecycle.py", "retraining/test_faults_posts.py", "dataset/test_prepare.py",
    "retraining/test_faults_store.py", "benchmarks/test_lifecycle_bench.py",
    "training/test_spread.py", "retraining/test_prefer.py", "benchmarks/test_metrics_bench.py",
    "commands/test_search.py", "metrics/test_voice_classifier.py",
    "metrics/test_evaluate_modules.py", "dataset/test_leaks.py", "posts/test_fuzz.py",
    "training/test_run.py", "training/test_preference.py", "conf/test_configs.py",
    "commands/test_export_command.py", "metrics/test_bad_input.py", "benchmarks/test_benchmark.py",
    "training/test_options.py", "training/test_trajectory.py", "generation/test_generate.py",
    "training/test_example_weights.py", "tracking/test_tracking.py",
    "metrics/test_homogeneity.py", "evaluation/test_evaluate_run.py",
    "metrics/test_adversaries.py", "benchmarks/test_factuality_bench.py", "models/test_base.py",
    "dataset/test_awkward_input.py", "report/test_report.py", "metrics/test_memorisation.py",
)  # fmt: skip


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    places = {ROOT / "tests" / name: place for place, name in enumerate(_LONG)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """`--dist loadfile`, in the order of collection and with the files of `_SHARING` as one."""
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid):
            file = super()._split_scope(nodeid)
            return "shared" if file.endswith(_SHARING) else file

    config.option.loadscopereorder = False
    return Scheduling(config, log)


def pytest_unconfigure(config):
    """No process outlives the tests."""
    if warm := sys.modules.get("tests.warm"):
        warm.end()


@pytest.fixture(autouse=True)
def _no_tracking_address_left_over():
    """MLflow keeps the address it was given in the environment; no test inherits it.

    Taken out for good: to put back what stood there would hand on what a module's fixture left.
    """
    os.environ.pop("MLFLOW_TRACKING_URI", None)
    yield
    os.environ.pop("MLFLOW_TRACKING_URI", None)


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory):
    """Folder of the tiny model."""
    return make_tiny_model(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="session")
def tiny_base(tiny_folder):
    """The tiny model, prepared and not loaded."""
    from smm_voice.config import ModelConfig
    from smm_voice.models.base import prepare

    return prepare(
        ModelConfig(
            name="tiny",
            languages=["en"],
            licence="-",
            maximum_bits_per_byte=100.0,
            force=False,
            path=str(tiny_folder),
        )
    )


@pytest.fixture
def tiny(tiny_base):
    """(BaseModel, model, tokenizer) of the tiny model."""
    from smm_voice.models.base import load

    return tiny_base, *load(tiny_base)


class Ended(NamedTuple):
    """How a command ended, and what it said."""

    status: int
    output: str
    errors: str


@pytest.fixture(scope="session")
def run_script():
    """Run a script as `python SCRIPT ARGUMENTS…` would, without the cost of a new process."""

    def run(script, *arguments):
        output, errors = io.StringIO(), io.StringIO()
        before, handler = sys.argv, signal.getsignal(signal.SIGTERM)
        sys.argv = [script, *map(str, arguments)]
        try:
            with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
                runpy.run_path(str(ROOT / script), run_name="__main__")
        except SystemExit as ended:
            return Ended(ended.code or 0, output.getvalue(), errors.getvalue())
        finally:
            sys.argv = before
            signal.signal(signal.SIGTERM, handler)
        raise AssertionError(f"{script} does not end by itself")

    return run


@pytest.fixture(scope="session")
def dataset_config():
    """The settings of conf/dataset/default.yaml."""
    import yaml

    from smm_voice.checks import validate
    from smm_voice.config import DatasetConfig

    text = (ROOT / "conf" / "dataset" / "default.yaml").read_text(encoding="utf-8")
    return validate(DatasetConfig, yaml.safe_load(text))


@pytest.fixture(scope="session")
def posts():
    """Real posts of the sample brand, oldest first: (text, time) pairs."""
    text = (ROOT / "data/raw/acme/data/tweets.js").read_text(encoding="utf-8")
    rows = [row["tweet"] for row in json.loads(text[text.index("[") :])]
    return [(row["full_text"], row["created_at"]) for row in rows]


@pytest.fixture(scope="session")
def small_brand(tmp_path_factory, posts):
    """A config folder with the brand `small` (160 real posts) and two small reference brands."""
    folder = tmp_path_factory.mktemp("brands")
    (folder / "brand").mkdir()
    chosen = [(t, when) for t, when in posts if not t.startswith("@")][-160:]
    _write_brand(folder, "small", chosen, references=["other_a", "other_b"])
    for name, source in (("other_a", "noaahabitat"), ("other_b", "whitehouse_2016")):
        lines = (ROOT / f"data/raw/{source}/posts.jsonl").read_text("utf-8").splitlines()
        rows = [json.loads(line) for line in lines[:90]]
        _write_brand(folder, name, [(row["text"], row["created_at"]) for row in rows])
    return folder


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory):
    """A database that MLflow has made: that takes seconds."""
    import mlflow

    path = tmp_path_factory.mktemp("store") / "mlflow.db"
    mlflow.MlflowClient(f"sqlite:///{path}", f"sqlite:///{path}").search_experiments()
    return path


@pytest.fixture(scope="session")
def browser():
    """An installed Chromium, one for all tests, or a skip that says what is missing."""
    from smm_voice.benchmarks.browser import launched
    from smm_voice.errors import InputError

    opened = launched()
    try:
        made = opened.__enter__()
    except InputError as error:
        pytest.skip(str(error))
    yield made
    opened.__exit__(None, None, None)


@pytest.fixture(scope="session")
def finished(small_brand, tiny_folder, tmp_path_factory):
    """(workspace, output) of one finished training of the brand `small`."""
    from tests.training_runs import start

    workspace = tmp_path_factory.mktemp("workspace")
    process = start(small_brand, tiny_folder, workspace)
    output, _ = process.communicate(timeout=300)
    assert process.returncode == 0, output
    return workspace, output


def _write_brand(folder, name, rows, references=()):
    source = folder / f"{name}.jsonl"
    with source.open("w", encoding="utf-8") as file:
        for number, (text, when) in enumerate(rows):
            row = {"id": str(number), "text": text, "created_at": when, "platform": "x"}
            file.write(json.dumps(row) + "\n")
    (folder / "brand" / f"{name}.yaml").write_text(
        json.dumps(
            {
                "name": name,
                "languages": ["en"],
                "platforms": ["x"],
                "sources": [{"path": str(source)}],
                "reference_brands": list(references),
            }
        ),
        encoding="utf-8",
    )
