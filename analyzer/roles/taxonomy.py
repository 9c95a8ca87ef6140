"""The six roles: what each does, where it faces, and which source document says so."""

from __future__ import annotations

from analyzer.types import Label, MixPair, Role, RoleInfo, Taxonomy

TAXONOMY = Taxonomy(
    (
        RoleInfo(
            Role.PRODUCT_MANAGER,
            "Product manager",
            "PM",
            "Decides and specifies what gets built, why and when, and gets it built: inward, with engineering.",
            1.0,
            ("moore", "haughwout", "dehaaff", "on-demand", "pragmatic", "community"),
            job="product manager",
            field="product management",
            day="deciding what gets built, why and when, and getting it built with engineering and design",
        ),
        RoleInfo(
            Role.PRODUCT_MARKETING_MANAGER,
            "Product marketing manager",
            "PMM",
            "Takes a product to market: positioning, launches, sales enablement; outward, with sales and the market.",
            0.0,
            ("moore", "haughwout", "dehaaff", "on-demand", "pragmatic", "community"),
            job="product marketing manager",
            field="product marketing",
            day="taking the product to market: its story, its launches, what sales needs for it",
        ),
        RoleInfo(
            Role.MARKETING_MANAGER,
            "Marketing manager",
            "MM",
            "Makes the company or brand known and brings customers to the door: channels, campaigns, budget.",
            0.0,
            ("haughwout",),
            job="marketing manager",
            field="marketing",
            day="making the company known and bringing customers in: channels, campaigns, budget",
        ),
        RoleInfo(
            Role.PROJECT_MANAGER,
            "Project manager",
            "PjM",
            "Makes a plan and drives it to the end: schedule, risks, status, resources.",
            1.0,
            ("haughwout",),
            job="project manager",
            field="project management",
            day="keeping a plan: dates, risks, status and who works on what",
        ),
        RoleInfo(
            Role.COMMUNITY_MANAGER,
            "Community manager",
            "CM",
            "Speaks for and with the community of users, and carries its needs back to the product teams.",
            0.0,
            ("community",),
            job="community manager",
            field="community management",
            day="being there for a community of users, and speaking for it inside the company",
        ),
        RoleInfo(
            Role.MARCOM,
            "Marketing communications",
            "MC",
            "Produces and carries out communications that others planned: web, mail, collateral, trade shows.",
            0.0,
            ("pragmatic",),
            job="marketing communicator",
            field="marketing communications",
            day="producing communications that others planned: pages, mails, brochures, events",
        ),
    ),
    (MixPair(Role.PRODUCT_MANAGER, Role.PRODUCT_MARKETING_MANAGER),),
)
"""Every role, and Moore's two positions, which should not meet. Moore speaks of the focus of these two; that of the
others is read from their definitions."""

SHARED_NAME = "Shared by both product jobs"
OWN_SHARED_NAME = "Shared by several roles"
NONE_NAME = "No such duty"


def label_name(label: Label, taxonomy: Taxonomy = TAXONOMY) -> str:
    """A label in words."""
    if label is Label.SHARED:
        return OWN_SHARED_NAME if taxonomy.own else SHARED_NAME
    return NONE_NAME if label is Label.NONE else taxonomy[Role(label.value)].name
