"""The title of each draft of a split posting, made from the original one: its rank and its addition stay."""

from __future__ import annotations

import re

from analyzer.types import Role

_NOUNS = (
    "product portfolio solutions? brand growth content technical marketing market go.to.market gtm management"
    " manager owner"
)
_RANKS = "manager management owner lead leader director specialist marketer marketing head strategist associate expert"
_JOBS = f"(?:{'|'.join(_NOUNS.split())})"
_RANK = f"(?P<rank>{'|'.join(_RANKS.split())})"
_JOIN = r"(?:\s*[&+/,]\s*|\s+and\s+|\s+)"
_CORE_FIRST = re.compile(rf"\b(?:product|marketing)(?:{_JOIN}{_JOBS})*{_JOIN}{_RANK}\b", re.IGNORECASE)
_RANK_FIRST = re.compile(
    rf"\b(?P<rank>head|director|vp|svp|evp|vice president|manager|lead|chief)(?P<of>\s+of\s+|\s*,\s*|\s+-\s+|\s+)"
    rf"(?P<core>(?:product|marketing)(?:{_JOIN}{_JOBS})*)\b",
    re.IGNORECASE,
)
_SENIORITY = re.compile(
    r"(?P<rank>(?:(?:senior|sr\.?|junior|jr\.?|lead|principal|staff|group|associate|global|regional)\s+)+)",
    re.IGNORECASE,
)
_FIELD = {Role.PRODUCT_MANAGER: "Product", Role.PRODUCT_MARKETING_MANAGER: "Product Marketing"}
_AS_IS = {
    "lead": "Lead",
    "leader": "Leader",
    "director": "Director",
    "specialist": "Specialist",
    "associate": "Associate",
}
_MAX_TITLE = 300


def draft_title(title: str | None, role: Role) -> str:
    """Title for the draft of one of the two product jobs.

    >>> draft_title("Senior Product & Marketing Manager, Payments (m/f/d)", Role.PRODUCT_MANAGER)
    'Senior Product Manager, Payments (m/f/d)'
    >>> draft_title("Head of Product and Marketing", Role.PRODUCT_MARKETING_MANAGER)
    'Head of Product Marketing'
    >>> draft_title(None, Role.PRODUCT_MANAGER)
    'Product Manager'
    """
    plain = " ".join((title or "")[:_MAX_TITLE].split())
    field = _FIELD[role]
    leading = _RANK_FIRST.search(plain)
    if leading and (leading["of"].strip() or leading["rank"].lower() not in ("manager", "lead")):
        return f"{plain[: leading.start('core')]}{field}{plain[leading.end('core') :]}"
    core = _CORE_FIRST.search(plain)
    if core:
        return f"{plain[: core.start()]}{field} {_AS_IS.get(core['rank'].lower(), 'Manager')}{plain[core.end() :]}"
    seniority = _SENIORITY.match(plain)
    rank = f"{' '.join(seniority['rank'].split())} " if seniority else ""
    return f"{rank}{field} Manager"
