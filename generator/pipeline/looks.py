"""The frame and the look of a set's documents: from a Word file, a frame of the library, and the brand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from generator.diagnostics import Checked, Diagnostic, Severity, Span, errors_in
from generator.pipeline.parts import NO_SUCH_FILE
from generator.settings import BRAND_FILE, BRAND_FONT, PALE_COLOR, SETTINGS_FILE, Brand, read_settings
from generator.workspace import Layer, Workspace
from generator.writers.look import HOUSE, PLAIN, Logo, Look, contrast, dressed, tinted

if TYPE_CHECKING:
    from generator.writers.frame import Frame

__all__ = ["frame_names", "load_given_frame"]

_LOOKS = {"house": HOUSE, "plain": PLAIN}
_LOGO_HEIGHT, _LOGO_WIDTH = 40.0, 180.0  # points, at most
_LARGEST_LOGO = 4 * 1024 * 1024  # bytes: it stands in every document


def frame_names(workspace: Workspace) -> tuple[str, ...]:
    """Return the names of the frames of the library: ``house``, ``plain`` and those of one's own layers."""
    names = {f.stem for layer in workspace.layers for f in (layer.folder / "_frames").glob("*.docx")}
    return tuple(sorted(n for n in names if not n.startswith("~$")))


def load_given_frame(workspace: Workspace, frame: str | None) -> Checked[Frame]:
    """Return the frame ``frame`` (a Word file, or a name of the library's own) in the look of this workspace.

    Without a name it is the house frame of the highest layer that has one.
    """
    from generator.writers.frame import in_look
    from generator.writers.frame_loading import load_frame

    settings = read_settings(workspace.read(SETTINGS_FILE)).value
    brand = settings.brand if settings is not None else Brand()
    name = frame or "house"
    layer = _layer_with(workspace, name) if PurePath(name).name == name and not name.endswith(".docx") else None
    if layer is not None:
        file = layer.folder / "_frames" / f"{name}.docx"
        data, shown, base = file.read_bytes(), f"{layer.shown}_frames/{name}.docx", _LOOKS.get(name, HOUSE)
        plan = file.with_suffix(".plan.json")
        ready = plan.read_bytes() if plan.is_file() else None
    else:
        found = workspace.read(name)
        if found is None:
            known = ", ".join(frame_names(workspace))
            fix = f"Name a Word file, or a frame of the library: {known}."
            return Checked(None, (NO_SUCH_FILE.at(Span(name), f"The frame “{name}” is not there.", fix=fix),))
        data, shown, base, ready = found, name, HOUSE, None
    if brand == Brand():
        loaded = load_frame(data, shown, ready)
        return loaded if loaded.value is None else Checked(replace(loaded.value, look=base), loaded.diagnostics)
    look = _branded(workspace, brand, base)
    problems = look.diagnostics
    if look.value is None:
        return Checked(None, problems)
    # The frame as somebody made it is looked over first: what is wrong with it is theirs to mend.
    loaded = load_frame(data, shown, ready)
    if loaded.value is not None and not errors_in(loaded.diagnostics):
        loaded = load_frame(dressed(data, look.value, base), shown)
    if loaded.value is None:
        return Checked(None, (*problems, *loaded.diagnostics))
    return Checked(in_look(loaded.value, look.value), (*problems, *loaded.diagnostics))


def _layer_with(workspace: Workspace, name: str) -> Layer | None:
    return next((x for x in reversed(workspace.layers) if (x.folder / "_frames" / f"{name}.docx").is_file()), None)


def _branded(workspace: Workspace, brand: Brand, base: Look) -> Checked[Look]:
    """Lay ``brand`` over the look ``base``."""
    problems: list[Diagnostic] = []
    look = replace(base, sender=brand.name)
    if brand.color:
        look = replace(look, accent=brand.color)
        if base.tint != PLAIN.tint:
            look = replace(look, tint=tinted(brand.color, 0.1), rule=tinted(brand.color, 0.4))
        if contrast(brand.color) < 4.5:
            message = f"#{brand.color} on white has a contrast of {contrast(brand.color):.1f} to 1; 4.5 is the least."
            problems.append(PALE_COLOR.at(brand.place("color"), message, fix="Take a darker tone of it."))
    if brand.text_font:
        look = replace(look, text_font=brand.text_font, heading_font=brand.heading_font or brand.text_font)
    elif brand.heading_font:
        look = replace(look, heading_font=brand.heading_font)
    if brand.logo:
        logo = _logo(workspace, brand, problems)
        look = replace(look, logo=logo)
    files = tuple(_font_files(workspace, brand, problems))
    if files or brand.text_font or brand.heading_font:
        families = {family for _, family, _ in files}
        for key in ("text_font", "heading_font"):
            wanted = getattr(brand, key)
            if wanted and wanted not in families:
                message = f"No font file of “{wanted}” is there, so PDFs keep the font of the house frame."
                fix = 'Put its .ttf or .otf files into a folder, and write: fonts = "fonts"'
                problems.append(BRAND_FONT.at(brand.place(key), message, fix=fix))
        look = replace(look, font_files=tuple((family, data) for _, family, data in files))
    stopped = any(d.severity is Severity.ERROR for d in problems)
    return Checked(None if stopped else look, tuple(problems))


def _logo(workspace: Workspace, brand: Brand, problems: list[Diagnostic]) -> Logo | None:
    from docx.image.exceptions import InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError
    from docx.image.image import Image

    place = brand.place("logo")
    fix = 'Name a PNG or JPEG file of this folder, for example: logo = "logo.png"'
    data = workspace.read(brand.logo)
    if data is None:
        problems.append(BRAND_FILE.at(place, f"The logo “{brand.logo}” is not there.", fix=fix))
        return None
    if len(data) > _LARGEST_LOGO:
        message = f"The logo “{brand.logo}” is larger than 4 MB, and would make every document so."
        problems.append(BRAND_FILE.at(place, message, fix="Save it smaller, about 1,000 points wide."))
        return None
    try:
        image = Image.from_blob(data)
        kind = {"image/png": "png", "image/jpeg": "jpeg"}.get(image.content_type, "")
        width, height = image.px_width, image.px_height
    except (UnrecognizedImageError, InvalidImageStreamError, UnexpectedEndOfFileError, ValueError, ZeroDivisionError):
        kind, width, height = "", 0, 0
    if not kind or not width or not height:
        problems.append(BRAND_FILE.at(place, f"“{brand.logo}” is no PNG or JPEG picture.", fix=fix))
        return None
    scale = min(_LOGO_HEIGHT / height, _LOGO_WIDTH / width)
    return Logo(data, kind, round(width * scale, 2), round(height * scale, 2))


def _font_files(workspace: Workspace, brand: Brand, problems: list[Diagnostic]) -> Iterator[tuple[str, str, bytes]]:
    """Yield (file, family, bytes) of the font files of the brand."""
    if not brand.fonts:
        return
    if not workspace.is_folder(brand.fonts):
        fix = 'Name a folder with .ttf or .otf files: fonts = "fonts"'
        problems.append(BRAND_FILE.at(brand.place("fonts"), f"There is no folder “{brand.fonts}”.", fix=fix))
        return
    for file in workspace.files_below(brand.fonts):
        if PurePath(file).suffix.lower() not in (".ttf", ".otf"):
            continue
        data = workspace.read(file) or b""
        family = _family(data)
        if not family:
            message = f"“{file}” cannot be read as a font."
            problems.append(BRAND_FILE.at(brand.place("fonts"), message, fix="Take it out of the folder."))
            continue
        yield file, family, data


def _family(data: bytes) -> str:
    """Return the family name of a TrueType or OpenType font (OpenType 1.9, table ``name``, ids 16 and 1)."""
    import struct

    try:
        if data[:4] not in (b"\x00\x01\x00\x00", b"OTTO", b"true"):
            return ""
        count = struct.unpack_from(">H", data, 4)[0]
        for n in range(count):
            tag, _, offset, length = struct.unpack_from(">4sLLL", data, 12 + 16 * n)
            if tag == b"name" and offset + length <= len(data):
                return _named(data[offset : offset + length])
    except struct.error:
        return ""
    return ""


def _named(table: bytes) -> str:
    import struct

    _, count, start = struct.unpack_from(">3H", table)
    found: dict[int, str] = {}
    for n in range(count):
        platform, _, _, name, length, offset = struct.unpack_from(">6H", table, 6 + 12 * n)
        if name in (1, 16) and name not in found:
            raw = table[start + offset : start + offset + length]
            found[name] = raw.decode("utf-16-be" if platform in (0, 3) else "latin-1", "ignore")
    # Word shows the family of four faces (1); the typographic family (16) holds more of them.
    return found.get(1) or found.get(16) or ""
