"""The number format: measured, never believed."""

import pytest

from smm_voice.training import precision


@pytest.mark.parametrize(
    ("fp32", "bf16", "chosen"),
    [(100.0, 400.0, "bf16"), (100.0, 140.0, "fp32"), (100.0, 30.0, "fp32")],
)
def test_bf16_has_to_win_clearly(monkeypatch, fp32, bf16, chosen):
    import torch

    speeds = {torch.float32: fp32, torch.bfloat16: bf16}
    monkeypatch.setattr(precision, "_gflops", speeds.__getitem__)
    assert precision.choose("auto") == precision.Precision(chosen, fp32, bf16)


def test_a_format_that_is_asked_for_is_not_measured(monkeypatch):
    monkeypatch.setattr(precision, "_gflops", None)
    assert precision.choose("fp32") == precision.Precision("fp32")


def test_the_measurement_gives_a_speed():
    import torch

    assert precision._gflops(torch.float32) > 0.1
