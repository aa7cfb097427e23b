"""Comparing two texts or two Word documents; the result is a redline that a lawyer can accept and reject in Word.

Word files: ``redline.py`` is the way in. ``file_kinds.py`` tells what a file is; ``word_reading.py`` and
``word_package.py`` take it apart; ``outline.py`` says where each paragraph stands; ``paragraphs.py`` makes text of it
that can be compared; ``steps.py`` pairs blocks, ``containers.py``, ``passages.py`` (by ``plans.py`` and
``placing.py``), ``tables.py``, ``headers.py`` and ``notes.py`` mark them through ``marking.py``; ``borrowed.py`` brings
what was deleted, ``comments.py`` the old comments, ``looks.py`` the looks; ``hidden.py`` names what a reader does not
see. ``work.py`` holds what all of them share, ``changes.py`` what they tell.
``revisions.py`` and ``stories.py`` prove the result and share nothing with the rest. ``summary.py`` and
``side_by_side.py`` are pages for people. Clauses: ``clauses.py``, ``consequences.py``, ``clause_page.py``,
``clause_document.py``. Words, for both: ``words.py``, ``alignment.py``. What is refused or told: ``refusals.py``.
"""

from __future__ import annotations

from generator.comparison.refusals import RULES

__all__ = ["RULES"]
