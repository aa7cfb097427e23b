"""One contract, Word and PDF, whole process: `agreements make` against a plain docxtpl script with LibreOffice.

The other side gets the same document as a docxtpl template: our own Word file with every filled value
replaced by a tag, rendered with the same values, saved, and turned into PDF by LibreOffice.
"""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 5

PLAIN = """
import json, subprocess, sys
from docxtpl import DocxTemplate
folder = sys.argv[1]
template = DocxTemplate(folder + "/template.docx")
template.render(json.load(open(folder + "/values.json")), autoescape=True)
template.save(folder + "/plain.docx")
subprocess.run(["soffice", "--headless", "-env:UserInstallation=file://" + folder + "/profile",
    "--convert-to", "pdf", "--outdir", folder, folder + "/plain.docx"], check=True, capture_output=True)
"""


def make_template(word: Path, folder: Path) -> int:
    """Write template.docx and values.json: each inline content control of a field becomes a tag."""
    import json

    values: dict[str, str] = {}

    def tag(found: re.Match[str]) -> str:
        text = "".join(re.findall(r"<w:t[ >][^<]*?>?([^<]*)</w:t>", found.group()))
        name = f"v{len(values)}"
        values[name] = text
        return f'<w:r><w:t xml:space="preserve">{{{{ {name} }}}}</w:t></w:r>'

    with zipfile.ZipFile(word) as old, zipfile.ZipFile(folder / "template.docx", "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "word/document.xml":
                xml = data.decode()
                pattern = r'<w:sdt><w:sdtPr>(?:(?!</w:sdtPr>).)*?<w:tag w:val="field:[^"]*"/>.*?</w:sdt>'
                xml = re.sub(pattern, tag, xml, flags=re.DOTALL)
                data = xml.encode()
            new.writestr(name, data)
    (folder / "values.json").write_text(json.dumps(values))
    return len(values)


def timed(command: list[str]) -> float:
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return time.perf_counter() - start


def main() -> None:
    agreements = str(Path(sys.executable).parent / "agreements")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours = [agreements, "make", "profiles/sample.yaml", "-d", "svc", "-o", str(folder / "out"), "--replace"]
        timed(ours)
        word = next((folder / "out").rglob("*.docx"))
        fields = make_template(word, folder)
        (folder / "plain.py").write_text(PLAIN)
        theirs = [sys.executable, str(folder / "plain.py"), str(folder)]
        timed(theirs)
        a, b = [], []
        for _ in range(ROUNDS):
            b.append(timed(theirs))
            subprocess.run(["rm", "-rf", str(folder / "out")], check=True)
            a.append(timed(ours))
    print(f"{fields} fields, {ROUNDS} rounds, seconds wall (minimum / median)")
    print(f"  docxtpl + LibreOffice  {min(b):.3f} / {statistics.median(b):.3f}")
    print(f"  agreements make        {min(a):.3f} / {statistics.median(a):.3f}")
    print(f"  ratio (ours / theirs)  {min(a) / min(b):.3f} / {statistics.median(a) / statistics.median(b):.3f}")


if __name__ == "__main__":
    main()
