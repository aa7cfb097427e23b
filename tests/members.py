"""Members of a hub for tests and benchmarks: the profile all share, and a roster of any number, no two alike.

Every value that is a member's own holds a word that no other member's does, so that a leak shows.
"""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

# What the roster asks for; everything else is the same for all and stands in network.yaml.
COLUMNS = (
    "agreement.number", "cbo.legal_name", "cbo.short_name", "cbo.entity_type", "cbo.address.street", "cbo.address.city",
    "cbo.address.zip", "cbo.ein", "cbo.annual_revenue", "cbo.signer.name", "cbo.signer.title", "cbo.signer.email",
    "cbo.contacts.program.name", "cbo.contacts.program.phone", "cbo.contacts.program.email",
    "cbo.contacts.privacy.name", "cbo.contacts.privacy.email", "pay.total_cap", "capacity.cap", "baa.deid",
)  # fmt: skip
_FIRST = ("Open", "Good", "Bright", "North", "Common", "Harbor", "River", "Hill", "Green", "New")
_LAST = ("Table", "Door", "Bridge", "Harvest", "House", "Path", "Kitchen", "Circle", "Lantern", "Garden")
_LETTERS = "bcdfghjklmnprstvwz"


def word(n: int, salt: str = "") -> str:
    """Return a word that stands for ``n`` alone, pronounceable and found in no contract."""
    chance = random.Random(f"{n}{salt}")
    code = "".join(_LETTERS[n // 18**k % 18] + chance.choice("aeiou") for k in range(3))
    return "Q" + code + chance.choice(_LETTERS)


def member(n: int) -> dict[str, str]:
    """Return the row of member ``n``: always the same for the same number."""
    chance = random.Random(n)
    mark = word(n)
    name = f"{_FIRST[n % 10]} {_LAST[n // 10 % 10]} {mark}"
    domain = f"{mark.lower()}.example"
    signer = f"{word(n, 'signer')} Rivera"
    program, privacy = f"{word(n, 'program')} Chen", f"{word(n, 'privacy')} Osei"
    return {
        "agreement.number": f"WR-2027-{n:04}",
        "cbo.legal_name": f"{name}, Inc.",
        "cbo.short_name": name,
        "cbo.entity_type": "nonprofit_corp",
        "cbo.address.street": f"{100 + n} {word(n, 'street')} Avenue",
        "cbo.address.city": chance.choice(("Indianapolis", "Speedway", "Lawrence", "Beech Grove")),
        "cbo.address.zip": f"0{1000 + n % 9000}",
        "cbo.ein": f"{10 + n % 80}-{7000000 + n}",
        "cbo.annual_revenue": f"{200000 + 100 * n}.00",
        "cbo.signer.name": signer,
        "cbo.signer.title": "Executive Director",
        "cbo.signer.email": f"director@{domain}",
        "cbo.contacts.program.name": program,
        "cbo.contacts.program.phone": f"(317) 555-{1000 + n % 9000}",
        "cbo.contacts.program.email": f"program@{domain}",
        "cbo.contacts.privacy.name": privacy,
        "cbo.contacts.privacy.email": f"privacy@{domain}",
        "pay.total_cap": f"{100000 + 13 * n}.00",
        "capacity.cap": str(20 + n % 7),
        "baa.deid": "yes",
    }


def table(rows: list[dict[str, str]]) -> bytes:
    """Return ``rows`` as CSV (UTF-8) under the names of the fields."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(dict.fromkeys((*COLUMNS, *(name for row in rows for name in row)))))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def network(folder: Path) -> None:
    """Write hub.yaml and network.yaml, what a hub agrees with each of its members."""
    profiles = ROOT / "profiles"
    (folder / "hub.yaml").write_bytes((profiles / "hub.yaml").read_bytes())
    text = (profiles / "hub-member.yaml").read_text(encoding="utf-8")
    begin, end = text.index("\ncbo:\n"), text.index("\nhub:\n")
    own = text[begin:end].splitlines()
    kept = _without(own, {c for c in COLUMNS if c.startswith("cbo.")})
    text = text[:begin] + "\n".join(kept) + text[end:]
    for name in ("Hearth and Table's", "Hearth and Table"):
        text = text.replace(name, "the member" + ("'s" if name.endswith("'s") else ""))
    text = text.replace("  number: WR-2027-07\n", "").replace("  total_cap: 120000.00\n", "").replace("  cap: 20\n", "")
    text = text.replace("documents: [hub, sow, sba, sbc, joc, prelaunch]", "documents: [hub, sow, sba]")
    (folder / "network.yaml").write_text(text, encoding="utf-8")


def _without(lines: list[str], names: set[str]) -> list[str]:
    """Leave the fields ``names`` out of a group of nested ``lines``."""
    out: list[str] = []
    stack: list[tuple[int, str]] = []
    for line in lines:
        if not line.strip():
            out.append(line)
            continue
        depth = len(line) - len(line.lstrip())
        stack = [s for s in stack if s[0] < depth] + [(depth, line.strip().partition(":")[0])]
        if ".".join(name for _, name in stack) not in names:
            out.append(line)
    return out


def roster(folder: Path, count: int, first: int = 1) -> Path:
    """Write the profiles and ``members.csv`` with ``count`` members; return the roster's path."""
    folder.mkdir(parents=True, exist_ok=True)
    network(folder)
    file = folder / "members.csv"
    file.write_bytes(table([member(n) for n in range(first, first + count)]))
    return file
