"""Section headings and the zone of what stands under them.

The table is data: each zone has whole headings (compared after normalising) and key phrases
(found anywhere in a heading). It was written from how postings are commonly headed; a heading
that it does not know leaves the section unknown, and the classifier reads the heading's words itself.
"""

from __future__ import annotations

import re
from functools import lru_cache

from analyzer.types import Zone

_WORDS = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")

# Order matters: the first zone with a matching phrase wins, so narrow phrases stand before wide ones.
_PHRASES: tuple[tuple[Zone, tuple[str, ...]], ...] = (
    (
        Zone.PROCESS,
        (
            "how to apply", "to apply", "apply now", "application process", "interview process",
            "hiring process", "recruitment process", "recruiting process", "selection process",
            "next steps", "equal opportunity", "equal employment", "eeo", "diversity", "inclusion",
            "privacy notice", "disclaimer", "accommodation", "accommodations", "contact",
            "background check", "interested", "what happens next", "notice to",
        ),
    ),
    (
        Zone.OFFER,
        (
            "benefit", "benefits", "perk", "perks", "what we offer", "we offer", "our offer",
            "compensation", "salary", "pay range", "pay transparency", "remuneration", "location",
            "locations", "what's in it for you", "what you get", "what you'll get", "we provide",
            "package", "working hours", "hours", "start date", "contract", "job type", "job grade",
            "employment type", "why you'll love", "in return", "rewards", "travel", "reports to",
            "reporting line", "terms",
        ),
    ),
    (Zone.DUTY, ("essential job functions", "essential functions", "essential duties", "essential responsibilities")),
    (
        Zone.REQUIREMENT,
        (
            "requirement", "requirements", "qualification", "qualifications", "skill", "skills",
            "who you are", "about you", "what you bring", "what you'll bring", "you'll bring",
            "you bring", "what you need", "what you'll need", "we're looking for", "we are looking for",
            "looking for", "nice to have", "nice to haves", "must have", "must haves", "bonus",
            "your profile", "candidate profile", "ideal candidate", "your background", "experience",
            "education", "competencies", "person specification", "essential", "essentials", "desirable",
            "preferred", "you have", "you are", "minimum", "knowledge", "you should apply if",
            "what we look for", "good fit", "to succeed", "what it takes", "your skills", "abilities",
            "attributes", "credentials", "you might be", "should have", "ideally", "pluses", "expertise",
        ),
    ),
    (
        Zone.DUTY,
        (
            "responsibility", "responsibilities", "responsabilities", "duty", "duties",
            "what you'll do", "what you will do", "what you do", "you'll do", "you will do",
            "you'll be doing", "you will be doing", "you'll work on", "you will", "you'll", "the role",
            "this role", "your role", "role description", "role overview", "about the job",
            "about the position", "about the role", "position summary", "position overview",
            "position description", "job description", "job summary", "your mission", "the mission",
            "your impact", "task", "tasks", "accountabilities", "deliverables", "day to day",
            "typical day", "the job", "the work", "the position", "the opportunity", "key areas",
            "scope", "what to expect", "expectations", "in this job", "your challenge", "main activities",
            "functions", "objectives", "outcomes", "first 90 days", "your first", "in this position",
            "performance indicators", "job purpose", "purpose of the",
        ),
    ),
    (
        Zone.COMPANY,
        (
            "about us", "who we are", "our company", "the company", "about the company", "our story",
            "company description", "our mission", "our values", "our team", "the team", "about the team",
            "our culture", "why join", "why us", "what we do", "our vision", "our product", "company",
            "why work", "life at", "working at", "culture", "values", "overview", "about",
        ),
    ),
)  # fmt: skip

_RANKS = {phrase: rank for rank, (_, phrases) in reversed(list(enumerate(_PHRASES))) for phrase in phrases}
_FIRST_WORDS = frozenset(phrase.split(" ")[0] for phrase in _RANKS)
_LONGEST = max(phrase.count(" ") + 1 for phrase in _RANKS)


def normalise_heading(text: str) -> str:
    """Lower-case words of a heading, single-spaced, without marks: ``"**What You’ll Do:**"`` → ``"what you'll do"``."""
    return " ".join(_WORDS.findall(text.lower().replace("’", "'")))


@lru_cache(maxsize=16384)
def section_of(heading: str) -> Zone | None:
    """Zone announced by a heading's text, or None where the table does not know it.

    >>> section_of("**Key Responsibilities:**")
    <Zone.DUTY: 'duty'>
    >>> section_of("Harrow & Finch") is None
    True
    """
    words = normalise_heading(heading).split()
    runs = (
        " ".join(words[i:j])
        for i, word in enumerate(words)
        if word in _FIRST_WORDS
        for j in range(i + 1, min(i + _LONGEST, len(words)) + 1)
    )
    best = min((_RANKS.get(run, len(_PHRASES)) for run in runs), default=len(_PHRASES))
    return _PHRASES[best][0] if best < len(_PHRASES) else None
