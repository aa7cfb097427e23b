"""A hub small enough to read in a test: a short dictionary, one document, a profile that leaves the member open."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl

from generator.roster import Preflight, Roster, read_roster
from generator.roster.preflight import preflight
from generator.workspace import Layer, Workspace

FIELDS = """
records:
  party:
    fields:
      legal_name: {kind: text, label: "legal name of {party}", question: What is the exact name?, why: It signs., who: [cbo], example: Aid Inc.}
      short_name: {kind: text, label: "short name of {party}", question: What to call it?, who: [cbo], example: Aid}
      entity_type: {kind: choice, label: "legal form of {party}", question: Which form?, who: [cbo], example: corp, options: {corp: Nonprofit corporation, town: "County, city or town"}}
      zip: {kind: zip, label: "ZIP code of {party}", question: Which ZIP code?, who: [cbo], example: '"02134"'}
      ein: {kind: ein, label: "EIN of {party}", question: Which EIN?, who: [cbo], example: 61-1234567, sensitive: yes, optional: yes}
      limits: {kind: text, label: "legal limits of {party}", question: Which limits?, who: [cbo], example: none known}
      signer:
        kind: record
        label: signer
        question: Who signs?
        fields:
          name: {kind: text, label: "signer of {party}", question: Who signs?, who: [cbo], example: Jo Ray}
          title: {kind: text, label: "title of the signer of {party}", question: Which?, who: [cbo], example: Director}
          authority: {kind: text, label: "authority of the signer of {party}", question: Which?, who: [cbo], example: x, optional: yes}
          email: {kind: email, label: "e-mail of the signer of {party}", question: Where?, who: [cbo], example: jo@aid.example, optional: yes}
fields:
  agreement.name: {kind: text, label: partnership name, question: What do you call it?, who: [cbo], example: Safe Homes}
  agreement.number: {kind: text, label: number, question: Which number?, who: [cbo], example: 7, optional: yes}
  agreement.documents: {kind: several, label: documents, question: Which?, who: [cbo], example: "[doc]", optional: yes, options: {doc: Agreement}}
  agreement.provider: {kind: party_choice, label: who provides, question: Who gives the services?, who: [cbo], example: cbo}
  cbo: {kind: record, record: party, label: the community organization, question: Who?, words: {party: the CBO, who: cbo}}
  hco: {kind: record, record: party, label: the health organization, question: Who?, words: {party: the hub, who: hco}}
  provider: {kind: record, record: party, same_as: agreement.provider, label: the provider, question: Who?, words: {party: the provider, who: cbo}}
  start: {kind: date, label: start, question: When does it start?, who: [jointly], example: 2027-01-15}
  fee: {kind: money, label: fee, question: What is paid?, who: [jointly], example: 1200.00}
  share: {kind: percent, label: share, question: How much of it?, who: [jointly], example: 5%, of: the fee}
  notice: {kind: duration, label: notice period, question: How much notice?, who: [jointly], example: 30 days}
  topics: {kind: list, label: topics, question: Which topics?, who: [cbo], example: "[food, rent]", each: {kind: text}}
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

HUB = """
agreement: {name: Safe Homes, provider: cbo}
hco: {legal_name: "Lake Hub, Inc.", short_name: Lake, entity_type: corp, zip: "40202",
  signer: {name: Al Roe, title: Head, authority: bylaws}}
notice: 30 days
"""

BODY = """{{ provider.legal_name }} ({{ provider.short_name }}), {{ provider.zip }}, signed by
{{ provider.signer.name }}. It starts on {{ start }}, pays {{ fee }} or {{ share }}, with {{ notice }} notice.
Topics: {{ topics }}.
{% if provider.entity_type == "town" %}Its limits: {{ provider.limits }}.{% endif %}
{% for s in services %}It gives {{ s.name }}.{% endfor %}"""

# What one sound row answers.
ROW: dict[str, Any] = {
    "cbo.legal_name": "Hope House, Inc.", "cbo.short_name": "Hope", "cbo.entity_type": "Nonprofit corporation",
    "cbo.zip": "02134", "cbo.signer.name": "Jo Ray", "cbo.signer.title": "Director",
    "cbo.signer.authority": "bylaws", "start": "2027-01-15", "fee": "1200", "share": "5%",
    "topics": "food\nrent", "services.1.name": "meals", "services.1.unit": "meal",
}  # fmt: skip


class Hub:
    """A folder with a library, hub.yaml and whatever a test puts beside it."""

    def __init__(self, folder: Path, hub: str = HUB) -> None:
        lib = folder / "lib"
        if not lib.exists():
            (lib / "_documents").mkdir(parents=True)
            (lib / "_fields.yaml").write_text(FIELDS)
            document = "id: doc\ntitle: Agreement\nparties: [hco, provider]\nsignatures: [hco, provider]\n"
            (lib / "_documents/doc.yaml").write_text(f"{document}outline:\n  - heading: All\n    clauses: [a.all]\n")
            (lib / "a/all").mkdir(parents=True)
            head = "id: a.all\nversion: 1.0.0\ntitle: All\nstatus: released\n"
            (lib / "a/all/1.0.0.md").write_text(f"---\n{head}---\n{BODY}\n")
        (folder / "hub.yaml").write_text(hub)
        self.folder = folder
        self.workspace = Workspace(folder, (Layer("starter", lib, "lib/"),), folder / "out", dt.date(2026, 11, 23))

    def roster(self, data: bytes, name: str = "members.xlsx") -> Roster:
        """Write ``data`` and read it as a roster; fail where it cannot be read at all."""
        (self.folder / name).write_bytes(data)
        read = read_roster(self.workspace, name, profile="hub.yaml", documents=("doc",))
        assert read.value is not None, [d.message for d in read.diagnostics]
        return read.value

    def refused(self, data: bytes, name: str = "members.xlsx") -> list[str]:
        """Write ``data``, which cannot be read, and return the rules that say why."""
        (self.folder / name).write_bytes(data)
        read = read_roster(self.workspace, name, profile="hub.yaml", documents=("doc",))
        assert read.value is None
        return [d.rule for d in read.diagnostics]

    def checked(self, data: bytes, name: str = "members.xlsx") -> Preflight:
        """Write ``data``, read and check it."""
        return preflight(self.workspace, self.roster(data, name), ("doc",))


def cells(*rows: dict[str, Any]) -> list[list[Any]]:
    """Return rows of cells under a row of names."""
    names = list(dict.fromkeys(n for row in rows for n in row))
    return [names, *([row.get(n) for n in names] for row in rows)]


def book(lines: Sequence[Sequence[Any]], change: Any = None, title: str = "Members") -> bytes:
    """Return a workbook with ``lines``, written by a library that is not ours; ``change`` gets the workbook."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = title
    for line in lines:
        sheet.append(list(line))
    if change is not None:
        change(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def told(report: Preflight) -> list[str]:
    """Return what stops the rows: place and rule."""
    return [f"{d.span} {d.rule}" for r in report.rows for d in r.problems if d.severity in ("error", "open")]
