"""The six roles: what each does, where it faces, and which source document says so."""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.types import Label, Role


@dataclass(frozen=True, slots=True)
class RoleInfo:
    """A role's name, short name and definition, with the keys of the sources (``corpus/sources.toml``) behind it.

    ``internal`` is the part of the role's duties that face inward (Moore's focus), 0 to 1.
    """

    role: Role
    name: str
    short: str
    definition: str
    internal: float
    sources: tuple[str, ...]


TAXONOMY: dict[Role, RoleInfo] = {
    info.role: info
    for info in (
        RoleInfo(
            Role.PRODUCT_MANAGER,
            "Product manager",
            "PM",
            "Decides and specifies what gets built, why and when, and gets it built: inward, with engineering.",
            1.0,
            ("moore", "haughwout", "dehaaff", "on-demand", "pragmatic", "community"),
        ),
        RoleInfo(
            Role.PRODUCT_MARKETING_MANAGER,
            "Product marketing manager",
            "PMM",
            "Takes a product to market: positioning, launches, sales enablement; outward, with sales and the market.",
            0.0,
            ("moore", "haughwout", "dehaaff", "on-demand", "pragmatic", "community"),
        ),
        RoleInfo(
            Role.MARKETING_MANAGER,
            "Marketing manager",
            "MM",
            "Makes the company or brand known and brings customers to the door: channels, campaigns, budget.",
            0.0,
            ("haughwout",),
        ),
        RoleInfo(
            Role.PROJECT_MANAGER,
            "Project manager",
            "PjM",
            "Makes a plan and drives it to the end: schedule, risks, status, resources.",
            1.0,
            ("haughwout",),
        ),
        RoleInfo(
            Role.COMMUNITY_MANAGER,
            "Community manager",
            "CM",
            "Speaks for and with the community of users, and carries its needs back to the product teams.",
            0.0,
            ("community",),
        ),
        RoleInfo(
            Role.MARCOM,
            "Marketing communications",
            "MC",
            "Produces and carries out communications that others planned: web, mail, collateral, trade shows.",
            0.0,
            ("pragmatic",),
        ),
    )
}
"""Every role; Moore speaks of the focus of the first two, that of the others is read from their definitions."""

SHARED_NAME = "Shared by both product jobs"
NONE_NAME = "No such duty"


def label_name(label: Label) -> str:
    """A label in words."""
    if label is Label.SHARED:
        return SHARED_NAME
    return NONE_NAME if label is Label.NONE else TAXONOMY[Role(label.value)].name
