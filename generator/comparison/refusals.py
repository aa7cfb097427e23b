"""What a comparison of Word files refuses or tells: the pages that ``agreements explain compare-…`` prints."""

from __future__ import annotations

from generator.diagnostics import Rule, Severity

__all__ = ["RULES"]

NOT_WORD = Rule(
    "compare-not-word",
    Severity.ERROR,
    "The file is not a Word document (.docx) that can be read.",
    """Two Word documents (.docx) can be compared, as Word, LibreOffice or Google Docs save them. Old documents (.doc),
templates (.dotx), documents with a password, and files that only carry the name of a Word document cannot.

Wrong: `offer.doc`; a PDF that was renamed to `offer.docx`.

Right: open it in Word, choose File > Save As > Word Document (.docx), and compare that file.
""",
)
UNSAFE = Rule(
    "compare-unsafe",
    Severity.ERROR,
    "The file holds something that can act on its own or that fetches things from elsewhere.",
    """A document from outside may hold macros, embedded programs, pictures that are fetched from a web address when
it is opened, or parts that are built to mislead or to stop the program that reads them. None of it belongs in a
contract, and a comparison would pass it on. Nothing of such a file is used.

Wrong: `offer.docm` renamed to `offer.docx`; a spreadsheet embedded as an object; a linked picture.

Right: ask the sender for the document without these. In Word: File > Save As > Word Document (.docx) removes
macros; paste pictures instead of linking them; convert embedded objects to pictures.
""",
)
TOO_BIG = Rule(
    "compare-too-big",
    Severity.ERROR,
    "The file is larger than a contract can sensibly be.",
    """A small file can unpack to hundreds of megabytes, by mistake or on purpose, and stop a computer. The limits
allow contracts of more than a thousand pages.

Wrong: a 200 KB file that unpacks to two million empty paragraphs.

Right: compare the documents without their attachments, or in parts.
""",
)
DROPPED = Rule(
    "compare-left-out",
    Severity.NOTE,
    "Something of the file that is not text was left out of the comparison's result.",
    """Word remembers which template a document was made with, and keyboard and toolbar settings. They are addresses
on somebody else's computer, and are left out of the document that a comparison writes. The text is not touched.
""",
)
NOT_EXACT = Rule(
    "compare-not-exact",
    Severity.ERROR,
    "The two documents cannot be shown as one document with tracked changes.",
    """Before a comparison is handed out, every change in it is accepted in a copy, which must give exactly the new
document, and rejected in another, which must give exactly the old one. Where that fails, no redline is written: one
that hides or invents a change is worse than none. The message names the part of the document where it failed.

Wrong: sending the redline all the same.

Right: compare the two documents in parts, or open both in Word and use Review > Compare for this pair. If you can
share the two files, report it: it should have worked.
""",
)
TRACKED_INPUT = Rule(
    "compare-tracked-input",
    Severity.NOTE,
    "A document that is compared already holds tracked changes.",
    """Changes on top of changes cannot be read. So a document that holds tracked changes is compared as if they had
all been accepted, or, with `--original`, as if they had all been rejected. The file itself is not touched; the
redline holds the differences between the two texts and none of the older marks.
""",
)
NOT_TRACKED = Rule(
    "compare-not-tracked",
    Severity.WARNING,
    "Something differs that Word cannot show as a tracked change.",
    """Word tracks text, paragraphs, table rows and cells, and their formatting, page setup and styles. It does not
track the address of a link, which cells of a table are joined, what a style is based on, or whether a page has a
header at all. Such a difference is named here instead; the redline shows it as in the new document, also after
rejecting every change.
""",
)
COMMENTS = Rule(
    "compare-comments",
    Severity.NOTE,
    "Comments of the old document are in the redline too.",
    """A comparison shows the new document with its comments. Comments that only the old document holds are carried
over to the words they were made on, with who wrote them, replies, and whether they were resolved. A comment that both
documents hold stands there once. Before the redline is sent to the other side, delete those that are not meant for
it: Review > Delete > Delete All Comments.
""",
)
DRAFTS = Rule(
    "compare-drafts",
    Severity.NOTE,
    "The profiles are compared as the drafts they make.",
    """Where a final cannot be made yet, because an answer is open or a rule stops it, two profiles are compared by
the drafts that both make: open places and the word DRAFT stand in both, so that only real differences are marked.

Wrong: taking such a redline for one of finals.

Right: answer what is open (`agreements check` names it), and compare again.
""",
)
HIDDEN = Rule(
    "compare-hidden-text",
    Severity.WARNING,
    "A document holds text that is not shown, or is too small to be read.",
    """Word can hide text (Font > Hidden), and letters of two points are a line to the eye. Whoever signs the document
signs that text too. It is compared like all other text, and the message says where it stands.

Wrong: signing a document with a hidden sentence, because nobody saw it.

Right: in Word, show it with the ¶ button (File > Options > Display > Hidden text), and ask why it is there.
""",
)
STALE = Rule(
    "compare-stale-field",
    Severity.NOTE,
    "A field of a document prints another text than Word will print when it updates it.",
    """References, dates and the like are fields: Word keeps the text it printed last, and prints it anew when it
updates fields, at the latest before printing. A document whose fields were not updated shows numbers that are no
longer true. What is compared is the text as it stands in the file.

Wrong: “Section 7.2” in a document where that section is 7.3 by now.

Right: open it in Word, press Ctrl+A and F9, save it, and compare again.
""",
)
RULES = (NOT_WORD, UNSAFE, TOO_BIG, DROPPED, NOT_EXACT, TRACKED_INPUT, NOT_TRACKED, COMMENTS, DRAFTS, HIDDEN, STALE)
