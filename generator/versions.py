"""What may be done with the versions of a clause: look back, draft, release, approve, adopt, see what is newer.

Nothing here writes. What would change comes back as an :class:`Edit`: files of the workspace's own layer with
their bytes, which :meth:`generator.workspace.Workspace.keep` writes. Released text is never edited; the head of
a released file gains an approval at most.

The three numbers are those of legal versioning: a new *edition* is read all over again, an *update* is reviewed
where it changed, a *correction* mends a slip.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum

from generator.diagnostics import Checked, Diagnostic, Related, Rule, Severity, Span, errors_in
from generator.frozen import dataclass
from generator.library import APPROVALS_FILE, Clause, Found, Library, Version, read_clause
from generator.reading.head_edit import edit_head, quoted
from generator.workspace import Layer, Workspace

__all__ = [
    "RULES",
    "Address",
    "Change",
    "Edit",
    "Newer",
    "Past",
    "adopt",
    "approve",
    "draft",
    "history",
    "locate",
    "outdated",
    "previous",
    "release",
]

VERSION_EXISTS = Rule(
    "version-exists",
    Severity.ERROR,
    "There is a text under this version already, and it is never replaced.",
    """A version names one text for ever: contracts are signed on it. A new text gets a new number.

**Wrong:** releasing a second, different 1.1.0

**Right:** `agreements clauses new-version exit.cause --update`, change the draft, release it as the next number.""",
)
NOT_A_DRAFT = Rule(
    "not-a-draft",
    Severity.ERROR,
    "Only a working draft can be released.",
    """A draft has a fourth number: `1.2.0-1` is the first working draft of 1.2.0. Releasing it writes the same text
as `1.2.0.md` with its date and digest; the draft stays where it is. A file that you wrote under its final number is
released once: that writes date and digest into its head.

Make a draft: `agreements clauses new-version exit.cause`

Release it: `agreements clauses release exit.cause@1.2.0-1`""",
)
NO_REASON = Rule(
    "no-reason",
    Severity.ERROR,
    "A new version does not say why it exists.",
    """`why_changed` in the head of a clause file is what the history shows beside the version, for the colleague who
reads it in three years and for the counsel of the other side.

**Wrong:** `why_changed:` with nothing after it

**Right:** `why_changed: State law asks for notice within 72 hours since January 2027.`""",
)
NOTHING_CHANGED = Rule(
    "nothing-changed",
    Severity.ERROR,
    "The draft says exactly what the released text says.",
    """A version stands for a change of words. This draft has the same title and text as the version it was copied
from. Change the text first, or delete the draft.""",
)
NOT_YOURS = Rule(
    "not-your-layer",
    Severity.ERROR,
    "The text belongs to a layer that this workspace does not write to.",
    """Only the workspace’s own folder `clauses/` is written to; what came with the program or stands in an added
library stays as it is, so that an upgrade never meets local changes.

To work on such a text, copy it first: `agreements clauses adopt exit.cause`""",
)
ALREADY_YOURS = Rule(
    "already-adopted",
    Severity.ERROR,
    "The workspace has a clause of this name already.",
    """Adopting copies a clause of a lower layer into your own. Yours is there already and hides the other; it is not
replaced. To take over what the lower layer changed since, compare and write a new version of yours:

    agreements clauses outdated
    agreements clauses new-version exit.cause""",
)
ALREADY_APPROVED = Rule(
    "already-approved",
    Severity.ERROR,
    "Somebody has approved exactly this text already.",
    """An approval says who read which words, and when. It is not written over by another one, so that the first one
stays provable. If the text changes, the approval is void and a new one takes its place.

`agreements clauses history exit.cause` shows who approved which version.""",
)
SHIPPED_APPROVAL = Rule(
    "shipped-approval",
    Severity.ERROR,
    "The shipped library carries nobody’s approval.",
    """Whoever gets this library must know that no counsel of theirs has read it, so no approval is written into it.
Approve in a workspace of your own: the approval then stands in its file `clauses/_approvals.yaml`, names the
text by its digest, and an upgrade of the library cannot carry it over to other words.

    agreements init our-agreements
    cd our-agreements
    agreements clauses approve exit.cause --by "R. Lee"
""",
)
EXPLANATION_STALE = Rule(
    "explanation-stale",
    Severity.WARNING,
    "The explanation in plain words was written for another text.",
    """`plain_language` tells a director what a clause commits them to, and names the digest of the text it explains.
The text has changed since. Read both; then mend the explanation, or say that it still holds:

    agreements clauses release exit.cause@1.2.0-1 --explanation-holds
""",
)
NOT_PUBLISHED = Rule(
    "wrong-address",
    Severity.ERROR,
    "A clause is not named in a way that says which text is meant.",
    """A text of the library is named by its clause, and if need be by version and layer:

- `exit.cause` is what documents use now
- `exit.cause@1.0.0` is one version, in the highest layer that has it
- `starter:exit.cause` is what the shipped library says, whatever hides it
- `mine:exit.cause@1.1.0` is one version of your own""",
)
NO_EARLIER = Rule(
    "no-earlier-version",
    Severity.ERROR,
    "There is no earlier text to compare with.",
    """`agreements clauses diff exit.cause` compares the newest text of a clause with the one before. This clause has
only one. Name the two texts yourself, for example yours and the shipped one:

    agreements clauses diff starter:exit.cause mine:exit.cause
""",
)
RULES = (
    NO_EARLIER,
    VERSION_EXISTS,
    NOT_A_DRAFT,
    NO_REASON,
    NOTHING_CHANGED,
    NOT_YOURS,
    ALREADY_YOURS,
    ALREADY_APPROVED,
    SHIPPED_APPROVAL,
    EXPLANATION_STALE,
    NOT_PUBLISHED,
)


class Change(StrEnum):
    """How much of a version must be read: the class of change that its number states."""

    FIRST = "first"
    EDITION = "edition"
    UPDATE = "update"
    CORRECTION = "correction"
    DRAFT = "draft"

    @property
    def advice(self) -> str:
        """What the reader should do."""
        match self:
            case Change.FIRST:
                return "the first text"
            case Change.EDITION:
                return "read it all again"
            case Change.UPDATE:
                return "review the changes"
            case Change.CORRECTION:
                return "a slip was mended"
            case Change.DRAFT:
                return "not released"


def class_of(before: Version | None, this: Version) -> Change:
    """Return the class of change from the version ``before`` to ``this``."""
    if this.draft:
        return Change.DRAFT
    if before is None:
        return Change.FIRST
    if this.edition != before.edition:
        return Change.EDITION
    return Change.UPDATE if this.update != before.update else Change.CORRECTION


# ---------------------------------------------------------------- which text is meant

_ADDRESS = re.compile(r"(?:([^:@]+):)?([^:@]+)(?:@([^:@]+))?\Z")


@dataclass(frozen=True, slots=True)
class Address:
    """``layer:id@version``; layer and version may be left out."""

    id: str
    version: str = ""
    layer: str = ""

    @staticmethod
    def read(text: str) -> Address | None:
        """Return the address that ``text`` writes, or None."""
        found = _ADDRESS.match(text.strip())
        return Address(found[2].strip(), found[3] or "", found[1] or "") if found else None


def locate(library: Library, text: str) -> Checked[Clause]:
    """Return the clause that ``text`` names: ``id``, ``id@version``, ``layer:id`` or ``layer:id@version``.

    Where a layer is named and no version, its newest released text is meant, or its newest draft if nothing
    there is released.
    """
    address = Address.read(text)
    if address is None:
        return Checked(
            None, (NOT_PUBLISHED.at(None, f"“{text}” names no clause.", fix="Write it like exit.cause@1.0.0."),)
        )
    if not address.layer:
        return library.find(address.id, None, address.version)
    view = library.only(address.layer)
    if view is None:
        names = ", ".join(layer.name for layer in library.layers)
        problem = NOT_PUBLISHED.at(None, f"There is no layer “{address.layer}”.", fix=f"Layers are: {names}.")
        return Checked(None, (problem,))
    found = view.find(address.id, None, address.version)
    if found.value is None and not address.version:
        versions = view.versions(address.id)
        if versions:
            return view.find(address.id, None, str(versions[0][1][0].version))
        if library.versions(address.id):
            problem = NOT_PUBLISHED.at(
                None,
                f"The layer “{address.layer}” has no clause {address.id}.",
                fix=f"It is in: {', '.join(layer.name for layer, _ in library.versions(address.id))}.",
            )
            return Checked(None, (problem,))
    return found


def previous(library: Library, clause: Clause) -> Checked[Clause]:
    """Return the released text that ``clause`` follows: of its own layer, or the one it was adopted from."""
    for layer, versions in library.versions(clause.id):
        if layer.name == clause.layer:
            for found in versions:
                if found.version.order < clause.version.order and not found.version.draft:
                    return library.read(found, clause.id)
    origin = based_on(clause)
    for layer, versions in library.versions(clause.id):
        for found in versions:
            if layer.name != clause.layer and origin is not None and found.version == origin[0]:
                return library.read(found, clause.id)
    problem = NO_EARLIER.at(
        clause.span,
        f"{clause.id}@{clause.version} is the first text of this clause.",
        fix=f"Name two texts; agreements clauses history {clause.id} lists them.",
    )
    return Checked(None, (problem,))


# ---------------------------------------------------------------- looking back


@dataclass(frozen=True, slots=True)
class Past:
    """One version in the history of a clause.

    ``digest_state`` is ``fixed`` (released, and still the released words), ``changed`` (released, and no longer
    the released words), ``not fixed`` (released without a digest) or ``open`` (a draft). ``hidden_by`` names the
    layer whose clause of the same name hides this one; ``used`` marks the text that documents use now.
    """

    clause: Clause
    change: Change
    digest_state: str
    hidden_by: str
    used: bool


def history(library: Library, id: str) -> Checked[tuple[Past, ...]]:
    """Return every version of ``id`` of every layer, the highest layer first, the newest version first."""
    layers = library.versions(id)
    if not layers:
        return Checked(None, library.find(id).diagnostics)
    used = library.find(id)
    meant = used.value.span if used.value is not None else None
    problems: list[Diagnostic] = []
    out: list[Past] = []
    for layer, versions in layers:
        for n, found in enumerate(versions):
            checked = library.read(found, id)
            problems += checked.diagnostics
            if checked.value is None:
                continue
            before = next((f.version for f in versions[n + 1 :] if not f.version.draft), None)
            hidden = layers[0][0].name if layer is not layers[0][0] else ""
            clause = checked.value
            if before is None and (origin := based_on(clause)) is not None and origin[0] != found.version:
                before = origin[0]
            out.append(
                Past(clause, class_of(before, found.version), digest_state(clause), hidden, meant == clause.span)
            )
    return Checked(tuple(out), tuple(problems))


def digest_state(clause: Clause) -> str:
    """Return how the words of ``clause`` stand to the digest in its head (see :class:`Past`)."""
    if clause.status == "draft":
        return "open"
    if not clause.fixed_digest:
        return "not fixed"
    return "fixed" if clause.fixed_digest == clause.digest else "changed"


def based_on(clause: Clause) -> tuple[Version, str] | None:
    """Return the version and the digest ("" if not given) of the text that ``clause`` was adopted from."""
    name, _, digest = clause.based_on.partition(" ")
    version = Version.read(name.rpartition("@")[2])
    return (version, digest.strip()) if version is not None else None


# ---------------------------------------------------------------- what a command would write


@dataclass(frozen=True, slots=True)
class Edit:
    """Files to write: (name in the workspace, bytes). ``over`` are those of them that are there and change their
    head; all others must be new. ``clause`` is the text as it will stand, ``source`` the one it comes from."""

    clause: Clause
    files: tuple[tuple[str, bytes], ...]
    over: tuple[str, ...] = ()
    source: Clause | None = None


def draft(workspace: Workspace, library: Library, id: str, change: Change = Change.UPDATE) -> Checked[Edit]:
    """Copy the newest text of ``id`` into a working draft of its next edition, update or correction.

    The draft stands in the workspace's own layer. A clause of a lower layer is adopted on the way, because a
    draft alone would hide the released text from the documents.
    """
    own = workspace.own
    mine = library.only(own.name)
    here = mine.versions(id)[0][1] if mine is not None and mine.versions(id) else ()
    files: list[tuple[str, bytes]] = []
    drafts: list[Found] = []
    if here:
        newest = next((f for f in here if not f.version.draft), None)
        # A clause that was never released has one target: the version of its newest draft.
        target = _next(newest.version, change) if newest is not None else replace(here[0].version, draft=0)
        drafts = [f for f in here if f.version.draft and replace(f.version, draft=0) == target]
        begin = drafts[0] if drafts else newest or here[0]
        checked = library.read(begin, id)
        if checked.value is None:
            return Checked(None, checked.diagnostics)
        source, data = checked.value, begin.path.read_bytes()
    else:
        taken = adopt(workspace, library, id)
        if taken.value is None:
            return Checked(None, taken.diagnostics)
        files += taken.value.files
        source, data = taken.value.clause, taken.value.files[0][1]
        target = _next(source.version, change)
    version = replace(target, draft=max((f.version.draft for f in drafts), default=0) + 1)
    name = _file(own, id, version)
    put = {"version": str(version), "status": "draft"}
    drop: tuple[str, ...] = ("released_on", "digest", "approved")
    if not drafts:  # why the version before it was made is not why this one is
        put["why_changed"] = ""
        drop += ("law_changed",)
    made = edit_head(data, source.span.file, put, drop=drop)
    if made.value is None:
        return Checked(None, made.diagnostics)
    if workspace.exists(name):
        return Checked(None, (VERSION_EXISTS.at(Span(name), f"{id}@{version} is there already."),))
    files.append((name, made.value))
    clause = read_clause(made.value, name, own.name, id, version)
    if clause.value is None:
        return Checked(None, clause.diagnostics)
    return Checked(Edit(clause.value, tuple(files), source=source))


def _next(version: Version, change: Change) -> Version:
    match change:
        case Change.EDITION:
            return Version(version.edition + 1, 0, 0)
        case Change.CORRECTION:
            return Version(version.edition, version.update, version.correction + 1)
        case _:
            return Version(version.edition, version.update + 1, 0)


def release(
    workspace: Workspace, library: Library, text: str, *, on: dt.date, explanation_holds: bool = False
) -> Checked[Edit]:
    """Turn the draft ``text`` (``id@1.1.0-1``, its file, or an ``id`` whose draft waits) into released text.

    The version is that of the draft without its suffix. The new file has the draft's text; its head gets version,
    status, ``released_on`` and ``digest``, and a fresh digest for an explanation that was rewritten with the text. An
    approval of exactly this text stays. A file that has its final number already, written by hand, gets what it lacks
    in place, once.
    """
    named = _named(workspace, text)
    if "@" not in named and (waiting := _waiting(workspace, library, named)):
        named = waiting
    found = locate(library, named)
    clause = found.value
    if clause is None:
        return Checked(None, found.diagnostics)
    by_hand = not clause.version.draft
    if by_hand and (clause.fixed_digest or clause.status == "withdrawn"):
        what = "is released already" if clause.status == "released" else f"is {clause.status}"
        fix = f"Make a draft: agreements clauses new-version {clause.id}"
        return Checked(None, (NOT_A_DRAFT.at(clause.span, f"{clause.id}@{clause.version} {what}.", fix=fix),))
    own = workspace.own
    if clause.layer != own.name:
        return Checked(None, (_not_yours(clause),))
    problems = list(found.diagnostics)
    version = replace(clause.version, draft=0)
    name, here = _file(own, clause.id, version), _file(own, clause.id, clause.version)
    mine = library.only(own.name)
    others = mine.versions(clause.id)[0][1] if mine is not None and mine.versions(clause.id) else ()
    if not by_hand and any(f.version == version for f in others):
        problems.append(
            VERSION_EXISTS.at(
                clause.span,
                f"{clause.id}@{version} is released already.",
                fix=f"Make a draft of the next version: agreements clauses new-version {clause.id}",
                others=(Related(Span(name), "the released text"),),
            )
        )
    earlier = (f for f in others if not f.version.draft and f.version.order < version.order)
    before = next((c for f in earlier if (c := library.read(f, clause.id).value) is not None), None)
    if before is not None and before.digest == clause.digest and before.satisfies == clause.satisfies:
        problems.append(
            NOTHING_CHANGED.at(clause.span, f"The draft says what {clause.id}@{before.version} says, word for word.")
        )
    if not clause.why_changed.strip():
        problems.append(
            NO_REASON.at(
                clause.span,
                f"{clause.id}@{clause.version} does not say why it exists.",
                fix="Write one sentence after why_changed: in the head of the file.",
            )
        )
    data = workspace.read(here) or b""
    template = library.template(clause)
    problems += template.diagnostics
    if template.value is not None:
        problems += _words(library, clause)
    if errors_in(problems):
        return Checked(None, tuple(dict.fromkeys(problems)))
    day = clause.released_on or on.isoformat()
    put = {"version": str(version), "status": "released", "released_on": day, "digest": clause.digest}
    rewritten = before is None or clause.plain_language != before.plain_language
    if clause.plain_language and clause.explained_digest and not clause.plain_language_fresh:
        if rewritten or explanation_holds or clause.explained_digest == "pending":
            put["plain_language.digest"] = clause.digest
        else:
            problems.append(
                EXPLANATION_STALE.at(
                    clause.span,
                    f"The explanation of {clause.id} was written for another text than {version}.",
                    fix="Read it again: mend it, or add --explanation-holds.",
                )
            )
    drop = () if clause.approval is not None and clause.approval.holds else ("approved",)
    made = edit_head(data, here, put, drop=drop)
    if made.value is None:
        return Checked(None, made.diagnostics)
    result = read_clause(made.value, name, own.name, clause.id, version)
    if result.value is None or errors_in(result.diagnostics):
        return Checked(None, result.diagnostics)
    over = (name,) if by_hand else ()
    return Checked(Edit(result.value, ((name, made.value),), over, source=clause), tuple(problems))


def _waiting(workspace: Workspace, library: Library, id: str) -> str:
    """Return the newest draft of a clause in one's own layer that is not released yet, as ``id@version`` or ""."""
    mine = library.only(workspace.own.name)
    versions = mine.versions(id) if mine is not None and "/" not in id and ":" not in id else ()
    files = versions[0][1] if versions else ()
    there = {found.version for found in files}
    drafts = [f.version for f in files if f.version.draft and replace(f.version, draft=0) not in there]
    return f"{id}@{max(drafts, key=lambda version: version.order)}" if drafts else ""


def _words(library: Library, clause: Clause) -> Iterator[Diagnostic]:
    """Yield what is wrong with the text of ``clause`` in any branch: names, choices, layout."""
    from generator.reading.grammar import check_names, expand_every_branch
    from generator.reading.markdown import parse_markdown

    template = library.template(clause).value
    dictionary = library.dictionary().value
    if template is None:
        return
    if dictionary is not None:
        yield from check_names(template, dictionary.info, dictionary.suggest)
    expanded = expand_every_branch(template)
    yield from expanded.diagnostics
    yield from parse_markdown(expanded.markdown, template.file, expanded.line_map).diagnostics


def _named(workspace: Workspace, text: str) -> str:
    """Return ``layer:id@version`` for the name of a clause file of the own layer; otherwise ``text``."""
    parts = text.replace("\\", "/").split("/")
    if len(parts) >= 3 and parts[-1].endswith(".md"):
        return f"{workspace.own.name}:{'.'.join(parts[-3:-1])}@{parts[-1][:-3]}"
    return text


def _not_yours(clause: Clause) -> Diagnostic:
    return NOT_YOURS.at(
        clause.span,
        f"{clause.id}@{clause.version} belongs to the layer “{clause.layer}”.",
        fix=f"Copy it into yours first: agreements clauses adopt {clause.id}",
    )


def _file(own: Layer, id: str, version: Version) -> str:
    return f"{own.shown}{id.replace('.', '/')}/{version}.md"


# ---------------------------------------------------------------- approving


def approve(workspace: Workspace, library: Library, text: str, *, by: str, on: dt.date) -> Checked[Edit]:
    """Write down that ``by`` approved exactly the text ``text`` names (``id`` or ``id@version``).

    In a text of the own layer the approval stands in its head; for a text of another layer it stands in the
    workspace's ``clauses/_approvals.yaml``. Either names the digest of the words, so one changed word voids it.
    """
    found = locate(library, text)
    clause = found.value
    if clause is None:
        return Checked(None, found.diagnostics)
    own = workspace.own
    if own.name == "starter":
        fix = "Work in a folder of your own: agreements init NAME"
        problem = SHIPPED_APPROVAL.at(clause.span, "Approvals are not written into the shipped library.", fix=fix)
        return Checked(None, (problem,))
    held = clause.approval
    if held is not None and held.holds:
        says = f"{held.by} approved exactly this text of {clause.id}@{clause.version} on {held.on}."
        return Checked(None, (ALREADY_APPROVED.at(clause.span, says, fix="Nothing is to be done."),))
    approval = f"{{by: {quoted(by)}, on: {on.isoformat()}, digest: {quoted(clause.digest)}}}"
    if clause.layer == own.name:
        name = _file(own, clause.id, clause.version)
        made = edit_head(workspace.read(name) or b"", name, {"approved": approval})
        if made.value is None:
            return Checked(None, made.diagnostics)
        after = read_clause(made.value, name, own.name, clause.id, clause.version)
        approved_now = after.value is not None and after.value.approval is not None and after.value.approval.holds
        if after.value is None or not approved_now or errors_in(after.diagnostics):
            return Checked(None, after.diagnostics)
        return Checked(Edit(after.value, ((name, made.value),), (name,), source=clause))
    problems = library.approvals().diagnostics
    if errors_in(problems):
        return Checked(None, problems)
    name = own.shown + APPROVALS_FILE
    before = workspace.read(name)
    data = before if before is not None else _APPROVALS_HEAD.encode()
    if data and not data.endswith(b"\n"):
        data += b"\n"
    entry = (
        f"- {{id: {clause.id}, version: {clause.version}, by: {quoted(by)}, on: {on.isoformat()}, "
        f"digest: {quoted(clause.digest)}}}\n"
    )
    approved = replace(clause, approval=clause.approved_by(by, on.isoformat()))
    over = (name,) if before is not None else ()
    return Checked(Edit(approved, ((name, data + entry.encode()),), over, source=clause))


_APPROVALS_HEAD = """# Texts of other layers that your counsel has approved. One changed word voids an approval.
# Written by: agreements clauses approve CLAUSE@VERSION --by NAME
"""


# ---------------------------------------------------------------- adopting


def adopt(workspace: Workspace, library: Library, text: str) -> Checked[Edit]:
    """Copy a clause of another layer (``id`` or ``id@version``) into the workspace's own.

    The copy keeps number and words, and says in ``based_on`` from which text it comes.
    """
    own = workspace.own
    address = Address.read(text) or Address(text)
    mine = library.only(own.name)
    if mine is not None and mine.versions(address.id):
        there = mine.versions(address.id)[0][1][0]
        return Checked(
            None,
            (
                ALREADY_YOURS.at(
                    Span(there.shown),
                    f"The workspace has {address.id} already, as {there.version}.",
                    fix=f"Make a new version of it: agreements clauses new-version {address.id}",
                ),
            ),
        )
    found = locate(library, text)
    clause = found.value
    if clause is None:
        return Checked(None, found.diagnostics)
    source = next(
        f
        for layer, versions in library.versions(clause.id)
        if layer.name == clause.layer
        for f in versions
        if f.version == clause.version
    )
    put = {"based_on": quoted(f"{clause.id}@{clause.version} {clause.digest}")}
    if clause.status == "released":
        put["digest"] = clause.digest
    drop = () if clause.approval is None or clause.approval.holds else ("approved",)
    made = edit_head(source.path.read_bytes(), clause.span.file, put, drop=drop)
    if made.value is None:
        return Checked(None, made.diagnostics)
    name = _file(own, clause.id, clause.version)
    copy = read_clause(made.value, name, own.name, clause.id, clause.version)
    if copy.value is None:
        return Checked(None, copy.diagnostics)
    return Checked(Edit(copy.value, ((name, made.value),), source=clause))


# ---------------------------------------------------------------- what is newer below


@dataclass(frozen=True, slots=True)
class Newer:
    """A clause of the own layer that hides something the layer below has and it has not.

    ``why`` is one of ``changed since adopted``, ``adopted text was edited below``, ``hides a shipped clause``.
    ``versions`` are the versions below that came since, newest first.
    """

    mine: Clause
    theirs: Clause
    why: str
    based_on: str
    versions: tuple[Past, ...]


def outdated(workspace: Workspace, library: Library) -> Checked[tuple[Newer, ...]]:
    """Return the clauses of the own layer under which a lower layer has text that they do not take account of."""
    own = workspace.own
    mine = library.only(own.name)
    out: list[Newer] = []
    problems: list[Diagnostic] = []
    for id in mine.ids() if mine is not None else ():
        layers = library.versions(id)
        lower = [(layer, vs) for layer, vs in layers if layer.name != own.name]
        ours = locate(library, f"{own.name}:{id}")
        problems += ours.diagnostics
        if not lower or ours.value is None:
            continue
        theirs = locate(library, f"{lower[0][0].name}:{id}")
        past = history(library, id).value or ()
        if theirs.value is None:
            problems += theirs.diagnostics
            continue
        origin = based_on(ours.value)
        below = [p for p in past if p.clause.layer == theirs.value.layer and p.change is not Change.DRAFT]
        if origin is None:
            if theirs.value.digest != ours.value.digest:
                out.append(Newer(ours.value, theirs.value, "hides a shipped clause", "", tuple(below[:1])))
            continue
        version, digest = origin
        since = tuple(p for p in below if p.clause.version.order > version.order)
        if since:
            out.append(Newer(ours.value, theirs.value, "changed since adopted", str(version), since))
            continue
        adopted = next((p.clause for p in below if p.clause.version == version), None)
        if adopted is not None and digest and adopted.digest != digest:
            why = "adopted text was edited below"
            out.append(Newer(ours.value, adopted, why, str(version), ()))
    return Checked(tuple(out), tuple(problems))
