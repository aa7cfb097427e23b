"""The batch: the agreements of all members of a roster, made in parallel, written once, gone on with when interrupted.

:func:`run` does it; how it works and what it costs is in ``README.md`` here.
"""

from __future__ import annotations

from generator.batch import packet, rules

__all__ = ["RULES"]

RULES = (*rules.RULES, *packet.RULES)
