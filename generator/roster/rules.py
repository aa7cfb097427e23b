"""What a roster can have wrong with it, as rules: a workbook, a text with commas, a folder of profiles."""

from __future__ import annotations

from generator.diagnostics import Rule, Severity

__all__ = ["RULES"]

ROSTER_FILE = Rule(
    "roster-file",
    Severity.ERROR,
    "The roster is not a file that can be read.",
    """A roster is a workbook (`.xlsx`), a text with commas between the columns (`.csv`), or a folder of profiles
(`.yaml`). Old workbooks (`.xls`), workbooks of other programs (`.ods`, `.numbers`) and workbooks with a password cannot
be read; the program they come from can save them as `.xlsx`.

A text is read as UTF-8, or as UTF-16 if it begins with the mark of that. Nothing is guessed: in another encoding
*Peña* or *Nguyễn* would come out wrong in an agreement.

Wrong: `members.xls`; a workbook that asks for a password when it is opened.

Right: open it and use File > Save As > Excel Workbook (.xlsx), or CSV UTF-8 (.csv).
""",
)
ROSTER_UNSAFE = Rule(
    "roster-unsafe",
    Severity.ERROR,
    "The workbook is built to mislead or to stop the program that reads it.",
    """A small file can unpack to gigabytes, by accident or on purpose, and a workbook can hold declarations that no
spreadsheet program writes. Such a file is not read. A roster of ten thousand members with a hundred columns stays far
below every limit.

Wrong: a workbook of 1 MB that unpacks to 4 GB.

Right: copy the cells into the workbook that `agreements roster` makes.
""",
)
ROSTER_COLUMNS = Rule(
    "roster-columns",
    Severity.ERROR,
    "The columns of the roster cannot be told apart, or one is not known.",
    """Each column of a roster is one field. The row of names (`cbo.legal_name`, `cbo.address.zip`) says which; without
that row the labels are read. A name that is no field, or that stands twice, would leave an answer unread without
anybody noticing. Columns of your own are welcome: leave the row of names empty above them.

Wrong: `cbo.zip` as the name of a column.

Right: `cbo.address.zip`
""",
)
ROSTER_CELL = Rule(
    "roster-cell",
    Severity.ERROR,
    "What a cell holds is not what somebody typed into it.",
    """Spreadsheet programs change what is typed: they drop the zero at the beginning of a ZIP code, take “1-2” for a
day, keep only fifteen digits of a number, and turn “true” into TRUE. A formula may never have been worked out, or hold
an error such as `#REF!`. An agreement must say what was meant, so such a cell is never read as if it were sound.

Wrong: a ZIP code column formatted as a number; a formula saved by a program that did not work it out.

Right: format the column as Text before typing, as the workbook of `agreements roster` does, and type the value again.
For a formula: open the file in the spreadsheet program and save it, or paste its values.
""",
)
ROSTER_FILLER = Rule(
    "roster-filler",
    Severity.ERROR,
    "What stands in a cell only fills it, and would be printed into the agreement.",
    """A text is printed letter for letter. “n/a” as the trade name of a member makes it “Hope House, doing business as
n/a”; a quotation mark or “same as above” in a list of contacts names nobody.

Wrong: `n/a`, `none`, `-`, `same as above`

Right: an empty cell where there is nothing to say; `unknown` where it is not known yet; the name of the person in each
column.
""",
)
ROSTER_MERGED = Rule(
    "roster-merged",
    Severity.ERROR,
    "Cells of the roster are merged.",
    """A merged cell holds one value and shows it over several rows or columns. The other cells are empty, so every
member but the first would have no answer there.

Wrong: one cell “Louisville” merged over the rows of five members.

Right: unmerge the cells (Home > Merge & Center) and write the value into each row.
""",
)
ROSTER_MEMBER = Rule(
    "roster-member",
    Severity.ERROR,
    "A member is named twice, has no name, or would be written into the folder of another.",
    """Each member gets a folder of its own, called after its number in the first column, or else after its name. Two
rows with the same name would be two agreements with one organization; two names that differ only in their marks
(“Hope House” and “Hope-House”) would share a folder. Both are told before anything is written.

Wrong: two rows “Hope House, Inc.”

Right: one of the two, or a number of its own for each in the first column.
""",
)
ROSTER_ALIKE = Rule(
    "roster-alike",
    Severity.WARNING,
    "Two members have the same EIN or NPI.",
    """Such a number belongs to one organization. Two rows share it where a row was copied and not all of it was typed
anew; then the agreement names another organization's number. Two programs of one organization share it rightly.
""",
)
ROSTER_ENTRY = Rule(
    "roster-entry",
    Severity.ERROR,
    "A line on one of the further sheets belongs to no member.",
    """Lists (services, rates, reasons) stand on sheets of their own, one entry a line. The first column says whose
entry it is, by the name or number of the member on the first sheet, or *all*.

Wrong: “Hope Huose” in the column Member.

Right: choose the member from the list of the cell.
""",
)
ROSTER_HIDDEN = Rule(
    "roster-hidden",
    Severity.WARNING,
    "Rows or columns of the roster are hidden or filtered. They are read like all others.",
    """A filter hides members from your eyes, not from the batch: an agreement is made for every row that is filled in.
Delete a row to leave a member out.
""",
)
ROSTER_UNREAD = Rule(
    "roster-unread",
    Severity.WARNING,
    "Something in the roster is not read.",
    """Rows in which no field is filled in, and macros, are left alone. Look once whether that is what you meant.
Nothing of it is changed or lost.
""",
)
ROSTER_OWN = Rule(
    "roster-own",
    Severity.NOTE,
    "Columns and sheets of one's own are not read.",
    """A column that is no field of ours, and a sheet without a row of names, belong to whoever made them. They are
welcome, and they come back as they were. They are named each time, for one that was meant to be read may be among them.
""",
)
ROSTER_OLDER = Rule(
    "roster-older",
    Severity.WARNING,
    "The workbook was made from an older library than the one in use.",
    """Questions, answers and columns can change with the clauses. The message names what changed. The rows are read as
they are; `agreements roster --update OLD.xlsx` makes a new workbook and keeps all that was typed.
""",
)
ROSTER_PROFILE = Rule(
    "roster-profile",
    Severity.ERROR,
    "The profile of the hub does not leave a party open, so there is nobody a roster could list.",
    """A roster lists organizations that sign the same papers with one hub. Its profile says what all of them share and
who plays which part; the member is the party whose legal name the profile leaves open.

Wrong: a profile that describes both parties of its agreements, such as those of the hub with a health plan.

Right, in a file of its own beside it:

    extends: hub.yaml
    agreement.provider: cbo
    agreement.purchaser: hub
""",
)
RULES = (
    ROSTER_FILE, ROSTER_UNSAFE, ROSTER_COLUMNS, ROSTER_CELL, ROSTER_FILLER, ROSTER_MERGED, ROSTER_MEMBER, ROSTER_ALIKE,
    ROSTER_ENTRY, ROSTER_HIDDEN, ROSTER_UNREAD, ROSTER_OWN, ROSTER_OLDER, ROSTER_PROFILE,
)  # fmt: skip
