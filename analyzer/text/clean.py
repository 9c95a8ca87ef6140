"""Raw description → plain text.

Plain text and Markdown pass unchanged, so that offsets refer to what came in. HTML and entity-escaped HTML become
plain text with the marks of Markdown (``## `` headings, ``* `` list items, ``**`` emphasis), because the form of a
sentence helps to read it.
"""

from __future__ import annotations

import html
import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

_TAG = re.compile(
    r"</(?:p|div|ul|ol|li|h[1-6]|span|strong|b|em|i|body|html|table|td|section|article|a)\s*>|<(?:br|p|li|ul|div)\s*/?>",
    re.I,
)
_BLOCK_TAG = re.compile(r"<(?:p|div|ul|ol|li|h[1-6]|body|html|table|section|article)\b", re.I)
_MARKDOWN_LINE = re.compile(r"^(?:#{1,6}|[*+-]) +\S", re.M)
_BARE_LINE_END = re.compile(r"(?<!<br>)(?<!<br/>)(?<!<br />)\r?\n", re.I)
_ESCAPED_TAG = re.compile(r"&lt;/?(?:p|div|ul|ol|li|h[1-6]|span|strong|b|em|i|br|table|section|a)\b", re.I)
_BLOCKS = frozenset(
    [
        "p",
        "div",
        "section",
        "article",
        "header",
        "footer",
        "main",
        "aside",
        "ul",
        "ol",
        "table",
        "tr",
        "blockquote",
        "pre",
        "dl",
        "dt",
        "dd",
        "figure",
        "form",
        "fieldset",
        "address",
        "nav",
        "body",
        "html",
    ]
)
_HEADINGS = {f"h{level}": "#" * level + " " for level in range(1, 7)}
_SKIPPED = frozenset(
    ["script", "style", "template", "noscript", "head", "iframe", "object", "svg", "math", "select", "button", "input"]
)
_SPACE = re.compile(r"[ \t\r\n\f\u00a0]+")
_BLANK_LINES = re.compile(r"[ \t]*\n[ \t]*(?:\n[ \t]*)+")
_MAX_DEPTH = 200


def is_html(text: str) -> bool:
    """Whether a description is HTML, plain or entity-escaped."""
    return bool(_TAG.search(text) or _ESCAPED_TAG.search(text))


def clean(raw: str) -> str:
    """Plain text of a description; the very same string where it is plain text or Markdown already.

    >>> clean("<p>We hire.</p><ul><li>Own the roadmap</li></ul>")
    'We hire.\\n\\n* Own the roadmap'
    """
    if "<" not in raw and "&lt;" not in raw:
        return raw
    if _ESCAPED_TAG.search(raw) and not _TAG.search(raw):
        raw = html.unescape(raw)
    return html_to_text(_with_breaks(raw)) if _TAG.search(raw) else raw


def _with_breaks(source: str) -> str:
    """Markdown that holds tags within its lines, with its line ends as breaks; all other HTML as it is."""
    if _BLOCK_TAG.search(source) or not _MARKDOWN_LINE.search(source):
        return source
    return _BARE_LINE_END.sub("<br>\n", source)


def html_to_text(source: str) -> str:
    """Text of an HTML fragment or page, block by block; scripts, styles and forms are left out."""
    tree = LexborHTMLParser(source)
    root = tree.body or tree.root
    if root is None:
        return ""
    pieces: list[str] = []
    _walk(root, pieces, 0)
    text = _BLANK_LINES.sub("\n\n", "".join(pieces).replace("\x00", ""))
    return "\n".join(line.rstrip() for line in text.split("\n")).strip()


def _walk(node: LexborNode, pieces: list[str], depth: int) -> None:
    """Append the text of a node's children. Past ``_MAX_DEPTH`` the rest is taken as one text."""
    child = node.first_child
    while child is not None:
        tag = child.tag or ""
        if tag == "-text":
            pieces.append(_inline(child.text(deep=False) or "", pieces))
        elif depth > _MAX_DEPTH:
            pieces.append(_inline(child.text(deep=True) or "", pieces))
        elif tag == "br":
            pieces.append("\n")
        elif tag == "li":
            pieces.append("\n* ")
            _walk(child, pieces, depth + 1)
        elif tag in _HEADINGS:
            pieces.append("\n\n" + _HEADINGS[tag])
            _walk(child, pieces, depth + 1)
            pieces.append("\n\n")
        elif tag in ("b", "strong"):
            _emphasis(child, pieces, depth)
        elif tag in _BLOCKS:
            gap = "\n" if tag in ("tr", "dt", "dd") or _in_item(pieces) else "\n\n"
            if not _in_item(pieces):
                pieces.append(gap)
            _walk(child, pieces, depth + 1)
            pieces.append(gap)
        elif tag in ("td", "th"):
            _walk(child, pieces, depth + 1)
            pieces.append(" ")
        elif tag not in _SKIPPED and not tag.startswith(("-", "!", "_")):
            _walk(child, pieces, depth + 1)
        child = child.next


def _in_item(pieces: list[str]) -> bool:
    """Whether a list mark was written and no text of the item yet."""
    return bool(pieces) and pieces[-1] == "\n* "


def _inline(text: str, pieces: list[str]) -> str:
    """Text with its white space folded, without a space at the beginning of a line."""
    folded = _SPACE.sub(" ", text)
    at_start = not pieces or pieces[-1].endswith(("\n", " "))
    return folded.lstrip(" ") if at_start else folded


def _emphasis(node: LexborNode, pieces: list[str], depth: int) -> None:
    inner: list[str] = []
    _walk(node, inner, depth + 1)
    text = "".join(inner)
    core = text.strip()
    if not core or "\n" in core:
        pieces.append(text)
        return
    lead, tail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    if lead and pieces and pieces[-1].endswith((" ", "\n")):
        lead = ""
    pieces.append(f"{lead}**{core}**{tail}")
