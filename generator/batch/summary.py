"""What the operator opens after a batch: who is done, who waits for what, and whom to write to.

A page (HTML) and a workbook say the same; a CSV file feeds a mail merge. They name members, documents, fields and
cells, never what stands in a cell: of a problem they say what kind it is and where.
"""

from __future__ import annotations

import csv
import datetime as dt
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from html import escape
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from generator.diagnostics import Diagnostic, Severity
from generator.fields import capitalized
from generator.frozen import dataclass

if TYPE_CHECKING:
    from generator.batch.run import Member

__all__ = ["MAIL_NAME", "PAGE_NAME", "WORKBOOK_NAME", "Line", "lines_of", "mail_list", "summary_files"]

PAGE_NAME: Final = "summary.html"
WORKBOOK_NAME: Final = "summary.xlsx"
MAIL_NAME: Final = "mail-merge.csv"

_MADE_ON: Final = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - a workbook knows no time zone; the same day, the same bytes


@dataclass(frozen=True, slots=True)
class State:
    """How a member stands, in words; ``needs`` says that somebody has to do something."""

    shown: str
    says: str
    needs: bool


STATES: Final[Mapping[str, State]] = {
    "done": State("Done", "The documents are in its folder.", False),
    "draft": State("Draft", "The draft is in its folder; answers are missing.", True),
    "signed": State("Signed", "A signed copy is filed, so its documents stay as they were made.", False),
    "edited": State("Edited", "Somebody changed or signed a document after it was made. Nothing was touched.", True),
    "held": State("Held up", "A file that no batch made is in the way.", True),
    "refused": State("Refused", "Its answers do not allow the documents yet.", True),
    "failed": State("Failed", "The program failed here; nothing was written for it.", True),
    "computer": State("Not written", "This computer would not write its files.", True),
    "waiting": State("Waiting", "Ready, and not in place yet. Run the batch again.", True),
}
_WAITS_WIDE: Final = 60  # letters in the widest column of the workbook
_EARLIER: Final = " Those that were made before are in its folder, as they were."


@dataclass(frozen=True, slots=True)
class Line:
    """One member as the summary shows it. ``documents`` are (title, files); ``waits`` what has to be done, in words."""

    name: str
    key: str
    row: int
    folder: str
    state: str
    documents: tuple[tuple[str, tuple[str, ...]], ...] = ()
    extras: tuple[str, ...] = ()
    waits: tuple[str, ...] = ()
    number: str = ""
    contacts: tuple[tuple[str, str, str], ...] = ()  # part, name, e-mail
    earlier: bool = False  # its folder holds documents of a batch before
    zipped: str = ""
    id: str = ""  # the number or short name that the operator gave the member

    @property
    def found_by(self) -> str:
        """How the operator finds it: its numbers and its row."""
        numbers = (f"No. {self.id}" if self.id else "", f"agreement {self.number}" if self.number else "")
        return " · ".join((*(n for n in numbers if n), f"row {self.row}"))

    @property
    def says(self) -> str:
        """How it stands, in a sentence or two."""
        return STATES[self.state].says + (_EARLIER if self.earlier else "")

    @property
    def files(self) -> tuple[str, ...]:
        """Every file, below the folder of the batch."""
        names = [f for _, files in self.documents for f in files]
        return tuple(f"{self.folder}/{name}" for name in (*names, *self.extras))


def lines_of(
    members: Sequence[Member], *, draft: bool = False, zipped: bool = False,
    called: Callable[[str], str] = lambda path: path,
) -> tuple[Line, ...]:  # fmt: skip
    """Return what the summary says of ``members``.

    ``zipped`` says that each has a zip file beside it; ``called`` gives what the column of a field is called.
    """
    return tuple(_line(m, draft, zipped, called) for m in members)


def _line(member: Member, draft: bool, zipped: bool, called: Callable[[str], str]) -> Line:
    record: Mapping[str, Any] = member.record or {}
    written = member.state in ("done", "signed", "edited")
    documents = tuple(
        (str(d["title"]), tuple(str(f["name"]) for f in d["files"]))
        for d in (record.get("documents", ()) if written else ())
    )
    given = member.row.own.get("agreement.number") or member.row.base.given("agreement.number")
    waits = _waits(member, record, called)
    state = "draft" if draft and member.state == "done" and waits else member.state
    return Line(
        member.row.name, member.row.key, member.row.number, member.folder, state, documents,
        _more_files(record) if documents else (), waits,
        str(given.value) if given is not None and isinstance(given.value, str) else "",
        tuple((c.part, c.name, c.email) for c in member.row.contacts()), member.earlier,
        f"{member.folder}.zip" if zipped and documents else "", member.row.id,
    )  # fmt: skip


def _more_files(record: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what a batch wrote beside the documents of a member: its packet, where it has one."""
    batch = record.get("batch")
    return tuple(str(f["name"]) for f in (batch.get("files", ()) if isinstance(batch, dict) else ()))


def _waits(member: Member, record: Mapping[str, Any], called: Callable[[str], str]) -> tuple[str, ...]:
    """Return what is missing or wrong: questions by their labels, problems by their kind and cell.

    Of a member that was written only its record is asked, so that it makes no difference in which run it was made.
    """
    if member.state in ("done", "signed"):
        items = (one for d in record.get("documents", ()) for one in d.get("open_items", ()))
        return tuple(dict.fromkeys(capitalized(str(one.get("label", ""))) for one in items))
    found = dict.fromkeys(capitalized(item.label) for item in member.open_items)
    stops = (d for d in member.problems if d.severity is not Severity.NOTE)
    found |= dict.fromkeys(
        _told(d, member.row.file, called)
        for d in stops
        if member.state != "refused" or d.severity is not Severity.WARNING
    )
    return tuple(f for f in found if f)


def _told(problem: Diagnostic, file: str, called: Callable[[str], str]) -> str:
    """Return the place of a problem and its kind: its own words may repeat what stands in a cell."""
    from generator.pipeline import every_rule

    rule = every_rule().get(problem.rule)
    says = rule.says if rule is not None else problem.rule
    if problem.severity is Severity.OPEN:
        says = "This is not answered yet."
    span, place = problem.span, ""
    if span is not None:
        shown = str(span) if span.line else span.file
        place = shown.removeprefix(file).strip().removeprefix("!") if span.file.endswith("!") else shown
        sheet, _, cell = place.rpartition("!")
        if cell and span.file.endswith("!"):
            place = f"Cell {cell}" + (f" of the sheet {sheet}" if sheet and sheet != "Members" else "")
    about = capitalized(called(problem.field)) if problem.field else ""
    head = ", ".join(p for p in (place, about) if p)
    return f"{head}: {says}" if head else says


def summary_files(
    lines: Sequence[Line], *, title: str, roster: str, left: Sequence[str] = ()
) -> Iterator[tuple[str, bytes]]:
    """Yield (name, content) of the page, the workbook and the list for a mail merge; ``left`` are folders of members
    who are in the roster no longer."""
    yield PAGE_NAME, summary_page(lines, title=title, roster=roster, left=left)
    yield WORKBOOK_NAME, summary_workbook(lines, title=title)
    yield MAIL_NAME, mail_list(lines)


def _totals(lines: Sequence[Line]) -> list[tuple[str, int]]:
    counted = {state: sum(1 for line in lines if line.state == state) for state in STATES}
    return [(state, n) for state, n in counted.items() if n]


# ---------------------------------------------------------------- a page

_REVIEW: Final = "Made for legal review; it certifies nothing and is not legal advice."
_STYLE: Final = """
body { font: 16px/1.5 Calibri, Carlito, Helvetica, Arial, sans-serif; color: #1b1b1b; margin: 2rem auto;
  max-width: 76rem; padding: 0 1.5rem; }
h1 { font-size: 1.7rem; margin-bottom: .2rem; } h2 { font-size: 1.25rem; margin: 2.2rem 0 .6rem; }
.totals { display: flex; flex-wrap: wrap; gap: .8rem; padding: 0; list-style: none; margin: 1.2rem 0; }
.totals li { border: 1px solid #c9d3d8; border-left: .5rem solid #1f4e5f; padding: .4rem 1rem; min-width: 8rem; }
.totals li.needs { border-left-color: #b3541e; } .totals b { font-size: 1.5rem; display: block; }
table { border-collapse: collapse; width: 100%; } caption { text-align: left; color: #4a4a4a; padding-bottom: .4rem; }
th, td { text-align: left; vertical-align: top; padding: .45rem .7rem; border-bottom: 1px solid #d9dfe2; }
thead th { background: #1f4e5f; color: #fff; position: sticky; top: 0; }
td ul { margin: 0; padding-left: 1.1rem; } a { color: #0b5a82; } small { color: #4a4a4a; font-weight: normal; }
.state { font-weight: 600; white-space: nowrap; } .needs .state { color: #8f3d0e; }
@media print { body { margin: 0; max-width: none; font-size: 11pt; } thead th { position: static; color: #000;
  background: none; } tr { break-inside: avoid; } }
"""


def summary_page(lines: Sequence[Line], *, title: str, roster: str, left: Sequence[str] = ()) -> bytes:
    """Return the page, complete in itself, with links to every document."""
    numbers = {line.number for line in lines}
    alike = numbers.pop() if len(numbers) == 1 and len(lines) > 1 else ""
    if alike:
        lines = [replace(line, number="") for line in lines]
    roster = f"{escape(roster)}. All agreements have the number {escape(alike)}." if alike else f"{escape(roster)}."
    needing = [line for line in lines if STATES[line.state].needs]
    done = [line for line in lines if not STATES[line.state].needs]
    out = [
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>Agreements of {escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>",
        f"<h1>Agreements of {escape(title)}</h1>",
        f"<p>{_count(len(lines), 'member')} of {roster} Each batch writes this page anew. {_REVIEW}</p>",
        '<ul class="totals">',
        *(
            f"<li{' class=needs' if STATES[state].needs else ''}><b>{n:,}</b>{escape(STATES[state].shown)}</li>"
            for state, n in _totals(lines)
        ),
        "</ul>",
    ]
    if needing:
        out.append(f"<h2>Waiting for somebody ({len(needing):,})</h2>")
        heads = ("Member", "State", "Waits for", "Documents")
        out += _table(needing, "What each of these members waits for.", heads if _any_files(needing) else heads[:-1])
    if done:
        out.append(f"<h2>Done ({len(done):,})</h2>")
        out += _table(done, "Each document opens from here.", ("Member", "State", "Documents"))
    if left:
        out.append(f"<h2>No longer in the roster ({len(left):,})</h2>")
        out.append("<p>These folders belong to no row of the roster any more. Nothing in them was touched.</p>")
        out.append("<ul>" + "".join(f'<li><a href="{escape(quote(f))}/">{escape(f)}</a></li>' for f in left) + "</ul>")
    if not lines:
        out.append("<p>No member was in the roster.</p>")
    out.append("</main>\n</body>\n</html>\n")
    return "\n".join(out).encode()


def _any_files(lines: Sequence[Line]) -> bool:
    return any(line.documents or line.earlier for line in lines)


def _table(lines: Sequence[Line], caption: str, heads: Sequence[str]) -> Iterator[str]:
    yield f"<table>\n<caption>{escape(caption)}</caption>\n<thead><tr>"
    yield "".join(f'<th scope="col">{escape(h)}</th>' for h in heads) + "</tr></thead>\n<tbody>"
    for line in lines:
        state = STATES[line.state]
        found_by = escape(capitalized(line.found_by))
        cells = [f'<th scope="row">{escape(line.name)}<br><small>{found_by}</small></th>']
        cells.append(f'<td><span class="state">{escape(state.shown)}</span><br><small>{escape(line.says)}</small></td>')
        if "Waits for" in heads:
            items = "".join(f"<li>{escape(w)}</li>" for w in line.waits[:12])
            more = f"<li>and {len(line.waits) - 12} more</li>" if len(line.waits) > 12 else ""
            cells.append(f"<td>{f'<ul>{items}{more}</ul>' if items else ''}</td>")
        if "Documents" in heads:
            cells.append(f"<td>{_links(line)}</td>")
        yield f"<tr{' class=needs' if state.needs else ''}>{''.join(cells)}</tr>"
    yield "</tbody>\n</table>"


def _links(line: Line) -> str:
    shown = []
    for title, files in line.documents:
        links = ", ".join(_link(line, name, title) for name in files)
        shown.append(f"<li>{escape(title)}: {links}</li>")
    shown += [f'<li><a href="{escape(quote(f"{line.folder}/{name}"))}">{escape(name)}</a></li>' for name in line.extras]
    if line.zipped:
        shown.append(f'<li><a href="{escape(quote(line.zipped))}">{escape(line.zipped)}</a></li>')
    if line.earlier:
        shown.append(f'<li><a href="{escape(quote(line.folder))}/">{escape(line.folder)}</a></li>')
    return f"<ul>{''.join(shown)}</ul>" if shown else ""


_KINDS: Final = {"docx": "Word", "txt": "Text", "html": "Web page"}


def _link(line: Line, name: str, title: str) -> str:
    """Return a link that says in print what it is of, and by ear whose it is too."""
    ending = name.rpartition(".")[2]
    kind = _KINDS.get(ending, ending.upper())
    heard = escape(f"{title} of {line.name}, {kind}")
    return f'<a href="{escape(quote(f"{line.folder}/{name}"))}" aria-label="{heard}">{escape(kind)}</a>'


def _count(n: int, one: str) -> str:
    return f"{n:,} {one}{'' if n == 1 else 's'}"


# ---------------------------------------------------------------- a workbook


def summary_workbook(lines: Sequence[Line], *, title: str) -> bytes:
    """Return the workbook: one row a member with links, and the totals on a sheet of their own."""
    import xlsxwriter

    data = BytesIO()
    book = xlsxwriter.Workbook(
        data, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"title": title, "created": _MADE_ON})
    plain = book.add_format({"font_name": "Calibri", "valign": "top", "text_wrap": True})
    head = book.add_format(
        {"font_name": "Calibri", "bold": True, "bg_color": "#1F4E5F", "font_color": "#FFFFFF", "text_wrap": True,
         "valign": "top"}
    )  # fmt: skip
    number = book.add_format({"font_name": "Calibri", "valign": "top", "align": "left"})
    link = book.add_format({"font_name": "Calibri", "valign": "top", "font_color": "#0B5A82", "underline": 1})
    needs = book.add_format({"font_name": "Calibri", "valign": "top", "bold": True, "font_color": "#8F3D0E"})
    sheet = book.add_worksheet("Members")
    heads = ["Row", "Member no.", "Member", "Agreement no.", "State", "Waits for", "Contact", "E-mail", "Folder"]
    folder = len(heads) - 1
    titles = list(dict.fromkeys(t for line in lines for t, _ in line.documents))
    packets = [f"{line.folder}/{line.extras[0]}" if line.extras else "" for line in lines]
    beside = (("Packet", packets), ("Zip file", [line.zipped for line in lines]))
    more = {name: targets for name, targets in beside if any(targets)}
    waits_wide = _WAITS_WIDE if any(line.waits for line in lines) else 14
    for n, (name, width) in enumerate(
        [*zip(heads, (6, 14, 34, 16, 14, waits_wide, 24, 30, 30), strict=True), *((t, 40) for t in (*titles, *more))]
    ):
        sheet.write_string(0, n, name, head)
        sheet.set_column(n, n, width, plain)
    for row, line in enumerate(lines, 1):
        state = STATES[line.state]
        sheet.write_number(row, 0, line.row, number)
        _, contact, email = line.contacts[0] if line.contacts else ("", "", "")
        waits = "\n".join(line.waits[:20])
        for n, words in enumerate((line.id, line.name, line.number, state.shown, waits, contact, email), 1):
            if words:
                sheet.write_string(row, n, words, needs if heads[n] == "State" and state.needs else plain)
        high = sum(1 + len(words) // _WAITS_WIDE for words in line.waits[:20])
        if high > 1:  # not every program makes a row as high as its words need
            sheet.set_row(row, min(409, 15 * high))
        if line.documents or line.earlier:
            _url(sheet, row, folder, line.folder, line.folder, link)
        for document, files in line.documents:
            pdf = next((f for f in files if f.endswith(".pdf")), files[0] if files else "")
            if pdf:
                _url(sheet, row, len(heads) + titles.index(document), f"{line.folder}/{pdf}", pdf, link)
        for n, targets in enumerate(more.values(), len(heads) + len(titles)):
            if target := targets[row - 1]:
                _url(sheet, row, n, target, target.rpartition("/")[2], link)
    sheet.freeze_panes(1, heads.index("Member") + 1)
    sheet.autofilter(0, 0, max(1, len(lines)), len(heads) + len(titles) + len(more) - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    totals = book.add_worksheet("Totals")
    totals.set_column(0, 0, 16, plain)
    totals.set_column(1, 1, 10, plain)
    totals.set_column(2, 2, 80, plain)
    for n, name in enumerate(("State", "Members", "What it means")):
        totals.write_string(0, n, name, head)
    row = 1
    for key, count in _totals(lines):
        totals.write_string(row, 0, STATES[key].shown, plain)
        totals.write_number(row, 1, count, plain)
        totals.write_string(row, 2, STATES[key].says, plain)
        row += 1
    totals.write_string(row, 0, "All", plain)
    totals.write_number(row, 1, len(lines), plain)
    book.close()
    return _with_slashes(data.getvalue())


def _with_slashes(data: bytes) -> bytes:
    """Write links as every system reads them: the library turns them into paths of Windows."""
    from generator.writers.package import copied_entries, deflated, zip_package

    entries = copied_entries(data)
    links = "xl/worksheets/_rels/sheet1.xml.rels"
    with zipfile.ZipFile(BytesIO(data)) as package:
        if links in entries:
            entries[links] = deflated(links, package.read(links).replace(b"\\", b"/"))
    return zip_package(entries.values())


def _url(sheet: Any, row: int, column: int, target: str, shown: str, format: Any) -> None:  # noqa: A002
    """Write a link; a workbook holds at most 65,530, and then only the words."""
    if sheet.write_url(row, column, f"external:{target}", format, shown) != 0:
        sheet.write_string(row, column, shown)


# ---------------------------------------------------------------- a mail merge

MAIL_HEADS: Final = (
    "Member", "Member no.", "Agreement no.", "State", "Contact", "E-mail", "Other contacts", "Documents", "Folder",
    "Files", "Zip file", "Waits for",
)  # fmt: skip
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def mail_list(lines: Sequence[Line]) -> bytes:
    """Return one row a member for a mail merge: UTF-8 with its mark, CRLF, and no cell that is taken for a formula."""
    out = StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(MAIL_HEADS)
    for line in lines:
        _, contact, email = line.contacts[0] if line.contacts else ("", "", "")
        others = "; ".join(f"{name} <{mail}>" if name else mail for _, name, mail in line.contacts[1:])
        documents = "; ".join(title for title, _ in line.documents)
        row = (
            line.name, line.id, line.number, STATES[line.state].shown, contact, email, others, documents,
            line.folder if line.documents else "", "; ".join(line.files), line.zipped, "; ".join(line.waits),
        )  # fmt: skip
        writer.writerow([formula_safe(words) for words in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")


def formula_safe(words: str) -> str:
    """Return ``words`` so that a spreadsheet program takes them for text: a formula would run when it is opened."""
    return f"'{words}" if words.startswith(_FORMULA) else words
