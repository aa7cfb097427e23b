"""What an import tells: everything that will not read as it did, grouped, counted, with place and words.

An announcement says one kind of difference. Those of the first sort come from what was met in the file (footnotes,
a signature page, straight quotation marks); those of the second from the round trip: the drafts are made into a
document again and held against the contract (:mod:`~generator.intake.again`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from generator.fields import shortened
from generator.frozen import dataclass
from generator.intake.again import Difference
from generator.intake.contract import Contract, Rows
from generator.intake.drafts import PREAMBLE, Intake

__all__ = ["Announced", "Place", "Report", "report_of", "report_page"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in the contract, and its words: ``was`` before, ``now`` when made again."""

    where: str
    was: str = ""
    now: str = ""


@dataclass(frozen=True, slots=True)
class Announced:
    """One kind of difference: its name, what it means in a sentence, and every place.

    ``open`` marks what a person should look at; the rest is how this program prints. ``count`` is how often it is
    there, where places are not listed one by one.
    """

    kind: str
    says: str
    places: tuple[Place, ...] = ()
    open: bool = False
    count: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """What an import announces, and the verdict of the round trip.

    ``made`` says whether the drafts could be made into a document; ``problem`` why not.
    """

    announced: tuple[Announced, ...]
    made: bool
    problem: str = ""

    @property
    def unexplained(self) -> int:
        """How many differences of the round trip have no cause that is known."""
        return sum(len(a.places) for a in self.announced if a.kind == "other")

    @property
    def verdict(self) -> str:
        """The verdict in a sentence."""
        if not self.made:
            return f"It could not be made again yet: {self.problem}"
        count = len(self.announced) - (1 if self.unexplained else 0)
        things = "one thing" if count == 1 else f"{count} things"
        if not self.unexplained:
            return f"Made again, it says the same words, except for the {things} above."
        more = "one other place" if self.unexplained == 1 else f"{self.unexplained} other places"
        return f"Made again, it says the same words, except for the {things} above and {more}, listed under “Other”."


_FROM_ROUND_TRIP = {
    "numbers": ("Numbers follow the house style; these are printed otherwise.", False),
    "references": ("References print the title of what they point at, and follow its number.", False),
    "headings": ("Headings stand on a line of their own, without a full stop or colon behind them.", False),
    "made_up": (
        "These headings are not in the contract. Mend those that were made of the first words of a section.",
        True,
    ),
    "paragraphs": ("A paragraph ends where it did not, or goes on where it ended.", True),
    "fields": ("A field stands where these words stood, and prints its answer.", False),
    "other": ("Other: words that differ, for no cause that is known. Mend the drafts.", True),
}


def report_of(
    intake: Intake, found: Sequence[Difference] | None, problem: str = "", *, contents: bool = True
) -> Report:
    """Return the report on an import; ``found`` is what the round trip found, None if it could not be made.

    ``contents`` says whether the document it makes has a table of contents.
    """
    announced = [*_met(intake.contract, contents)]
    if intake.bare:
        where = {p.at: p.where for p in intake.contract.printed}
        says = "Terms that are defined without quotation marks get them."
        announced.append(Announced("terms", says, tuple(Place(where.get(at, ""), term) for at, term in intake.bare)))
    for kind, (says, to_look_at) in _FROM_ROUND_TRIP.items():
        places = tuple(Place(d.where, d.was, d.now) for d in found or () if d.kind == kind)
        if places:
            announced.append(Announced(kind, says, places, to_look_at))
    return Report(tuple(announced), found is not None, problem)


def _met(contract: Contract, contents: bool) -> Iterator[Announced]:
    met = contract.met
    where = {p.at: p.where for p in contract.printed}

    def places(found: Sequence[tuple[int, str]]) -> tuple[Place, ...]:
        return tuple(Place(where.get(at, ""), words) for at, words in found)

    says = "The document type adds a cover with the parties’ names, signature blocks, page headers and footers,"
    says += " a table of contents," if contents else ""
    says += " and in a draft what is still open"
    if contract.preamble:
        says += f"; and the heading “{PREAMBLE}” over what stands before the first section"
    yield Announced("added", f"{says}.", count=1)
    if not contract.titled:
        yield Announced("title", f"No line reads as its title; it is called “{contract.title}”.", open=True, count=1)
    if contract.titled and (first := _before_title(contract)):
        place = Place("the beginning", first)
        yield Announced("title", f"The title, “{contract.title}”, stands before these words now.", (place,))
    if contract.tracked:
        yield Announced("tracked", "It holds tracked changes. They are read as accepted.", open=True, count=1)
    if contract.comments:
        yield Announced("comments", "Its comments are left out.", count=contract.comments)
    if contract.signing:
        yield Announced(
            "signing", "The signature page is left out; the document type prints its own.",
            tuple(Place(p.where, p.text) for p in contract.printed if p.role == "signing"),
        )  # fmt: skip
    if contract.headers:
        yield Announced(
            "headers", "Its page headers and footers are left out; the frame has its own.",
            tuple(Place(f"the {kind}", words) for kind, words in contract.headers),
        )  # fmt: skip
    if met.contents:
        yield Announced("contents", "Its table of contents is left out; one is made anew.", places(met.contents))
    if met.footnotes:
        yield Announced("footnotes", "The words of its footnotes are left out.", places(met.footnotes), True)
    if met.boxes:
        yield Announced("boxes", "Words of text boxes stand in the flow of the text now.", places(met.boxes), True)
    if met.pictures:
        yield Announced("pictures", "Pictures and drawings are left out.", places(met.pictures), True)
    if met.hidden:
        yield Announced("hidden", "Words that are hidden in it are left out.", places(met.hidden), True)
    if met.struck:
        yield Announced("struck", "Words that are struck through print like any others.", places(met.struck), True)
    if met.signs:
        yield Announced("signs", "Signs of a symbol font, and special hyphens, are ordinary ones.", places(met.signs))
    yield from _looks(contract)


def _looks(contract: Contract) -> Iterator[Announced]:
    printed = [p for p in contract.printed if p.role not in ("signing", "empty")]
    typed = [p for p in printed if p.typed]
    if typed:
        says = "Numbers that were typed are counted by Word now."
        yield Announced("typed", says, tuple(Place(p.where, f"{p.number} {shortened(p.text, 40)}") for p in typed))
    spaced = [p for p in printed if p.spaced]
    if spaced:
        yield Announced(
            "blanks", "Tabs, and blanks in a row, are one blank.",
            tuple(Place(p.where, shortened(p.text, 60)) for p in spaced),
        )  # fmt: skip
    straight = [p for p in printed if '"' in p.text or "'" in p.text]
    if straight:
        yield Announced(
            "quotes", "Straight quotation marks and apostrophes print curly.",
            tuple(Place(p.where, shortened(p.text, 60)) for p in straight),
        )  # fmt: skip
    tables = [x for part in contract.parts for x in part.lines if isinstance(x, Rows)]
    tables += [x for x in contract.preamble if isinstance(x, Rows)]
    if tables:
        says = "Tables take the looks of the frame: a first row of few words is their header, and paragraphs in a cell"
        says += " are lines. Columns without a word are left out."
        if any(t.merged for t in tables):
            says += " Merged cells are cells beside empty ones."
        yield Announced("tables", says, tuple(_table_place(contract, t) for t in tables))
    met = contract.met
    where = {p.at: p.where for p in contract.printed}
    plain = {p.at for p in contract.printed if p.role in ("text", "cell")}
    if any(at in plain for at, _ in (*met.underlined, *met.capitals)):
        words = [(at, text) for at, text in (*met.underlined, *met.capitals) if at in plain]
        yield Announced(
            "looks", "Underlined words, and words shown in capitals, print as they are typed.",
            tuple(Place(where.get(at, ""), shortened(text, 60)) for at, text in words),
        )  # fmt: skip


def _before_title(contract: Contract) -> str:
    before: list[str] = []
    for printed in contract.printed:
        if printed.role == "title":
            return " / ".join(before)
        if printed.text:
            before.append(printed.text)
    return ""


def _table_place(contract: Contract, table: Rows) -> Place:
    first = next((line.text for row in table.rows for cell in row for line in cell), "")
    return Place(next((p.where for p in contract.printed if p.at == table.at), ""), shortened(first, 60))


# ---------------------------------------------------------------- as a page


def report_page(intake: Intake, report: Report, source: str) -> bytes:
    """Return the whole report as Markdown, every place listed: the file that an import leaves beside the drafts."""
    lines = [f"# {intake.title}: imported from {source}", "", report.verdict, "", "## What will not read as it did", ""]
    for one in report.announced:
        count = len(one.places) or one.count
        lines += [f"### {one.says}" + (f" ({count})" if count > 1 else ""), ""]
        for place in one.places:
            was, now = (shortened(x, 400) for x in (place.was, place.now))
            if was and now:
                said = f"“{was}” → “{now}”"
            elif one.kind == "other":
                said = f"“{was}” goes" if was else f"“{now}” comes"
            else:
                said = f"“{was or now}”"
            lines.append(f"- {place.where}: {said}")
        lines += [""] if one.places else []
    lines += ["## The draft clauses", ""]
    for draft in intake.drafts:
        number = f"{draft.number} " if draft.number else ""
        near = f" — {draft.near.percent} % like {draft.near.clause}" if draft.near else ""
        lines.append(f"- {number}{draft.title} (`{draft.id}`){near}")
        lines += [f"    - Look at: {doubt}" for doubt in draft.doubts]
    if intake.proposals:
        lines += ["", "## What may be a value", ""]
        for value in intake.proposals:
            field = f": `{value.field}`" if value.field else ""
            lines.append(f"- {value.kind} “{value.text}”{field} ({value.where})")
    return ("\n".join(lines) + "\n").encode()
