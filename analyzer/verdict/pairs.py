"""Which two jobs must not meet in one posting.

The source documents name one pair; a team that divides its work otherwise names its own and hands them to
``build_profile`` and ``Facts``. A pair of roles that nobody listed may meet freely.
"""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.types import Role


@dataclass(frozen=True, slots=True)
class MixPair:
    """Two roles that one posting must not ask of one person. The order is the order of the telling."""

    first: Role
    second: Role

    def __post_init__(self) -> None:
        if self.first == self.second:
            raise ValueError(f"a pair holds two different roles, not {self.first} twice")

    def other(self, role: Role) -> Role | None:
        """The partner of a role, or None where the role is not of this pair."""
        if role == self.first:
            return self.second
        return self.first if role == self.second else None


MIX_PAIRS: tuple[MixPair, ...] = (MixPair(Role.PRODUCT_MANAGER, Role.PRODUCT_MARKETING_MANAGER),)
"""Moore's two positions."""
