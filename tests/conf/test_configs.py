"""Every shipped YAML composes and validates; every wrong override is told at once."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir

from scripts import entry
from smm_voice import config as schemas
from tests import warm

ROOT = Path(__file__).resolve().parents[2]
CONF = ROOT / "conf"
SCHEMAS = {
    "train": schemas.TrainConfig,
    "build_dataset": schemas.BuildDatasetConfig,
    "forget": schemas.ForgetConfig,
    "benchmark": schemas.BenchmarkConfig,
    "facts": schemas.FactsConfig,
    "review": schemas.ReviewConfig,
    "score": schemas.ScoreConfig,
    "search": schemas.SearchCommandConfig,
    "evaluate": schemas.EvaluateConfig,
    "export": schemas.ExportConfig,
    "compare": schemas.CompareConfig,
    "generate": schemas.GenerateConfig,
    "monitor": schemas.MonitorCommandConfig,
    "history": schemas.HistoryConfig,
    "retrain": schemas.RetrainConfig,
    "rollback": schemas.RollbackConfig,
    "promote": schemas.PromoteConfig,
    "prefer": schemas.PreferConfig,
}
REQUIRED = {
    "score": ["texts=x.jsonl"], "generate": ["brief=x"], "forget": ["post=1"],
    "benchmark": ["bench=dataset"],
}  # fmt: skip
# Said as a bare word on the command line.
ACTIONS = {"facts": ["action=check"], "review": ["action=form"]}
BRANDLESS = {"benchmark"}
# Where a group is not of train.
ROOTS = {"monitor": "monitor", "gate": "retrain", "retraining": "retrain",
         "preference": "prefer", "search": "search"}  # fmt: skip
# Under terms of their own, which nobody has accepted yet.
TERMS = ("gemma3_270m", "gemma3_270m_it", "gemma3_1b", "llama3_2_1b", "llama3_2_3b")
NEEDED_BY_OPTION = {
    "model=local": ["model.path=/models/m", "model.languages=[en]"],
    "model=hub": ["model.hub=a/b", "model.languages=[en]"],
    **{f"model={name}": ["model.accept_terms=true"] for name in TERMS},
}


def composed(name, *overrides):
    with initialize_config_dir(str(CONF), version_base="1.3"):
        composition = compose(name, [*overrides, *REQUIRED.get(name, []), *ACTIONS.get(name, [])])
    return entry._validated(composition, SCHEMAS[name], [], [CONF], {})


def test_each_entry_has_a_root_config_and_a_schema():
    roots = {path.stem for path in CONF.glob("*.yaml")}
    scripts = {path.stem for path in (ROOT / "scripts").glob("*.py")} - {"__init__", "entry"}
    assert roots == SCHEMAS.keys() == scripts | {"train"}


@pytest.mark.parametrize("name", sorted(SCHEMAS.keys() - BRANDLESS))
def test_each_root_config_is_valid(name):
    config = composed(name, "brand=acme")
    assert config.brand.name == "acme"
    assert [reference.name for reference in config.references] == config.brand.reference_brands


@pytest.mark.parametrize("name", sorted(BRANDLESS))
def test_a_root_config_without_a_brand_is_valid_and_takes_none(name):
    assert composed(name).repository
    result = command(f"scripts/{name}.py", "brand=acme", *REQUIRED[name])
    assert result.returncode == 2
    assert "unknown key 'brand'" in result.stderr


@pytest.mark.parametrize(
    ("group", "option"),
    [
        (path.parent.name, path.stem)
        for path in sorted(CONF.glob("*/*.yaml"))
        if path.parent.name not in ("hydra", "experiment")
        and ROOTS.get(path.parent.name, "train") in SCHEMAS
    ],
)
def test_each_option_of_each_group_is_valid(group, option):
    more = NEEDED_BY_OPTION.get(f"{group}={option}", [])
    brand = [] if group == "brand" else ["brand=acme"]
    composed(ROOTS.get(group, "train"), f"{group}={option}", *brand, *more)


def test_a_hubs_model_may_lie_in_a_folder_or_be_pinned():
    config = composed("train", "brand=acme", "model=qwen3_0_6b", "model.path=/m")
    assert (config.model.hub, config.model.path) == ("Qwen/Qwen3-0.6B", "/m")
    config = composed("train", "brand=acme", "model=qwen3_0_6b", "model.revision=c0ffee")
    assert config.model.revision == "c0ffee"


@pytest.mark.parametrize("preset", sorted(p.stem for p in (ROOT / "experiments").glob("*.yaml")))
def test_each_preset_is_valid_and_changes_something(preset):
    assert composed("train", "brand=acme", f"experiment={preset}") != composed(
        "train", "brand=acme"
    )


def test_no_brand_file_names_code():
    for path in (CONF / "brand").glob("*.yaml"):
        assert "_target_" not in path.read_text(encoding="utf-8")


def command(*arguments):
    return warm.run(*arguments, timeout=60)


def test_an_unknown_brand_lists_the_brands():
    result = command("train.py", "brand=akme")
    assert result.returncode == 2
    assert "did you mean 'acme'?" in result.stderr
    assert "noaafisheries" in result.stderr


def test_no_brand_lists_the_brands():
    result = command("train.py")
    assert result.returncode == 2
    assert "say brand=NAME; there are: acme" in result.stderr


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "Acme", "a b", ""])
def test_a_brand_name_that_is_a_path_is_refused(name):
    result = command("train.py", f"brand={name}")
    assert result.returncode == 2
    assert "is no name of a brand" in result.stderr


def test_all_errors_are_told_at_once_with_the_nearest_key():
    result = command(
        "train.py", "brand=acme", "training.epocs=2", "lora.rnak=4", "training.batch_size=0",
        "+training.foo=1", "evaluation.confidence=2", "model=smollm2_135",
        "training.precision=bf15",
    )  # fmt: skip
    assert result.returncode == 2
    for words in (
        "did you mean 'epochs'?", "did you mean 'rank'?", "batch_size must be at least 1",
        "unknown key 'training.foo'", "confidence must be at most", "did you mean 'smollm2_135m'?",
        "did you mean 'bf16'?",
    ):  # fmt: skip
        assert words in result.stderr
    assert "Traceback" not in result.stderr


def test_a_model_under_terms_is_not_taken_before_they_are_accepted():
    result = command("train.py", "brand=acme", "model=gemma3_270m", "evaluation.judge=gemma3_270m")
    assert result.returncode == 2
    for words in ("https://ai.google.dev/gemma/terms", "say model.accept_terms=true",
                  "say evaluation.judge_model.accept_terms=true"):  # fmt: skip
        assert words in result.stderr
    accepted = composed(
        "evaluate", "brand=acme", "evaluation.judge=gemma3_270m",
        "evaluation.judge_model.accept_terms=true",
    )  # fmt: skip
    assert accepted.evaluation.judge_model.name == "gemma3_270m"
    with pytest.raises(entry.ConfigError, match=r"evaluation\.judge must be one of"):
        composed("score", "brand=acme", "evaluation.judge=gema")


def test_a_broken_override_is_a_configuration_error():
    result = command("train.py", "brand=acme", "training.epochs={")
    assert result.returncode == 2
    assert "Traceback" not in result.stderr


def test_a_users_own_brand_and_its_references_are_found(small_brand):
    result = command(
        "scripts/build_dataset.py", "--config-dir", str(small_brand), "brand=small",
        f"workspace={small_brand}/ws",
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert "Dataset" in result.stdout and "train" in result.stdout


def test_a_users_brand_file_with_faults_names_them_all(tmp_path):
    (tmp_path / "brand").mkdir()
    (tmp_path / "brand" / "x.yaml").write_text(
        "name: ../x\nlanguages: []\nsources: []\nplatfroms: [x]\nreference_brands: [nobody]\n"
    )
    result = command("train.py", "--config-dir", str(tmp_path), "brand=x")
    assert result.returncode == 2
    for words in ("brand.name must match", "at least one language", "at least one source",
                  "did you mean 'platforms'?", "there is no brand 'nobody'"):  # fmt: skip
        assert words in result.stderr


def test_a_brand_file_cannot_read_the_environment(tmp_path):
    (tmp_path / "brand").mkdir()
    (tmp_path / "brand" / "x.yaml").write_text(
        "name: x\nlanguages: [en]\nsources: [{path: p}]\ndisplay_name: ${oc.env:HOME}\n"
    )
    result = command("train.py", "--config-dir", str(tmp_path), "brand=x")
    assert result.returncode == 2
    assert "plain data" in result.stderr


@pytest.mark.parametrize("name", REQUIRED)
def test_a_required_value_that_is_missing_is_named(name):
    result = command(f"scripts/{name}.py", *([] if name in BRANDLESS else ["brand=acme"]))
    key = REQUIRED[name][0].partition("=")[0]
    assert result.returncode == 2
    assert f"{key} has no value; say {key}=…" in result.stderr


SCRIPTS = ["train.py", *(f"scripts/{name}.py" for name in SCHEMAS if name != "train")]
LOADING = """
import json, runpy, sys
heavy = {"torch", "transformers", "mlflow", "sklearn", "pandas", "datasets"}
loaded = {}
for script in sys.argv[1:]:
    for argument in ("--help", "brand=nobody"):
        sys.argv = [script, argument]
        try:
            runpy.run_path(script, run_name="__main__")
        except SystemExit:
            pass
    loaded[script] = sorted(heavy & set(sys.modules))
sys.stderr.write("\\n" + json.dumps(loaded))
"""


@pytest.fixture(scope="module")
def loaded():
    """Script → what is heavy and stands loaded after its help and an error of it."""
    result = subprocess.run(
        [sys.executable, "-c", LOADING, *(str(ROOT / script) for script in SCRIPTS)],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    return json.loads(result.stderr.splitlines()[-1])


@pytest.mark.parametrize(
    ("overrides", "told"),
    [
        (["lora.initialisation=pissa", "lora.dora=true"], "exclude each other"),
        (["lora.initialisation=olora", "model.quantisation=4bit"], "choose one of the two"),
        (["lora.initialisation=pissa", "training.kernels=fused"], "take auto"),
        (["lora.initialisation=orthogonal", "lora.rank=5"], "needs an even lora.rank"),
        (["lora.initialisation=pisa"], "did you mean 'pissa'"),
        (["training.precision=fp16"], r"must be one of auto, fp32, bf16, is 'fp16'"),
        (["training.schedule=cosin"], "did you mean 'cosine'"),
        (["training.warmup_share=1"], "training.warmup_share must be at most 0.9"),
        (
            [
                "training.schedule=warmup_stable_decay",
                "training.warmup_share=0.5",
                "training.decay_share=0.6",
            ],
            "together they may be 1 at most",
        ),
        (["training.mixing.share=0.2"], "needs training.mixing.path or replay=true"),
        (["training.mixing.replay=true"], "must say how much"),
        (["training.mixing={path: x, replay: true, share: 0.2}"], "not both"),
    ],
)
def test_settings_of_a_training_that_do_not_go_together_are_told(overrides, told):
    with pytest.raises(entry.ConfigError, match=told):
        composed("train", "brand=acme", *overrides)


@pytest.mark.parametrize("name", ["retrain", "search"])
def test_a_job_that_judges_what_it_makes_begins_from_the_base(name):
    with pytest.raises(entry.ConfigError, match="training.start_from is not for a"):
        composed(name, "brand=acme", "training.start_from=somewhere")
    assert composed("train", "brand=acme", "training.start_from=somewhere")


@pytest.mark.parametrize("script", SCRIPTS)
def test_help_and_errors_load_nothing_heavy(script, loaded):
    assert loaded[str(ROOT / script)] == []


@pytest.mark.parametrize(
    "text",
    [
        'Big launch, 5 pm: "Go"',
        "l'été {à} (99 €)",
        "a=b",
        "back\\slash\\",
        "[1,2]",
        "50% $HOME ${x}",
    ],
)
def test_free_text_reaches_the_command_as_it_was_typed(text, monkeypatch, capsys):
    seen = []

    def main(config: schemas.GenerateConfig) -> int:
        seen.append(config.brief)
        return 0

    monkeypatch.setattr(sys, "argv", ["generate.py", "brand=acme", f"brief={text}"])
    with pytest.raises(SystemExit) as ended:
        entry.entry(main, "generate", text_keys=("brief",))
    assert ended.value.code == 0, capsys.readouterr().err
    assert seen == [text]
