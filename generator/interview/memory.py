"""Documents assembled again and again over answers that come one by one: only what changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from generator.assembly import assemble
from generator.diagnostics import Checked
from generator.fields import Dictionary
from generator.frozen import dataclass
from generator.library import DocumentType
from generator.model import Agreement
from generator.profile import Profile, Watched

__all__ = ["Memory"]

_BRINGS_MORE: Final = ("list", "several", "party_choice", "record")  # an answer may bring up other questions


class _WatchedSet(dict[str, Agreement]):
    """The companions of a document; ``seen`` are those it looked into."""

    def __init__(self, companions: Mapping[str, Agreement]) -> None:
        super().__init__(companions)
        self.seen: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:
        self.seen.add(name)
        return super().get(name, default)


def _looked_up(profile: Profile, name: str) -> object:
    if name.endswith(".*"):
        return Profile.has_any(profile, name[:-2])
    return Profile.given(profile, name)


@dataclass(slots=True)
class _Made:
    documents: tuple[str, ...]
    seen: dict[str, object]  # what was looked up, and what was found
    printed: frozenset[str]  # open names that are printed and nothing else: any answer leaves all others as they are
    companions: dict[str, Agreement | None]
    checked: Checked[Agreement]


class Memory:
    """Assembles documents, each again only when an answer came that can change which questions it has.

    An open item that was answered since may still be among those of the Agreement.
    """

    def __init__(self) -> None:
        self._made: dict[str, _Made] = {}

    def assemble(
        self,
        document: DocumentType,
        library: Any,
        dictionary: Dictionary,
        profile: Profile,
        *,
        documents: tuple[str, ...],
        companions: Mapping[str, Agreement] | None = None,
        **more: Any,
    ) -> Checked[Agreement]:
        """Return what :func:`generator.assembly.assemble` gives, or gave as long as nothing else would be open."""
        others = companions or {}
        before = self._made.get(document.id)
        if (
            before is not None
            and before.documents == documents
            and all(others.get(name) is found for name, found in before.companions.items())
            and all(self._is_same(profile, before, name) for name in before.seen)
        ):
            return before.checked
        watched, around = Watched.of(profile), _WatchedSet(others)
        checked = assemble(
            document, library, dictionary, watched,
            documents=documents, companions=around, only_questions=True, **more,
        )  # fmt: skip
        seen = {name: _looked_up(profile, name) for name in watched.seen}
        items = checked.value.open_items if checked.value is not None else ()
        printed = frozenset(
            i.field for i in items
            if not i.decides and (f := dictionary.find(i.field)) is not None and f.kind not in _BRINGS_MORE
        )  # fmt: skip
        self._made[document.id] = _Made(documents, seen, printed, {n: others.get(n) for n in around.seen}, checked)
        return checked

    @staticmethod
    def _is_same(profile: Profile, made: _Made, name: str) -> bool:
        found = _looked_up(profile, name)
        return found == made.seen[name] or (found is not None and name in made.printed)

    def looked_at(self, agreements: Sequence[Agreement]) -> Iterator[str]:
        """Yield every name that was looked up for ``agreements``."""
        for agreement in agreements:
            made = self._made.get(agreement.document_type)
            if made is not None:
                yield from made.seen
