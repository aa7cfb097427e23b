"""What can be wrong before an amendment is worked out."""

from __future__ import annotations

from generator.diagnostics import Rule, Severity

__all__ = ["AMENDED_ALREADY", "AMENDMENT_BASE", "NOTHING_TO_AMEND", "RULES"]

AMENDMENT_BASE = Rule(
    "amendment-base",
    Severity.ERROR,
    "The agreement that shall be amended cannot be put together as it was made.",
    """An amendment says what differs from the words that were agreed. These come from the record: the answers it keeps,
and the versions of the clauses it names, whose texts must be in the library, letter for letter. If the record is
missing, older than this program, or names a text that was changed since, an amendment would change other words than
the parties signed.

Wrong: a folder whose `record.json` was deleted; a clause file of your own that was edited after it was signed.

Right: bring back the record, or the version of the clause (released text never changes; a change is a new version).""",
)
NOTHING_TO_AMEND = Rule(
    "nothing-to-amend",
    Severity.ERROR,
    "Nothing differs between the agreement as it was made and as it shall read.",
    """Say what shall change: a profile with new answers (`--to`), a clause at another version (`--clauses`), or the
newest text of every clause that was superseded (`--newest`). A new signer, or another look of the page, needs no
amendment.

Wrong: `agreements amend output/safe-at-home --to profile.yaml` with the profile it was made from

Right: change the answer in the profile first.""",
)
AMENDED_ALREADY = Rule(
    "amended-already",
    Severity.ERROR,
    "This agreement was amended before; it is the amended one that has to be changed.",
    """The second amendment changes the agreement as the first one left it. Made from the agreement as it was at
first, it would bring back words that the parties gave up.

Wrong: `agreements amend output/safe-at-home` after `output/safe-at-home-amendment-1` was made

Right: `agreements amend output/safe-at-home-amendment-1`. If the first amendment was never signed, delete its
folder.""",
)
RULES = (AMENDMENT_BASE, NOTHING_TO_AMEND, AMENDED_ALREADY)
