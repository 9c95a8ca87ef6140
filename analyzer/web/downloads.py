"""The result of a form as a file to keep or to pass on."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from analyzer.render.html import to_html
from analyzer.render.json import to_json
from analyzer.render.markdown import to_markdown
from analyzer.render.view import SEEKER, View
from analyzer.verdict.explain import Explainer
from analyzer.verdict.split import split
from analyzer.web.api import split_out
from analyzer.web.corrections import corpus_rows
from analyzer.web.review import Draft, Review

_UNSAFE = re.compile(r"[^a-z0-9]+")


def _html(review: Review, view: View) -> str:
    return to_html([review.report], view)


def _markdown(review: Review, view: View) -> str:
    return to_markdown(review.report, view)


def _json(review: Review, view: View) -> str:
    return to_json(review.report, indent=2) + "\n"


def _split(review: Review, view: View) -> str:
    return json.dumps(split_out(split(review.report)).model_dump(mode="json"), indent=2) + "\n"


def _corpus(review: Review, view: View) -> str:
    return corpus_rows(review.report, review.before)


KINDS: Mapping[str, tuple[str, str, Callable[[Review, View], str]]] = {
    "html": ("html", "text/html", _html),
    "markdown": ("md", "text/markdown", _markdown),
    "json": ("json", "application/json", _json),
    "split": ("split.json", "application/json", _split),
    "corpus": ("corpus.txt", "text/plain", _corpus),
}
"""Last part of the address → ending, media type, and what makes the file."""


async def download(request: Request, kind: str, draft: Draft, audience: str) -> Response:
    """The result of a draft, its corrections in it, as an attachment; HTTPException 404 for an unknown kind."""
    if kind not in KINDS:
        raise HTTPException(404)
    ending, media, make = KINDS[kind]
    state = request.app.state
    view = View(audience=audience if audience == SEEKER else View().audience, explain=True)

    def work(_: object) -> str:
        return make(_with_reasons(state.reviewer.review(draft), state.reviewer.explainer), view)

    text = await state.engine.run(work)
    headers = {"content-disposition": f'attachment; filename="{file_name(draft.title)}.{ending}"'}
    return Response(text.encode("utf-8", "replace"), media_type=f"{media}; charset=utf-8", headers=headers)


def _with_reasons(review: Review, explainer: Explainer) -> Review:
    """The review with reasons in its report; those of a corrected sentence stay "you said so"."""
    explained = explainer.reasons(review.before).sentences
    sentences = tuple(
        sentence if i in review.corrections else explained[i] for i, sentence in enumerate(review.report.sentences)
    )
    report = replace(review.report, sentences=sentences)
    return Review(review.before, report, review.keys, review.corrections, review.explanations)


def file_name(title: str | None) -> str:
    """A file name of lower-case letters, digits and hyphens.

    >>> file_name("Product Manager (m/f/d)")
    'product-manager-m-f-d'
    """
    return _UNSAFE.sub("-", (title or "").lower())[:60].strip("-") or "posting"
