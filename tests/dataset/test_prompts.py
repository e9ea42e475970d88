"""Prompts: one form for every arm, and only the part of the style guide meant for it."""

from smm_voice.dataset.prompts import prompt, read_style_guide, system_message


def test_messages_in_order_with_shots_as_earlier_turns():
    messages = prompt("Acme", "en", "Topic: moon", "Be brief.", [("Topic: sun", "Hot!")])
    assert [(m["role"], m["content"]) for m in messages] == [
        ("system", "Write social media posts for Acme.\n\nBe brief."),
        ("user", "Topic: sun"),
        ("assistant", "Hot!"),
        ("user", "Topic: moon"),
    ]


def test_system_message_is_in_the_posts_language_and_takes_the_brand_literally():
    assert system_message("Vélo {x}", "fr-CA")["content"] == "Écris les publications de Vélo {x}."
    assert system_message("Acme", "de")["content"].startswith("Write social media posts")


def test_style_guide_is_cut_at_the_marker_and_loses_its_headings(tmp_path):
    guide = tmp_path / "guide.md"
    guide.write_text("# Style\n\nSay “we”.\n\n## More\n<!-- prompt ends -->\nNot this.\n")
    assert read_style_guide(guide) == "Say “we”."


def test_a_line_that_begins_with_a_hashtag_is_no_heading(tmp_path):
    guide = tmp_path / "guide.md"
    guide.write_text("# Style\n#AskAcme stands at the end.\n")
    assert read_style_guide(guide) == "#AskAcme stands at the end."


def test_no_guide_and_an_empty_guide_are_none(tmp_path):
    (tmp_path / "guide.md").write_text("# Style\n<!-- prompt ends -->\nNot this.\n")
    assert read_style_guide(None) is None
    assert read_style_guide(tmp_path / "guide.md") is None
