"""Posts in MLflow's review page are texts, and a run's note keeps what stood in it."""

import pytest

from smm_voice.tracking.review_log import with_paragraph
from smm_voice.tracking.review_queue import _markdown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, with: a 1.5 #tag - and @you", "plain, with: a 1.5 #tag - and @you"),
        ("# a\n- b\n+ c\n1. d\n2) e\n===", "\\# a  \n\\- b  \n\\+ c  \n1\\. d  \n2\\) e  \n\\==="),
        ("![x](http://x/y.png)", "!\\[x\\](http://x/y.png)"),
        (
            "<img src=x> &lt; `c` **b** _i_ ~s~",
            "\\<img src=x\\> \\&lt; \\`c\\` \\*\\*b\\*\\* \\_i\\_ \\~s\\~",
        ),
        ("| a |\n\n    code $x$ \\", "\\| a \\|  \n\ncode \\$x\\$ \\\\"),
    ],
)
def test_no_post_is_markup(text, shown):
    assert _markdown(text) == shown


def test_the_paragraph_of_a_note_is_replaced_and_the_rest_stays():
    once = with_paragraph("**Verdict**\n\n- [Run](x)\n", "first")
    assert once.startswith("**Verdict**\n\n- [Run](x)\n\n") and "first" in once
    twice = with_paragraph(once, "second")
    assert "first" not in twice and twice.count("second") == 1
    assert with_paragraph(twice, "second") == twice
    assert with_paragraph("", "alone").strip().startswith("<!-- review -->")
    assert "behind" in with_paragraph(once + "\nbehind", "third")
