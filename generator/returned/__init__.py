"""A document that came back: what it still knows of itself, what was changed in it, and what that means for us."""

from __future__ import annotations

from generator.returned.refusals import RULES

__all__ = ["RULES"]
