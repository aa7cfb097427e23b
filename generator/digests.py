"""How texts and files are named by what they hold: ``sha256:…`` of their bytes, the same on every computer."""

from __future__ import annotations

import hashlib

__all__ = ["digest_of", "short_digest"]

_KIND = "sha256:"


def digest_of(data: bytes) -> str:
    """Return ``sha256:…`` of ``data``."""
    return _KIND + hashlib.sha256(data).hexdigest()


def short_digest(digest: str) -> str:
    """Return the first twelve digits of a digest, by which one text of a clause is told from another."""
    return digest.removeprefix(_KIND)[:12]
