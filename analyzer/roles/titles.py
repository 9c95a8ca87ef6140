"""Job titles → the role that they promise.

Rules are data, tried in order; the first that matches wins, so "product marketing" stands before "marketing".
"""

from __future__ import annotations

import re
from functools import lru_cache

from analyzer.roles.taxonomy import TAXONOMY
from analyzer.types import MixPair, Role, Taxonomy

_RULES: tuple[tuple[Role, str], ...] = (
    (
        Role.PRODUCT_MARKETING_MANAGER,
        r"product (?:and |& )?(?:line )?market(?:ing|er)|\bpmm\b|solutions? marketing|portfolio marketing|technical marketing"
        r"|(?:sales|field|revenue) enablement|competitive (?:intelligence|marketing)|go.?to.?market|\bgtm\b"
        r"|customer (?:reference|marketing|advocacy)|technical evangelist|product evangelist"
        r"|\bevangelist",
    ),
    (
        Role.COMMUNITY_MANAGER,
        r"\bcommunit(?:y|ies)\b|developer (?:advoca\w+|relations|evangelist)|\bdev ?rel\b|ambassador|moderator|member engagement"
        r"|\borganiz\w+",
    ),
    (
        Role.PROJECT_MANAGER,
        r"project (?:manager|management|lead|coordinator|director|officer)|program(?:me)?s? (?:manager|management|director|lead)"
        r"|scrum master|delivery (?:manager|lead)|\bpmo\b|agile coach|release train engineer|implementation manager",
    ),
    (
        Role.PRODUCT_MANAGER,
        r"product (?:\w+ )?(?:manager|management|owner|lead|director)|(?:head|director|vp|vice president|chief|manager)[ ,]+(?:of )?product\b"
        r"|chief product officer|\bcpo\b|product (?:line )?manager|product ?,|\bproduct$",
    ),
    (
        Role.MARCOM,
        r"communicat\w+|\bcontent\b|copy ?writ\w+|\bwriter\b|\beditor(?:ial)?\b|\bpress\b|public relations|\bpr\b|media relations"
        r"|marcom|newsletter|documentation|video|storytell\w+",
    ),
    (
        Role.MARKETING_MANAGER,
        r"marketing|marketer|\bbrand|\bgrowth\b|demand gen\w*|\bseo\b|\bsem\b|\bcmo\b|performance market\w+|social media|advertising"
        r"|acquisition|campaign|\bpaid\b|affiliate|events? manager",
    ),
)  # fmt: skip
_COMPILED = tuple((role, re.compile(pattern)) for role, pattern in _RULES)
_JOINED = re.compile(r"[^a-z0-9&,+/ -]+")
_TWO_JOBS = re.compile(
    r"product\s*(?:&|and|\+|/)\s*(?:brand |growth |content )?marketing|marketing\s*(?:&|and|\+|/)\s*product\b"
    r"|product manager\s*(?:&|and|\+|/)\s*(?:product )?market\w+|product (?:and|&) (?:growth|brand|go.to.market) "
    r"|product management\s*(?:&|and|\+|/|,)\s*(?:product )?marketing"
)
_RELATIONS = re.compile(r"developer (?:advoca\w+|relations|evangelist)|\bdev ?rel\b|\bevangelist")
_TWO_JOBS_NOT = re.compile(r"product (?:&|and) solutions? marketing|product and portfolio marketing")


_OTHER_OCCUPATIONS = re.compile(
    r"\bsales\b|\bsolutions?\b|engineer|architect|analy(?:st|tics)|scientist|developer|customer (?:success|support)|\bpre-?sales"
    r"|account (?:executive|manager)|business development|partnerships?\b|support|consultant|research|design|recruit"
    r"|operations|\blegal\b|counsel|financ|account(?:ant|ing)|teacher|nurse|\badministrator"
)


def other_occupation(title: str | None, taxonomy: Taxonomy = TAXONOMY) -> bool:
    """Whether a title names another occupation and promises none of the roles; False for a team's own roles.

    >>> other_occupation("Senior Solutions Architect"), other_occupation("Product Manager, Sales Tools")
    (True, False)
    """
    return not taxonomy.own and title_role(title) is None and _OTHER_OCCUPATIONS.search(_plain(title)) is not None


def title_role(title: str | None, taxonomy: Taxonomy = TAXONOMY) -> Role | None:
    """Role promised by a job title, or None where the title names none.

    Of a team's own roles it is the one with the longest phrase in the title ("data engineer" before "engineer").

    >>> title_role("Sr. Product Marketing Manager (m/f/d)")
    <Role.PRODUCT_MARKETING_MANAGER: 'product_marketing_manager'>
    >>> title_role("Nurse") is None
    True
    """
    if not taxonomy.own:
        return _built_in(title)
    found = _own_roles(_plain(title), taxonomy)
    return max(found, key=lambda role: found[role], default=None)


@lru_cache(maxsize=8192)
def _built_in(title: str | None) -> Role | None:
    plain = _plain(title)
    if not plain:
        return None
    return next((role for role, pattern in _COMPILED if pattern.search(plain)), None)


def names_developer_relations(title: str | None) -> bool:
    """Whether a title is one of developer relations, whose work several roles share."""
    return bool(_RELATIONS.search(_plain(title)))


def promises_two_jobs(title: str | None, taxonomy: Taxonomy = TAXONOMY) -> MixPair | None:
    """The pair whose two jobs a title names side by side ("Product & Marketing Manager"), or None."""
    plain = _plain(title)
    if taxonomy.own:
        found = _own_roles(plain, taxonomy)
        return next((pair for pair in taxonomy.pairs if pair.first in found and pair.second in found), None)
    return taxonomy.pairs[0] if _TWO_JOBS.search(plain) and not _TWO_JOBS_NOT.search(plain) else None


def _own_roles(plain: str, taxonomy: Taxonomy) -> dict[Role, int]:
    """Own roles that a title names, each with the length of its longest phrase in it.

    Phrases within a longer one of another role do not count: "data engineer" names no "engineer".
    """
    plain = plain.replace("-", " ")
    spans = [
        (match.start(), match.end(), info.role)
        for info in taxonomy.values()
        for phrase in info.titles
        for match in _phrase(phrase).finditer(plain)
    ]
    found: dict[Role, int] = {}
    for start, end, role in spans:
        if not any(a <= start and end <= b and b - a > end - start for a, b, _ in spans):
            found[role] = max(found.get(role, 0), end - start)
    return found


@lru_cache(maxsize=512)
def _phrase(phrase: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z0-9]){re.escape(_plain(phrase).replace('-', ' '))}s?(?![a-z0-9])")


def _plain(title: str | None) -> str:
    return " ".join(_JOINED.sub(" ", (title or "").lower()[:300]).split())
