"""Two reports side by side."""

from __future__ import annotations

import time

import pytest
from drafts import report_of
from hypothesis import given
from hypothesis import strategies as st

from analyzer.types import Label, Role
from analyzer.verdict.compare import Change, Comparison, _lines, _longest_rising, compare

PRODUCT = """heading: ## Duties
pm: * Own the roadmap of the billing product
pm: * Write user stories with engineering
pm: * Decide what goes into each release
company: We make bicycles for the blind.
"""
LAUNCHES = """heading: ## Duties
pmm: * Write the positioning of every release
pmm: * Plan and run product launches
pmm: * Train sales on battlecards
company: We make bicycles for the blind.
"""


def changes(comparison: Comparison) -> list[tuple[str, int | None, int | None]]:
    return [(line.change.value, line.left, line.right) for line in comparison.lines]


@pytest.mark.parametrize(("left", "right", "sides"), [(PRODUCT, LAUNCHES, (0, 1)), (LAUNCHES, PRODUCT, (1, 0))])
def test_which_is_the_product_job_and_which_the_marketing_job(left: str, right: str, sides: tuple[int, int]) -> None:
    comparison = compare(report_of(left), report_of(right))
    assert (comparison.product, comparison.marketing) == sides


def test_two_of_the_same_kind_have_no_sides() -> None:
    comparison = compare(report_of(PRODUCT), report_of(PRODUCT))
    assert (comparison.product, comparison.marketing) == (None, None)
    assert comparison.overlap == 1 and set(comparison.differences.values()) == {0}
    nothing = compare(report_of("company: Bread.\n"), report_of("company: Cake.\n"))
    assert (nothing.product, nothing.marketing, nothing.overlap) == (None, None, 0)


def test_a_side_without_its_duties_is_not_named() -> None:
    comparison = compare(report_of(PRODUCT), report_of("pj: * Keep the project plan\n"))
    assert (comparison.product, comparison.marketing) == (0, None)


def test_differences_are_the_second_less_the_first() -> None:
    differences = compare(report_of(PRODUCT), report_of(PRODUCT + "pmm: * Plan launches\n")).differences
    assert differences[Role.PRODUCT_MANAGER] == pytest.approx(-0.25)
    assert differences[Role.PRODUCT_MARKETING_MANAGER] == pytest.approx(0.25)
    assert sum(differences.values()) == pytest.approx(0)


VERSIONS = [
    (PRODUCT, [("kept", 0, 0), ("kept", 1, 1), ("kept", 2, 2), ("kept", 3, 3), ("kept", 4, 4)]),
    (
        "heading: ## Duties\npm: * Own the roadmap of the billing product\n",
        [("kept", 0, 0), ("kept", 1, 1), ("removed", 2, None), ("removed", 3, None), ("removed", 4, None)],
    ),
    (
        PRODUCT + "pmm: * Plan launches\n",
        [("kept", 0, 0), ("kept", 1, 1), ("kept", 2, 2), ("kept", 3, 3), ("kept", 4, 4), ("added", None, 5)],
    ),
    (
        PRODUCT.replace("Write user stories with engineering", "Write the user stories together with engineering"),
        [("kept", 0, 0), ("kept", 1, 1), ("reworded", 2, 2), ("kept", 3, 3), ("kept", 4, 4)],
    ),
    (
        "company: We make bicycles for the blind.\n"
        + PRODUCT.removesuffix("company: We make bicycles for the blind.\n"),
        [("moved", 4, 0), ("kept", 0, 1), ("kept", 1, 2), ("kept", 2, 3), ("kept", 3, 4)],
    ),
    (
        "pmm: * Feed the cat\n",
        [
            ("removed", 0, None),
            ("removed", 1, None),
            ("removed", 2, None),
            ("removed", 3, None),
            ("removed", 4, None),
            ("added", None, 0),
        ],
    ),
]


@pytest.mark.parametrize(("right", "expected"), VERSIONS)
def test_what_moved_between_two_versions(right: str, expected: list[tuple[str, int | None, int | None]]) -> None:
    assert changes(compare(report_of(PRODUCT), report_of(right))) == expected


def test_marks_and_case_make_no_new_version() -> None:
    comparison = compare(report_of("pm: * Own the Roadmap!\n"), report_of("pm: 1. own the roadmap\n"))
    assert changes(comparison) == [("kept", 0, 0)]


def test_a_sentence_under_another_label_is_told() -> None:
    comparison = compare(report_of("pm: * Run the launch\n"), report_of("pmm: * Run the launch\n"))
    [line] = comparison.lines
    assert line.relabelled and (line.left_label, line.right_label) == (
        Label.PRODUCT_MANAGER,
        Label.PRODUCT_MARKETING_MANAGER,
    )
    assert not compare(report_of(PRODUCT), report_of(PRODUCT)).lines[0].relabelled


@given(st.lists(st.sampled_from("abcdef"), max_size=9), st.lists(st.sampled_from("abcdefg"), max_size=9))
def test_every_sentence_is_told_once(left: list[str], right: list[str]) -> None:
    words = {letter: f"{letter * 3} {letter * 4} common" for letter in "abcdefg"}
    one = report_of("".join(f"pm: * {words[letter]}\n" for letter in left) or "pm: * zzz\n")
    two = report_of("".join(f"pm: * {words[letter]}\n" for letter in right) or "pm: * yyy\n")
    lines = _lines(one.sentences, two.sentences)
    assert sorted(line.left for line in lines if line.left is not None) == list(range(len(one.sentences)))
    assert [line.right for line in lines if line.right is not None] == list(range(len(two.sentences)))
    for line in lines:
        assert (line.left is None) is (line.change is Change.ADDED)
        assert (line.right is None) is (line.change is Change.REMOVED)


@pytest.mark.parametrize(
    ("numbers", "length"), [([], 0), ([3, 1, 2], 2), ([0, 1, 2], 3), ([2, 1, 0], 1), ([0, 4, 1, 5, 2, 3], 4)]
)
def test_a_longest_rising_part(numbers: list[int], length: int) -> None:
    rising = _longest_rising(numbers)
    assert len(rising) == length
    assert sorted(rising) == [number for number in numbers if number in rising]


def test_long_texts_of_one_kind_stay_quick() -> None:
    left = report_of("".join(f"pm: * Own the roadmap {k} and plan it\n" for k in range(2000)))
    right = report_of("".join(f"pm: * Own a roadmap {k} and plan it well\n" for k in range(2000)))
    before = time.perf_counter()
    assert compare(left, right).overlap > 0.9
    assert time.perf_counter() - before < 20
