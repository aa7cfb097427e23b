"""Comparing two texts or two Word documents; the result is a redline that a lawyer can accept and reject in Word."""

from __future__ import annotations

from generator.comparison.refusals import RULES

__all__ = ["RULES"]
