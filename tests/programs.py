"""Programs outside Python that some tests need."""

from __future__ import annotations

import os
import shutil

import pytest

__all__ = ["program"]


def program(name: str, variable: str = "") -> str:
    """Return the path of a program, named by an environment variable or found by its name; skip the test without it.

    Where CI=true, a skipped test fails (``conftest.py``).
    """
    found = os.environ.get(variable, "") if variable else ""
    found = found or shutil.which(name) or ""
    if not found:
        pytest.skip(f"{name} is not installed")
    return found
