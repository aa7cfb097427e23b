"""What can go wrong with a batch as a whole, or with one member of it, as rules."""

from __future__ import annotations

from generator.diagnostics import Rule, Severity

__all__ = ["RULES"]

BATCH_RUNNING = Rule(
    "batch-running",
    Severity.ERROR,
    "Another batch is writing into the same folder.",
    """Two batches in one folder could mix their files, so the second does not begin. Wait for the first to end, or
give this one a folder of its own:

    agreements batch members.xlsx --profile hub.yaml --output second

A batch that was ended by force leaves no such mark on the computer it ran on: the next one simply goes on. Where the
folder is shared, and the other computer is known to have stopped, delete the file that the message names.
""",
)
BATCH_EDITED = Rule(
    "batch-edited",
    Severity.WARNING,
    "A document was changed after it was made, so nothing in its folder is touched.",
    """The record beside a document says by digest what was written. A document that is different now was edited or
signed by somebody, and a batch never overwrites it, with no option at all. Nothing else of that member is written
either: new papers beside an edited one would not belong together.

To have it made again, move or rename the edited file and run the same command again.
""",
)
BATCH_SIGNED = Rule(
    "batch-signed",
    Severity.WARNING,
    "A signed copy is filed with the documents, so nothing in its folder is touched.",
    """`agreements record` filed a signed copy in the folder of this member. What was signed holds, whatever the roster
says now: the documents and their record stay as they were, with no option at all.

What both have signed is changed by an amendment: `agreements amend --help`. For a new agreement, move the folder away
first and run the same command again.
""",
)
BATCH_FOREIGN = Rule(
    "batch-foreign",
    Severity.ERROR,
    "A file stands where a document would be written, and no record says that it was made here.",
    """It may be somebody's own file. Nothing of that member is written, and all other members are.

Move the file, or say that such files may go: `--replace`. A document that was edited after it was made stays even then.
""",
)
BATCH_REMOVED = Rule(
    "batch-removed",
    Severity.NOTE,
    "A folder belongs to a member that is no longer in the roster.",
    """Somebody left, got another number, or another name. Its papers may be signed, so they are never deleted. Move the
folder away by hand if it is no longer wanted here.
""",
)
ROW_FAILED = Rule(
    "row-failed",
    Severity.ERROR,
    "The documents of one member could not be made, because of a mistake of this program.",
    """All other members are done. What was typed for this member is not at fault, or ought to have been told before.
Please report it with the rule and the place that the message names; they hold nothing that was typed.

`agreements batch` with the same words tries this member again, and no other.
""",
)
ROW_TOO_LONG = Rule(
    "row-too-long",
    Severity.ERROR,
    "The documents of one member took so long that they were given up.",
    """One member must not hold up the others. Ten minutes are a thousand times what a member usually takes. Very long
lists (thousands of services) can be a reason; otherwise please report it.
""",
)
WORKER_LOST = Rule(
    "worker-lost",
    Severity.ERROR,
    "The program that was making the documents of one member was ended from outside, twice.",
    """Mostly the computer had no memory left and ended it. All other members are done. Close other programs, or let
fewer members be made at a time: `--workers 1`. The same command tries this member again, and no other.
""",
)
BATCH_PLACE = Rule(
    "batch-place",
    Severity.ERROR,
    "The batch cannot write where it was told to, or its workers see another folder.",
    """With `--engine dask` the documents are made on other computers. All of them must see the same place: a shared
folder under the same path, or the address of a storage service such as `s3://bucket/folder`.

Wrong: `--engine dask --output output`, if `output` is on this computer's own disk.

Right: `--engine dask --output /shared/agreements`
""",
)
RULES = (
    BATCH_RUNNING,
    BATCH_EDITED,
    BATCH_SIGNED,
    BATCH_FOREIGN,
    BATCH_REMOVED,
    ROW_FAILED,
    ROW_TOO_LONG,
    WORKER_LOST,
    BATCH_PLACE,
)
