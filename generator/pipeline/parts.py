"""What every public function begins with: the library, its dictionary and requirements, a profile, the day."""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from generator.diagnostics import Checked, Diagnostic, Rule, Severity, Span
from generator.fields import UNKNOWN, Dictionary
from generator.frozen import dataclass
from generator.workspace import Workspace

if TYPE_CHECKING:
    from generator.assembly.facts import Facts
    from generator.library import DocumentType, Library, Requirement
    from generator.profile import Profile

__all__ = [
    "NO_SUCH_FILE",
    "Parts",
    "RULES",
    "UNKNOWN_NAME",
    "WRONG_FILE",
    "date_of",
    "document_ids",
    "facts_of",
    "learn_conditions",
    "named_documents",
    "read_given_profile",
    "read_parts",
    "wanted_documents",
]

NO_SUCH_FILE = Rule(
    "no-such-file",
    Severity.ERROR,
    "A file that is named is not there.",
    """The name is taken from the folder you are in. Check its spelling and its ending (`.yaml`), or give the whole
path.""",
)


WRONG_FILE = Rule(
    "wrong-file",
    Severity.ERROR,
    "The file is of a kind that this command does not take.",
    """`agreements make` takes profiles (`.yaml`). `agreements check` takes profiles, clause files (`.md`), document
types, requirement files and the data dictionary (`.yaml` in a library), Word frames (`.docx`), and folders of
these.""",
)


UNKNOWN_NAME = Rule(
    "unknown-name",
    Severity.ERROR,
    "The name is not a rule, a field or a clause.",
    """`agreements explain` takes the name of a rule (as printed with a problem), of a field (`baa.breach_notice`), of
a clause (`hipaa.safeguards`) or of a document type (`baa`).""",
)


RULES = (NO_SUCH_FILE, WRONG_FILE, UNKNOWN_NAME)


@dataclass(frozen=True, slots=True)
class Parts:
    """What the layers of a workspace hold together; ``problems`` are of what could not be read of it."""

    library: Library
    dictionary: Dictionary
    requirements: tuple[Requirement, ...]
    problems: tuple[Diagnostic, ...]

    def demanded_of(self, document: DocumentType | None) -> list[Requirement]:
        """Return the requirements that such an agreement has to satisfy; none where its type is not known."""
        return [r for r in self.requirements if document is not None and document.asks_for(r.id)]


def read_parts(workspace: Workspace) -> Parts:
    """Return what the layers of ``workspace`` hold; clauses and document types are read when they are asked for."""
    from generator.library import Library
    from generator.settings import SETTINGS_FILE, read_settings

    settings = read_settings(workspace.read(SETTINGS_FILE))
    demanded = settings.value is not None and settings.value.require_approval
    library = Library(workspace.layers, workspace.cache, demanded)
    dictionary = library.dictionary()
    requirements = library.requirements()
    approvals = library.approvals()
    problems = (
        *settings.diagnostics, *dictionary.diagnostics, *requirements.diagnostics, *approvals.diagnostics,
    )  # fmt: skip
    return Parts(library, dictionary.value or Dictionary(()), requirements.value or (), problems)


def document_ids(workspace: Workspace) -> tuple[tuple[str, str, str], ...]:
    """Return (id, title, when it is needed) of every document type."""
    from generator.library import Library

    library = Library(workspace.layers, workspace.cache)
    out = []
    for id in library.document_ids():
        document = library.document_type(id).value
        if document is not None:
            out.append((id, document.title, document.when))
    return tuple(out)


def read_given_profile(workspace: Workspace, file: str, dictionary: Dictionary) -> Checked[Profile]:
    """Return the profile that somebody named on the command line; one that is not there is told by name."""
    from generator.profile import read_profile

    if workspace.read(file) is None:
        what = "is a folder" if workspace.is_folder(file) else "is not there"
        problem = NO_SUCH_FILE.at(Span(file), f"“{file}” {what}.", fix="Name a profile, such as profiles/sample.yaml.")
        return Checked(None, (problem,))
    return read_profile(workspace.read, file, dictionary)


def date_of(profile: Profile, workspace: Workspace) -> dt.date:
    """The day a document is made: the profile's own, else the workspace's today."""
    given = profile.given("agreement.prepared_on")
    return given.value if given is not None and isinstance(given.value, dt.date) else workspace.today


def named_documents(profile: Profile) -> tuple[str, ...]:
    """Return the documents that the profile itself names."""
    given = profile.given("agreement.documents")
    if given is None or not isinstance(given.value, tuple) or UNKNOWN in given.value:
        return ()
    return tuple(str(v) for v in given.value)


def wanted_documents(
    profile: Profile, dictionary: Dictionary, documents: Sequence[str]
) -> tuple[tuple[str, ...], tuple[Diagnostic, ...]]:
    """Return the documents to make: those asked for, else those the profile names."""
    if documents:
        return tuple(dict.fromkeys(documents)), ()
    named = named_documents(profile)
    if named:
        return named, ()
    field = dictionary.find("agreement.documents")
    from generator.assembly import OPEN_ITEM

    problem = OPEN_ITEM.at(
        profile.place_for("agreement.documents"),
        "The profile does not say which documents to make. " + (field.question if field else ""),
        fix="Write: agreement.documents: [mou, svc, sow, baa, bac] (those you need), or use --documents.",
        field="agreement.documents",
    )
    return (), (problem,)


def learn_conditions(parts: Parts) -> None:
    """Let the decisions have their conditions from the cache, where there is one; once is enough."""
    from generator.decisions import CONDITIONS_FILE, conditions, is_learned, learn

    texts = conditions()
    if not is_learned(texts):
        learn(parts.library.conditions(texts, CONDITIONS_FILE))


def facts_of(parts: Parts, profile: Profile, documents: tuple[str, ...]) -> Facts:
    """Return the facts of ``profile`` outside any document; those asked for last are kept, for a set asks again.

    Outside a document, nothing that is worked out or decided hangs on which ``documents`` there are: asked for with
    others, the facts of the same profile take that over.
    """
    from generator.assembly.facts import outside

    for facts in _LAST:
        if facts.profile is profile and facts.dictionary.base is parts.dictionary.base:
            if facts.documents != documents:
                _LAST.append(replace(facts, documents=documents))
            return _LAST[-1]
    made = outside(profile, parts.dictionary, documents)
    _LAST.append(made)
    return made


_LAST: deque[Facts] = deque(maxlen=1)
