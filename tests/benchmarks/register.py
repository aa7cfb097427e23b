"""The register over 10,000 records, and one amendment: CPU seconds of whole processes, and whether it grows evenly.

    python tests/benchmarks/register.py [--records 10000]

The records are those of a real hub member set, made once and written out under other names. Compiled modules are kept
between the runs, as they are on any computer.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
AGREEMENTS = [sys.executable, "-m", "generator"]


def cpu(folder: Path, *arguments: str) -> float:
    """Return the CPU seconds of one command, all its processes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    own = {"PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(folder / "cache"), "PYTHONPYCACHEPREFIX": str(folder / "pyc")}
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | own
    subprocess.run([*AGREEMENTS, *arguments], cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=10_000)
    wanted = parser.parse_args().records
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        profile = (ROOT / "profiles" / "sample.yaml").read_text(encoding="utf-8")
        (folder / "one.yaml").write_text(profile + "pins:\n  pay.invoice_timing: 1.0.0\n", encoding="utf-8")
        cpu(folder, "make", "one.yaml", "-d", "svc,sow,baa", "-f", "txt", "-q")
        place = next((folder / "output").iterdir())
        record = (place / "record.json").read_text(encoding="utf-8")
        size = len(record.encode())
        clauses = sum(len(d["clauses"]) for d in json.loads(record)["documents"])
        print(f"one record: {size / 1000:.0f} kB, {clauses} clauses")
        made = 0
        for count in (wanted // 10, wanted):
            for n in range(made, count):
                own = folder / "many" / f"member-{n:05d}"
                own.mkdir(parents=True)
                (own / "record.json").write_text(record.replace("Safe at Home", f"Member {n:05d}"), encoding="utf-8")
            made = count
            for arguments in (("status",), ("status", "--outdated")):
                took = min(cpu(folder, *arguments, "many", "-q") for _ in range(3))
                print(f"{' '.join(arguments):18} {count:6} records: {took:.2f} s CPU, {took / count * 1e6:.0f} µs each")
        cpu(folder, "make", "one.yaml", "-d", "svc", "-f", "txt", "-q", "-o", "single")
        sets = {"one agreement": next((folder / "single").iterdir()), "a set of three documents": place}
        for what, one in sets.items():
            for formats in ("docx,pdf", "docx"):
                asked = ("amend", str(one.relative_to(folder)), "-f", formats, "-q", "-o")
                took = min(cpu(folder, *asked, f"amended-{what[:5]}-{formats}-{n}") for n in range(4))
                print(f"amend of {what}, {formats}: {took:.2f} s CPU")


if __name__ == "__main__":
    main()
