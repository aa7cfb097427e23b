"""Notes at cells: which of their words a check wrote, and which are somebody's own.

LibreOffice forgets who wrote a note, and makes one text of what stood in several runs. So what a check writes begins
with words of its own, by which the next check knows it again whatever program saved the workbook in between.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["AUTHOR", "BELOW", "MARK", "own_words"]

AUTHOR: Final = "agreements check"
MARK: Final = f"{AUTHOR}: "  # how a note of a check begins
BELOW: Final = f"\n— {MARK}"  # how it begins below somebody's own note
_BELOW: Final = re.compile(rf"\s*— {re.escape(MARK)}")


def own_words(author: str, text: str) -> str:
    """Return what is somebody's own of a note: "" of one that a check wrote."""
    if author == AUTHOR or text.lstrip().startswith(MARK):
        return ""
    found = _BELOW.search(text)
    return text[: found.start()] if found else text
