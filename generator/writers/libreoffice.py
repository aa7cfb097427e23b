"""Word file -> PDF through LibreOffice, for those who want the PDF to be exactly the Word file.

LibreOffice is a program of its own, run once for each document, in a profile folder nobody else uses:

* ``BlockUntrustedRefererLinks`` keeps it from loading what a document points to, macros and active content are
  off, and every connection is sent to a proxy that does not exist;
* it is stopped, with all it started, when its time is over;
* its exit code is 0 even when it wrote nothing, so only the file counts: it must be there, whole, a PDF with
  pages and tags;
* the finished file gets what LibreOffice leaves out or takes from the clock: title, language, tab order
  (PDF/UA-1, 7.18.3), the agreement's date, and an identifier made from the content. pikepdf does that where it
  is installed, and mends the tags; else pypdf, and then the file does not call itself PDF/UA.
"""

from __future__ import annotations

import atexit
import datetime as dt
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from html import escape
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from generator.diagnostics import Checked, Diagnostic, Rule, Severity
from generator.model import Agreement
from generator.writers.libreoffice_tags import mend_tags

__all__ = ["RULES", "convert_docx", "find_libreoffice"]

LONGEST: Final = 120.0  # seconds for one document; a large one takes about three

LIBREOFFICE_MISSING: Final = Rule(
    "libreoffice-missing",
    Severity.ERROR,
    "The PDF was to be made by LibreOffice, which is not on this computer.",
    """With `--pdf-engine libreoffice` the PDF is made from the Word file by LibreOffice, a free office program that
is installed apart. It was not found.

**Why it matters.** Without it that PDF cannot be made. The usual PDF needs nothing else, has the same words, and is
tagged and archival.

**Wrong**

    agreements make harbor.yaml --pdf-engine libreoffice      (without LibreOffice)

**Right**

    agreements make harbor.yaml

or install LibreOffice from libreoffice.org, or with your computer's package manager, and run the command again.
""",
)
LIBREOFFICE_FAILED: Final = Rule(
    "libreoffice-failed",
    Severity.ERROR,
    "LibreOffice did not turn the Word file into a whole PDF.",
    """LibreOffice was started and ended without a PDF that can be used: none at all, one cut short, or one without
pages or tags. We look at the file itself, since LibreOffice reports success even then.

**Why it matters.** A PDF that is cut short may lack the last clauses of an agreement.

**What to do.** Open the Word file in LibreOffice by hand. If it opens there, run the command again: the disk may have
been full, or LibreOffice may have been in the middle of an update. If it does not open, your frame is likely at fault:
`agreements check` on it says what. Or leave `--pdf-engine libreoffice` out: the usual PDF does not need LibreOffice.
""",
)
LIBREOFFICE_TOO_SLOW: Final = Rule(
    "libreoffice-too-slow",
    Severity.ERROR,
    "LibreOffice was stopped because it took too long over one document.",
    """One document takes LibreOffice a few seconds. It was given two minutes, and then stopped.

**Why it matters.** Where one document hangs, all that come after it would wait for ever.

**What to do.** Close other programs and run the command again. If it happens with this document alone, try it with the
shipped frame: pictures of very high resolution in a letterhead are the usual cause.
""",
)
RULES: Final = (LIBREOFFICE_MISSING, LIBREOFFICE_FAILED, LIBREOFFICE_TOO_SLOW)

# Where LibreOffice installs itself when it is not on the search path.
_USUAL_PLACES: Final = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.com",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.com",
    "/opt/libreoffice/program/soffice",
)

# https://wiki.documentfoundation.org/Macros/Python_Guide/PDF_export_filter_data names these.
_EXPORT: Final = {
    "UseTaggedPDF": True,
    "PDFUACompliance": True,
    "ExportBookmarks": True,
    "ExportFormFields": False,
    "ExportNotes": False,
    "ReduceImageResolution": False,
    "InitialView": 0,
}

# Path, property, value of the profile's settings (officecfg/registry/schema in LibreOffice's source).
_SETTINGS: Final = (
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Writer/Content/Update", "Link", "0"),  # never
    ("Office.Java/VirtualMachine", "Enable", "false"),
    ("Office.Common/Misc", "FirstRun", "false"),
    ("Office.Common/Misc", "CrashReport", "false"),
    ("Inet/Settings", "ooInetProxyType", "1"),  # the ones named below
    ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),  # discard: nothing listens there
    ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
    ("Inet/Settings", "ooInetNoProxy", ""),
)


# Our fonts beside the computer's own, so that Cambria has its twin Caladea everywhere (fontconfig: Linux alone).
_OUR_FONTS: Final = Path(__file__).parent / "typst" / "fonts"
_FONTS: Final = (
    '<?xml version="1.0"?>\n<fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
    "<dir>{folder}</dir></fontconfig>\n"
)


def find_libreoffice() -> str | None:
    """Return the path of LibreOffice's program, or None."""
    for name in ("soffice", "libreoffice"):
        found = shutil.which(name)
        if found:
            return found
    return next((place for place in _USUAL_PLACES if Path(place).is_file()), None)


def convert_docx(
    docx: bytes, agreement: Agreement, *, program: str | None = None, seconds: float = LONGEST
) -> Checked[bytes]:
    """Return the Word file ``docx`` as a tagged PDF, made by LibreOffice.

    ``agreement`` gives title, language and date. ``program`` is LibreOffice's path, looked for where it is not
    given; ``seconds`` is how long it may take. Never raises for anything LibreOffice does: absent, failed and too
    slow are problems in the result.
    """
    program = program or find_libreoffice()
    if program is None or not Path(program).is_file():
        return _problem(
            LIBREOFFICE_MISSING,
            "LibreOffice is not on this computer, so the PDF cannot be made from the Word file.",
            "Leave --pdf-engine libreoffice out: the usual PDF has the same words. Or install LibreOffice.",
        )
    with tempfile.TemporaryDirectory(prefix="agreements-") as folder:
        try:
            made, told = _run(program, docx, Path(folder), seconds)
        except subprocess.TimeoutExpired:
            _forget_profile()
            return _problem(
                LIBREOFFICE_TOO_SLOW,
                f"LibreOffice needed more than {seconds:g} seconds for “{agreement.title}” and was stopped.",
                "Run the command again, or leave --pdf-engine libreoffice out.",
            )
        except OSError as error:
            _forget_profile()
            return _problem(
                LIBREOFFICE_FAILED,
                f"LibreOffice could not be run: {error.strerror or error}.",
                "Start LibreOffice by hand once, or leave --pdf-engine libreoffice out.",
            )
    settled = _settled(made, agreement) if made else None
    if settled is None:
        _forget_profile()
        return _problem(
            LIBREOFFICE_FAILED,
            f"LibreOffice made no whole PDF of “{agreement.title}”." + (f" It said: {told}" if told else ""),
            "Run the command again, or leave --pdf-engine libreoffice out.",
        )
    return Checked(settled)


def _problem(rule: Rule, message: str, fix: str) -> Checked[bytes]:
    problem: Diagnostic = rule.at(None, message, fix=fix)
    return Checked(None, (problem,))


# ---------------------------------------------------------------- running it

_LOCAL = threading.local()
_PROFILES: Final[set[Path]] = set()


def _profile() -> Path:
    """Return this thread's profile folder. Two LibreOffices in one would wait for, or break, each other."""
    found: Path | None = getattr(_LOCAL, "profile", None)
    if found is None or not found.is_dir():
        found = Path(tempfile.mkdtemp(prefix="agreements-libreoffice-"))
        settings = "".join(
            f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse">'
            f"<value>{value}</value></prop></item>\n"
            for path, name, value in _SETTINGS
        )
        user = found / "user"
        user.mkdir()
        (user / "registrymodifications.xcu").write_text(
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
            'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
            f"{settings}</oor:items>\n",
            encoding="utf-8",
        )
        (found / "fonts.conf").write_text(_FONTS.format(folder=escape(str(_OUR_FONTS))), encoding="utf-8")
        _PROFILES.add(found)
        _LOCAL.profile = found
    return found


def _forget_profile() -> None:
    """Start the next document in a new profile: a LibreOffice that was stopped leaves locks behind."""
    found: Path | None = getattr(_LOCAL, "profile", None)
    if found is not None:
        _LOCAL.profile = None
        _PROFILES.discard(found)
        shutil.rmtree(found, ignore_errors=True)


@atexit.register
def _forget_all() -> None:
    for folder in _PROFILES:
        shutil.rmtree(folder, ignore_errors=True)


def _run(program: str, docx: bytes, folder: Path, seconds: float) -> tuple[bytes, str]:
    """Return the PDF that LibreOffice wrote (empty if none), and the last line it said."""
    source = folder / "agreement.docx"
    source.write_bytes(docx)
    export = {
        name: {"type": "boolean" if isinstance(value, bool) else "long", "value": json.dumps(value)}
        for name, value in _EXPORT.items()
    }
    command = [
        program,
        f"-env:UserInstallation={_profile().as_uri()}",
        *(
            "--headless",
            "--invisible",
            "--nologo",
            "--nodefault",
            "--nofirststartwizard",
            "--nolockcheck",
            "--norestore",
        ),
        *("--convert-to", "pdf:writer_pdf_Export:" + json.dumps(export, separators=(",", ":"))),
        *("--outdir", str(folder)),
        str(source),
    ]
    nowhere = "http://127.0.0.1:9"
    proxies = {
        name: nowhere for key in ("http_proxy", "https_proxy", "ftp_proxy", "all_proxy") for name in (key, key.upper())
    }
    environment = {
        **{
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("LC_", "LANG", "no_proxy", "NO_PROXY"))
        },
        **proxies,
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "SAL_USE_VCLPLUGIN": "svp",  # no display
        "FONTCONFIG_FILE": str(_profile() / "fonts.conf"),
    }
    # A session of its own, so that all it starts can be stopped with it.
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=os.name == "posix",
    )
    try:
        said, _ = process.communicate(timeout=seconds)
    except BaseException:  # also when the reader stops us: nothing may go on running
        _stop(process)
        raise
    made = folder / "agreement.pdf"
    lines = [line for line in said.decode("utf-8", "replace").splitlines() if line.startswith("Error")]
    return made.read_bytes() if made.is_file() else b"", lines[-1].replace(str(folder), "…") if lines else ""


def _stop(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False)
    else:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            process.kill()
    process.communicate()


# ---------------------------------------------------------------- the finished file


def _settled(made: bytes, agreement: Agreement) -> bytes | None:
    """Return ``made`` with title, language, tab order, date and identifier; None if it is no whole tagged PDF."""
    if not made.startswith(b"%PDF-") or b"%%EOF" not in made[-64:]:
        return None
    settle = _by_pikepdf if find_spec("pikepdf") else _by_pypdf
    try:
        return settle(made, agreement)
    except Exception:  # whatever a library says of a broken file, it is a broken file
        return None


def _dates(agreement: Agreement) -> tuple[str, str]:
    """Return midnight UTC of the agreement's date as a PDF date (ISO 32000-1, 7.9.4) and as XMP writes it."""
    day = dt.datetime(agreement.date.year, agreement.date.month, agreement.date.day, tzinfo=dt.UTC)
    return f"{day:D:%Y%m%d%H%M%S}Z" if day.year >= 1000 else "", f"{day:%Y-%m-%dT%H:%M:%S}Z"


def _xmp(agreement: Agreement, producer: str, identifier: str, *, accessible: bool) -> bytes:
    """Return a metadata packet (ISO 16684-1) with what we know and nothing else."""
    day = _dates(agreement)[1]
    title = escape(agreement.title, quote=False)
    properties = (
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>'
        f"<dc:language><rdf:Bag><rdf:li>{escape(agreement.language)}</rdf:li></rdf:Bag></dc:language>"
        "<dc:format>application/pdf</dc:format>"
        f"<xmp:CreateDate>{day}</xmp:CreateDate><xmp:ModifyDate>{day}</xmp:ModifyDate>"
        f"<pdf:Producer>{escape(producer, quote=False)}</pdf:Producer>"
        f"<xmpMM:DocumentID>uuid:{identifier}</xmpMM:DocumentID>"
        + ("<pdfuaid:part>1</pdfuaid:part>" if accessible else "")
    )
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" '
        'xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">'
        f"{properties}</rdf:Description></rdf:RDF></x:xmpmeta>\n"
        '<?xpacket end="w"?>'
    ).encode()


_CLOCK = re.compile(rb"/(CreationDate|ModDate) ?\([^)]*\)|/ID ?\[[^\]]*\]|/DocChecksum ?/\w+|<xmp:\w+Date>[^<]*<")


def _identifier(made: bytes) -> str:
    """Return 32 hexadecimal digits that name the content, whenever it was made."""
    return hashlib.sha256(_CLOCK.sub(b"", made)).hexdigest()[:32]


def _by_pikepdf(made: bytes, agreement: Agreement) -> bytes | None:
    import pikepdf

    with pikepdf.open(BytesIO(made)) as pdf:
        root: Any = pdf.Root
        if not len(pdf.pages) or "/StructTreeRoot" not in root:
            return None
        identifier = _identifier(made)
        date, _ = _dates(agreement)
        producer = str(pdf.docinfo.get("/Producer", "LibreOffice"))
        pdf.trailer.Info = pdf.make_indirect(
            pikepdf.Dictionary(Title=agreement.title, Producer=producer, CreationDate=date, ModDate=date)
        )
        for key in ("/DocChecksum", "/ID"):
            if key in pdf.trailer:
                del pdf.trailer[key]
        root.Lang = pikepdf.String(agreement.language)
        root.MarkInfo = pikepdf.Dictionary(Marked=True)
        if "/ViewerPreferences" not in root:
            root.ViewerPreferences = pikepdf.Dictionary()
        root.ViewerPreferences.DisplayDocTitle = True
        root.Metadata = pdf.make_stream(
            _xmp(agreement, producer, identifier, accessible=True), Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML
        )
        for page in pdf.pages:
            page.obj.Tabs = pikepdf.Name.S
        mend_tags(pdf)
        out = BytesIO()
        pdf.save(out, deterministic_id=True)
        return out.getvalue()


def _by_pypdf(made: bytes, agreement: Agreement) -> bytes | None:
    from pypdf import PdfWriter
    from pypdf.generic import (
        ArrayObject,
        BooleanObject,
        ByteStringObject,
        DecodedStreamObject,
        DictionaryObject,
        NameObject,
        TextStringObject,
    )

    writer = PdfWriter(clone_from=BytesIO(made))
    root = writer.root_object
    if not writer.pages or "/StructTreeRoot" not in root:
        return None
    identifier = _identifier(made)
    date, _ = _dates(agreement)
    known: Any = writer.metadata or {}
    producer = str(known.get("/Producer", "LibreOffice"))
    writer.metadata = {"/Title": agreement.title, "/Producer": producer, "/CreationDate": date, "/ModDate": date}
    root[NameObject("/Lang")] = TextStringObject(agreement.language)
    root[NameObject("/MarkInfo")] = DictionaryObject({NameObject("/Marked"): BooleanObject(True)})
    preferences: Any = root.setdefault(NameObject("/ViewerPreferences"), DictionaryObject()).get_object()
    preferences[NameObject("/DisplayDocTitle")] = BooleanObject(True)
    packet: Any = root["/Metadata"].get_object() if "/Metadata" in root else writer._add_object(DecodedStreamObject())
    packet.get_object().set_data(_xmp(agreement, producer, identifier, accessible=False))
    packet.get_object().update(
        {NameObject("/Type"): NameObject("/Metadata"), NameObject("/Subtype"): NameObject("/XML")}
    )
    root[NameObject("/Metadata")] = packet.indirect_reference or packet
    for page in writer.pages:
        page[NameObject("/Tabs")] = NameObject("/S")
    name = ByteStringObject(bytes.fromhex(identifier))
    writer._ID = ArrayObject([name, name])
    out = BytesIO()
    writer.write(out)
    return out.getvalue()
