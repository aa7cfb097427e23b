"""10,000 clauses with 5 versions each: CPU seconds of `clauses list` and `make`, the first time and later.

The clauses stand in a folder given with `--library`, over the shipped ones. "First" is with nothing kept from
an earlier run. Then one clause is changed, and the list must show it at once.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VERSIONS = 5
ALLOWED = 2.0  # CPU seconds after the first time

TEXT = """---
id: {id}
version: {version}
title: Clause number {n}
status: released
why_changed: Made for measuring.
---
This is the text of clause {n} in version {version}. {{{{ provider.short_name }}}} shall measure.
"""


def fill(folder: Path, clauses: int) -> Path:
    """Write the library; return the newest file of its last clause."""
    path = folder
    for n in range(clauses):
        family, name = f"family{n // 100}", f"clause{n}"
        here = folder / family / name
        here.mkdir(parents=True)
        for v in range(VERSIONS):
            version = f"1.{v}.0"
            path = here / f"{version}.md"
            path.write_text(TEXT.format(id=f"{family}.{name}", version=version, n=n))
    return path


def run(command: list[str], cache: str) -> tuple[float, float, str]:
    """Return CPU and wall seconds, and what was printed."""
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | {"XDG_CACHE_HOME": cache}
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=env, check=False)
    wall = time.perf_counter() - start
    if done.returncode:
        sys.exit(done.stdout[-2000:] + done.stderr[-2000:])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall, done.stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("-n", "--clauses", type=int, default=10_000)
    given = parser.parse_args()
    agreements = str(Path(sys.executable).parent / "agreements")
    with tempfile.TemporaryDirectory() as name:
        top = Path(name)
        last = fill(top / "large", given.clauses)
        library = ["--library", str(top / "large")]
        listing = [agreements, "clauses", "list", *library]
        making = [
            agreements,
            "make",
            "profiles/sample.yaml",
            "-d",
            "svc",
            "-o",
            str(top / "out"),
            "--replace",
            *library,
        ]
        everything = [*listing, "--all-versions"]
        run([agreements, "--help"], str(top / "none"))
        print(f"{given.clauses:,} clauses of {VERSIONS} versions, CPU seconds (wall)      first            later")
        for label, command in (("clauses list", listing), ("make, one contract", making), ("all versions", everything)):
            times = []
            for _ in range(4):
                cpu, wall, text = run(command, str(top / "cache"))
                times.append((cpu, wall))
            later = max(cpu for cpu, _ in times[1:])
            shown = "   ".join(f"{cpu:5.2f} ({wall:5.2f})" for cpu, wall in times)
            goal = "" if label == "all versions" else f"   {'within' if later < ALLOWED else 'OVER'} {ALLOWED}"
            print(f"  {label:20} {shown}{goal}")
            if label == "clauses list":
                last.write_text(last.read_text().replace("Clause number", "Another name for"))
                seen = run(command, str(top / "cache"))[2]
                if "Another name for" not in seen:
                    sys.exit("A changed clause was not seen.")
                print(f"  {'':20} {text.count('Clause number'):,} of them listed; one changed clause seen at once")


if __name__ == "__main__":
    main()
