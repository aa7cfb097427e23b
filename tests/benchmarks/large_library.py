"""10,000 clauses with 5 versions each: CPU seconds of `clauses list` and `make`, the first time and later."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CLAUSES, VERSIONS = 10_000, 5

TEXT = """---
id: {id}
version: {version}
title: Clause number {n}
status: released
why_changed: Made for measuring.
---
This is the text of clause {n} in version {version}. {{{{ provider.short_name }}}} shall measure.
"""


def fill(folder: Path) -> None:
    for n in range(CLAUSES):
        family, name = f"family{n // 100}", f"clause{n}"
        here = folder / family / name
        here.mkdir(parents=True)
        for v in range(VERSIONS):
            version = f"1.{v}.0"
            (here / f"{version}.md").write_text(TEXT.format(id=f"{family}.{name}", version=version, n=n))


def cpu(command: list[str], **env: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env={**os.environ, **env}, check=False)
    if done.returncode:
        sys.exit(done.stdout[-2000:] + done.stderr[-2000:])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    agreements = str(Path(sys.executable).parent / "agreements")
    with tempfile.TemporaryDirectory() as name:
        top = Path(name)
        fill(top / "large")
        cache = str(top / "cache")
        listing = [agreements, "clauses", "list", "--library", str(top / "large"), "--quiet"]
        making = [agreements, "make", "profiles/sample.yaml", "-d", "svc", "--library", str(top / "large"),
                  "-o", str(top / "out"), "--replace"]  # fmt: skip
        for label, command in (("clauses list", listing), ("make", making)):
            times = [cpu(command, XDG_CACHE_HOME=cache) for _ in range(3)]
            print(f"{label:13} first {times[0]:.2f} s, then {times[1]:.2f} and {times[2]:.2f} s CPU")


if __name__ == "__main__":
    main()
