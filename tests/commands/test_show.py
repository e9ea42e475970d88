"""`show=N` prints examples as people read them, with what is learned in brackets."""

from datetime import UTC, datetime
from types import SimpleNamespace

from smm_voice.commands.build_dataset import _show
from smm_voice.dataset.example import Example
from smm_voice.posts.post import Post
from tests.models.test_architectures import model_of


def test_a_sign_of_several_tokens_is_shown_whole(tiny_folder, capsys):
    text = "L’été à 96,4\u202f% 🚀"  # most signs are several tokens of the tiny model
    post = Post("1", text, "x", datetime(2024, 1, 1, tzinfo=UTC), "t", language="fr")
    config = SimpleNamespace(
        show=1, model=model_of(tiny_folder), brand=SimpleNamespace(title="Café")
    )
    _show(config, SimpleNamespace(splits={"train": [Example("1", "Sujet: été", text, post)]}))
    shown = capsys.readouterr().out
    assert shown.endswith(f"<|im_start|>assistant\n⟦{text}<|im_end|>⟧\n")
    assert "publications de Café" in shown and "\ufffd" not in shown
    learned = len(text.encode()) + 1
    assert f"{learned} of" in shown
