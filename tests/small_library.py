"""A library small enough to read in a test: a few clauses, one document type, a short dictionary."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from generator.assembly import assemble
from generator.diagnostics import Checked, Diagnostic, Severity
from generator.library import Library
from generator.model import Agreement, Status
from generator.profile import read_profile
from generator.workspace import Layer
from generator.writers.text import write_text

FIELDS = """
records:
  party:
    fields:
      legal_name: {kind: text, label: legal name, question: What is the exact name?, why: It signs., who: [cbo], example: Aid Inc.}
      dba: {kind: text, label: trade name, question: Any other name?, who: [cbo], example: Aid, optional: yes}
      short_name: {kind: text, label: short name, question: What to call it?, who: [cbo], example: Aid}
      signer:
        kind: record
        label: signer
        question: Who signs?
        fields:
          name: {kind: text, label: signer, question: Who signs?, who: [cbo], example: Jo Ray}
          title: {kind: text, label: title of the signer, question: Which title?, who: [cbo], example: Director}
fields:
  agreement.name: {kind: text, label: partnership name, question: What do you call it?, who: [cbo], example: Safe Homes}
  agreement.number: {kind: text, label: number, question: Which number?, who: [cbo], example: 7, optional: yes}
  agreement.provider: {kind: party_choice, label: who provides, question: Who gives the services?, who: [cbo], example: cbo, options: {cbo: The CBO, hco: The HCO}}
  cbo: {kind: record, record: party, label: the community organization, question: Who?}
  hco: {kind: record, record: party, label: the health organization, question: Who?}
  provider: {kind: record, record: party, same_as: agreement.provider, label: the provider, question: Who?}
  notice: {kind: duration, label: notice period, question: How much notice?, why: A surprise ends care., who: [jointly], example: 30 days}
  pilot: {kind: yes_no, label: pilot phase, question: Is it a pilot?, who: [jointly], example: yes}
  model: {kind: choice, label: payment model, question: How is it paid?, who: [hco], example: fee, options: {fee: fee for service, none: no payment}}
  colour: {kind: text, label: colour, question: Which colour?, who: [cbo], example: red, optional: yes}
  services:
    kind: list
    label: services
    question: Which services?
    who: [cbo]
    example: "[{name: meals, unit: meal}]"
    fields:
      name: {kind: text, label: service, question: Which service?, example: meals}
      unit: {kind: text, label: unit, question: Which unit?, example: meal}
"""  # noqa: E501  one field a line reads best

PROFILE = """
agreement: {name: Safe Homes, provider: cbo}
cbo: {legal_name: "Aid, Inc.", short_name: Aid, signer: {name: Jo Ray, title: Director}}
hco: {legal_name: Lake Hospital, short_name: Lake, signer: {name: Al Roe, title: President}}
notice: 30 days
pilot: yes
model: fee
services:
  - {name: meals, unit: meal}
  - {name: rides, unit: trip}
"""

DOCUMENT = "id: doc\ntitle: Agreement\nparties: [hco, provider]\nsignatures: [hco, provider]\n"


@dataclass(frozen=True)
class Small:
    """What came of it."""

    checked: Checked[Agreement]

    @property
    def agreement(self) -> Agreement:
        assert self.checked.value is not None, self.checked.diagnostics
        return self.checked.value

    @property
    def text(self) -> str:
        """The document in plain text."""
        return write_text(self.agreement).decode()

    @property
    def rules(self) -> list[str]:
        """The rules of all problems that are not open items."""
        return [d.rule for d in self.problems if d.severity is not Severity.OPEN]

    @property
    def problems(self) -> tuple[Diagnostic, ...]:
        return self.checked.diagnostics

    @property
    def open(self) -> list[str]:
        """The fields that are open."""
        return [i.field for i in self.agreement.open_items]


def small(
    folder: Path,
    clauses: Mapping[str, str],
    outline: str,
    *,
    profile: str = PROFILE,
    document: str = DOCUMENT,
    heads: Mapping[str, str] | None = None,
    status: Status = Status.DRAFT,
) -> Small:
    """Assemble ``outline`` (YAML after ``outline:``) of ``clauses`` (id -> body) over ``profile``."""
    top = folder / "lib"
    (top / "_documents").mkdir(parents=True)
    (top / "_fields.yaml").write_text(FIELDS)
    (top / "_documents/doc.yaml").write_text(f"{document}outline:\n{outline}")
    for id, body in clauses.items():
        path = top / id.replace(".", "/") / "1.0.0.md"
        path.parent.mkdir(parents=True)
        title = id.split(".")[-1].replace("_", " ").title()
        head = (heads or {}).get(id, "")
        path.write_text(f"---\nid: {id}\nversion: 1.0.0\ntitle: {title}\nstatus: released\n{head}---\n{body}\n")
    library = Library((Layer("starter", top, "lib/"),))
    dictionary = library.dictionary()
    assert dictionary.value is not None, dictionary.diagnostics
    assert not dictionary.diagnostics, dictionary.diagnostics
    read = read_profile({"p.yaml": profile.encode()}.get, "p.yaml", dictionary.value)
    assert read.value is not None, read.diagnostics
    kind = library.document_type("doc")
    assert kind.value is not None, kind.diagnostics
    made = assemble(
        kind.value, library, dictionary.value, read.value,
        documents=("doc",), status=status, date=dt.date(2026, 11, 23), requirements=library.requirements().value or (),
    )  # fmt: skip
    return Small(Checked(made.value, (*read.diagnostics, *kind.diagnostics, *made.diagnostics)))
