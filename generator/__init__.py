"""Agreements: assemble, check and write agreements of community-based organizations."""

__version__ = "0.1.0"
