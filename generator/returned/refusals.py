"""What is told about a file that came back, and about the record it is held against."""

from __future__ import annotations

from generator.diagnostics import Rule, Severity

__all__ = ["RULES"]

PRINTED = Rule(
    "review-printed",
    Severity.ERROR,
    "A PDF, a picture or a scan came back instead of the Word file.",
    """What came back was printed. The words can be read by eye, but not who changed what: a print keeps neither tracked
changes nor the marks by which our own text is known again, and a scan may be misread letter by letter. No review is
made of it, rather than one that looks complete and is not.

Wrong: `agreements review services-agreement.pdf`

Right: ask the other side for the Word file they worked in. If there is none, open the PDF in Word (File > Open), save
it as Word Document (.docx) and review that: its words are then held against ours, but every change is a silent one, and
headings and numbers may be torn. Read the print beside it.
""",
)
OLD_WORD = Rule(
    "review-old-word",
    Severity.ERROR,
    "The file is an old Word document (.doc) or one with a password.",
    """Old Word documents (.doc) and documents with a password look alike from outside and cannot be read here. Word and
LibreOffice open both.

Right: open it, choose File > Save As > Word Document (.docx), and review that file. Tracked changes and hidden
bookmarks survive this; what does not is told in the review.
""",
)
OTHER_FORMAT = Rule(
    "review-other-format",
    Severity.ERROR,
    "The file is of another program than Word.",
    """Rich text (.rtf), OpenDocument (.odt), web pages and plain text are opened by Word and LibreOffice, which save
them as Word Document (.docx). Review that file: clauses are then found by their words.
""",
)
NO_RECORD = Rule(
    "review-no-record",
    Severity.WARNING,
    "No record was found that belongs to the file that came back.",
    """`agreements make` writes a `record.json` beside each set of documents: which clauses, in which version, for which
answers. Without it and without our own document, what was sent can only be put together again from the marks in the
returned file and from the clause library, so a value (an amount, a date) that was changed silently cannot be told from
the one that was agreed.

Right: name the folder that the documents were made in:

    agreements review returned.docx --record output/safe-at-home-2027-014
""",
)
CONTRADICTS = Rule(
    "review-original-changed",
    Severity.WARNING,
    "Our own document is not the one that the record describes.",
    """The record holds the digest of each file as it was made. The file beside it is another one: it was edited, or
made again, after the record was written. What was sent is then uncertain. Where the profile still makes the
very document of the record, that is what the return is held against; otherwise the file that is there, and each finding
is only as good as that file.

The same is told where no record can be read and one file of ours calls itself the document that came back, and where a
record has the number and the clauses of the file but speaks of other parties: it was edited after it was made.

Right: keep what was sent untouched, and review against it: `--original FILE`.
""",
)
CLAUSE_EDITED = Rule(
    "review-record-clause",
    Severity.WARNING,
    "The record names a clause text that the library does not have.",
    """The record and the library disagree on a clause: the version is not there, or its text has another digest. The
record was edited by hand, or the clause was. Positions and requirements of that clause are taken from the library as it
is now.
""",
)
NOT_OURS = Rule(
    "review-not-ours",
    Severity.ERROR,
    "Nothing in the file shows that it was one of our documents.",
    """Neither a mark nor enough of the text of any clause was found. It is another document, or so much of it was
rewritten that a comparison clause by clause means nothing.

Right: check that it is the file you mean. To read the text of somebody else's contract into the library:
`agreements clauses import`.
""",
)
TRACKING_OUTSIDE = Rule(
    "review-not-marked",
    Severity.WARNING,
    "Some untracked differences could not be added to the Word copy as tracked changes.",
    """The copy is only handed out with tracked changes of ours if accepting them gives exactly the returned text and
rejecting them gives ours, and the other side's changes are as they were. Where that cannot be had, the copy holds the
comments alone; every difference is in the report.
""",
)
NOT_PARSED = Rule(
    "review-value-unread",
    Severity.NOTE,
    "A value in the returned file cannot be written into the profile.",
    """A changed value is proposed for the profile only if it can be read by the kind of its field and would print the
very words that came back. "Ninety (60) days", a date that does not exist, or an amount in other words is told instead.
""",
)
RULES = (
    PRINTED, OLD_WORD, OTHER_FORMAT, NO_RECORD, CONTRADICTS, CLAUSE_EDITED, NOT_OURS,
    TRACKING_OUTSIDE, NOT_PARSED,
)  # fmt: skip
