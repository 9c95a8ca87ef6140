"""Raw descriptions → plain text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.text.clean import clean

UNCHANGED = {
    "plain": "We hire.\nOwn the roadmap.",
    "markdown": "## Duties\n\n* Own **it**\n",
    "a comparison is no tag": "for teams < 10 people and > 3",
    "an ampersand": "R&D &amp; more",
}
HTML = {
    "paragraphs": ("<p>One.</p><p>Two.</p>", "One.\n\nTwo."),
    "list": ("<ul><li>Own it</li><li>Ship it</li></ul>", "* Own it\n* Ship it"),
    "paragraph in item": ("<ul><li><p>Own it</p></li></ul>", "* Own it"),
    "heading": ("<h3>Duties</h3><div>Own it</div>", "### Duties\n\nOwn it"),
    "emphasis": ("<p><strong>Duties:</strong> own it</p>", "**Duties:** own it"),
    "line break": ("<p>One<br>Two</p>", "One\nTwo"),
    "entities": ("<p>R&amp;D &nbsp;team</p>", "R&D team"),
    "entity-escaped": ("&lt;p&gt;Own &amp;amp; ship&lt;/p&gt;", "Own & ship"),
    "scripts and styles are left out": ("<p>Hi</p><script>alert(1)</script><style>p{}</style>", "Hi"),
    "broken tags": ("<div><p>One<li>Two</div>", "One\n\n* Two"),
    "markdown with tags in its lines": (
        "# Product Manager\n\n## Duties\n\n* Own <b>the roadmap</b>\n* Write specs<br>\n* Ship\n",
        "# Product Manager\n\n## Duties\n\n* Own **the roadmap**\n* Write specs\n* Ship",
    ),
    "a hyphen at a line's end of HTML": ("<p>We\n- a bank - hire</p>", "We - a bank - hire"),
    "a table": ("<table><tr><td>Pay</td><td>50k</td></tr></table>", "Pay 50k"),
}


@pytest.mark.parametrize("text", UNCHANGED.values(), ids=UNCHANGED)
def test_plain_text_is_the_same_object(text: str) -> None:
    assert clean(text) is text


@pytest.mark.parametrize(("raw", "expected"), HTML.values(), ids=HTML)
def test_html(raw: str, expected: str) -> None:
    assert clean(raw) == expected


def test_deep_nesting_does_not_end_the_stack() -> None:
    assert clean("<div>" * 50_000 + "deep" + "</div>" * 50_000) == "deep"


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["<p>", "</p>", "<li>", "<ul>", "</ul>", "<b>", "</b>", "<br>", "text ", "\x00", "<", "&", "<h2>"]
        ),
        max_size=30,
    ).map("".join)
)
def test_no_tag_is_left_of_any_markup(raw: str) -> None:
    text = clean(raw)
    if text is not raw:
        assert not any(tag in text for tag in ("<p>", "<li>", "<ul>", "<b>", "<h2>", "\x00"))
