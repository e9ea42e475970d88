"""The writers get the same prompts and are counted alike; a worker that dies says why."""

import dataclasses

import pytest

from smm_voice.benchmarks.generation import run as bench
from smm_voice.benchmarks.generation.table import Told, table
from smm_voice.benchmarks.generation.writers import CACHES, CONTINUOUS, OWN, write
from smm_voice.benchmarks.table import figures
from smm_voice.benchmarks.turns import Worker
from smm_voice.config import GenerationBenchConfig
from smm_voice.errors import SmmVoiceError

PROMPTS = [[*range(5, 25), *range(30, 33 + i)] for i in range(9)]


def told(seconds, written):
    return {"seconds": seconds, "written": written, "peak_bytes": 2**30}


def test_all_writers_write_the_same_in_fp32(tiny):
    _, model, tokenizer = tiny
    own = write(OWN, model, tokenizer, PROMPTS, 4, 12)
    assert [len(row) for row in own] and own != [own[0]] * len(own)
    for writer in (*CACHES, CONTINUOUS):
        assert write(writer, model, tokenizer, PROMPTS, 4, 12) == own, writer


def test_the_headline_weighs_both_kinds_by_their_tokens():
    screened = {"dynamic cache, 8 at a time, bf16": 10.0, "dynamic cache, 1 at a time, bf16": 5.0}
    slow = {"dynamic cache, 4 at a time, fp32": 2.0, "prefix cache, 4 at a time, bf16": 50.0}
    short = Told("short", "dynamic", screened, [told(1.0, [[1] * 30])], [told(3.0, [[1] * 30])])
    few = Told("few_shot", "prefix", slow, [told(1.0, [[1] * 10])], [told(9.0, [[1] * 10])])
    found = figures(table([short, few]))
    assert found["generation/ratio_short"] == [pytest.approx(3)]
    assert found["generation/ratio_few_shot"] == [pytest.approx(9)]
    assert found["generation/ratio_vs_transformers"] == [pytest.approx(6)]
    # 30 tokens at 10 a second and 10 at 2, over two seconds.
    assert found["generation/ratio_vs_usual_cache"] == [pytest.approx(4)]
    assert found["generation/tokens_per_second_short_smm_voice"] == [pytest.approx(30)]
    # What was not compared has no figure.
    assert "generation/equal_short" not in found


def test_equal_counts_whole_answers():
    assert bench.equal([[1, 2], [3]], [[1, 2], [4]]) == 0.5


def test_every_size_is_tried_with_the_usual_cache_and_the_best_with_others():
    assert bench._sizes("dynamic", [1, 4, 8, 16], {}) == [1, 4, 8, 16]
    found = {bench.Rival("dynamic", 4, "bf16"): {"speed": 9.0},
             bench.Rival("dynamic", 8, "bf16"): {"speed": 7.0}}  # fmt: skip
    assert bench._sizes("prefix", [1, 4, 8, 16], found) == [4, 8]
    assert bench._sizes(CONTINUOUS, [1, 4, 8, 16], found) == [16]


def test_a_worker_writes_by_turns_and_tells_why_it_ends(tiny_folder, tmp_path):
    settings = {
        "model": {"name": "tiny", "languages": ["en"], "licence": "-", "force": False,
                  "maximum_bits_per_byte": 100.0, "path": str(tiny_folder)},
        "adapter": None, "precision": "fp32",
        "prompts": [[{"role": "user", "content": f"Topic {i}"}] for i in range(4)],
    }  # fmt: skip
    asked = {"writer": OWN, "size": 2, "briefs": 4, "tokens": 5}
    with Worker("smm_voice.benchmarks.generation.worker", "own", settings, tmp_path) as worker:
        own = worker.turn(asked)
        theirs = worker.turn(asked | {"writer": "dynamic"})
        assert own["written"] == theirs["written"] and len(own["written"]) == 4
        assert own["seconds"] > 0 and own["peak_bytes"] > 2**26
        assert len(worker.turn(asked | {"briefs": 2})["written"]) == 2
        first, second = [70, 71], [70, 72]
        (gap,) = worker.turn({"differences": [[0, first, second]]})["gaps"]
        assert 0 < gap < 10
        with pytest.raises(SmmVoiceError, match="(?s)own ended in the middle.*KeyError"):
            worker.turn({"writer": OWN})


def test_the_settings_of_the_command_are_those_of_the_schema():
    import yaml

    from tests.conftest import ROOT

    values = yaml.safe_load((ROOT / "conf" / "benchmark.yaml").read_text("utf-8"))["generation"]
    assert values == dataclasses.asdict(GenerationBenchConfig())
