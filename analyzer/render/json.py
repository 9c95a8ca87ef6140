"""``Report`` → the JSON contract (see ``report.schema.json``)."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files
from typing import Any

from analyzer.roles.taxonomy import TAXONOMY
from analyzer.types import Failure, Finding, LabeledSentence, Profile, Report, Taxonomy
from analyzer.verdict.certainty import close_call, unsure_of


def to_dict(report: Report) -> dict[str, Any]:
    """The report as plain data; ``text`` is there only where the offsets do not refer to the input."""
    posting, profile = report.posting, report.profile
    data: dict[str, Any] = {
        "id": posting.id,
        "title": posting.title,
        "company": posting.company,
        "model": report.model,
        "mixed": profile.mixed,
        "mix_score": round(profile.mix_score, 4),
        "unsure": close_call(profile),
        "main_role": str(profile.main_role) if profile.main_role else "none",
        "title_role": str(profile.title_role) if profile.title_role else "none",
        "profile": {str(role): round(share, 4) for role, share in profile.shares.items()},
        "focus": _focus(profile),
        "sentences": [_sentence(sentence) for sentence in report.sentences],
        "findings": [_finding(finding) for finding in report.findings],
    }
    for name in ("source", "location", "date"):
        if (value := getattr(posting, name)) is not None:
            data[name] = value
    if report.cleaned:
        data["text"] = report.text
    return data


@lru_cache(maxsize=4)
def report_schema(taxonomy: Taxonomy = TAXONOMY) -> dict[str, Any]:
    """The JSON Schema of one report or failure, as it ships with the package; do not change what is returned.

    Reports of a model with roles of its own name these where the schema names the six.
    """
    text = files("analyzer.render").joinpath("report.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    schema["$defs"]["role"]["enum"] = list(map(str, taxonomy))
    return schema


def failure_to_dict(failure: Failure) -> dict[str, Any]:
    """A failed posting as plain data."""
    return {
        "id": failure.id,
        "source": failure.source,
        "error": {"code": failure.code, "message": failure.message},
    }


def to_json(item: Report | Failure, indent: int | None = None) -> str:
    """One report or failure as JSON text (ASCII only, so that no terminal or log is steered by posting text)."""
    data = to_dict(item) if isinstance(item, Report) else failure_to_dict(item)
    return json.dumps(data, indent=indent)


def _focus(profile: Profile) -> dict[str, float]:
    return {"internal": round(profile.internal, 4), "external": round(profile.external, 4)}


def _sentence(sentence: LabeledSentence) -> dict[str, Any]:
    return {
        "start": sentence.start,
        "end": sentence.end,
        "text": sentence.text,
        "label": str(sentence.label),
        "zone": str(sentence.zone),
        "confidence": round(sentence.confidence, 4),
        "unsure": unsure_of(sentence),
        "also": sentence.also and str(sentence.also),
        "why": list(sentence.why),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "level": finding.level.value,
        "message": finding.message,
        "advice": finding.advice,
        "source": finding.source,
        "sentences": list(finding.sentences),
        "name": finding.name,
        "quote": finding.quote,
        "seeker": finding.seeker,
        "question": finding.question,
    }
