"""Comparing two texts or two Word documents; the result is a redline that a lawyer can accept and reject in Word."""

from __future__ import annotations

from generator.comparison import word_reading

__all__ = ["RULES"]

RULES = word_reading.RULES
