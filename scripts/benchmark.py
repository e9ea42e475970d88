"""Measure speed and size: `python scripts/benchmark.py bench=dataset`."""

from scripts.entry import entry
from smm_voice.config import BenchmarkConfig


def main(config: BenchmarkConfig) -> int:
    """Run the command."""
    from smm_voice.commands.benchmark import benchmark

    return benchmark(config)


if __name__ == "__main__":
    entry(main, "benchmark", text_keys=("workspace",))
