"""Make ``fonts/AgreementSymbols.ttf`` and ``characters.txt``. Run when a font is added or replaced, never at work.

    python generator/writers/typst/build_fonts.py                 # characters.txt alone
    python generator/writers/typst/build_fonts.py DejaVuSans.ttf  # the symbols too; needs fontTools

``characters.txt`` says which characters our fonts can print, so that nothing heavy is loaded to ask. It holds
those that *every* Carlito face has, and the symbols, as ranges of Unicode numbers in hexadecimal. A font's
``cmap`` table is read as OpenType 1.9 defines its formats 4 and 12.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Iterable
from pathlib import Path

FOLDER = Path(__file__).parent
FONTS = FOLDER / "fonts"
CHARACTERS = FOLDER / "characters.txt"
SYMBOLS = "AgreementSymbols.ttf"

# What Carlito lacks and contracts use: hyphens that a word processor inserts, ballot boxes, check marks.
SYMBOL_CHARACTERS = (
    0x2010, 0x2011, 0x2032, 0x25A0, 0x25B2, 0x25B6, 0x25BC, 0x25C0, 0x25C6, 0x25C7, 0x2605, 0x2606,
    0x2610, 0x2611, 0x2612, 0x2713, 0x2714, 0x2717, 0x2718, 0x26A0,
)  # fmt: skip


def characters_of(font: bytes) -> frozenset[int]:
    """Return the Unicode numbers that the TrueType file ``font`` has a glyph for."""
    (tables,) = struct.unpack_from(">H", font, 4)
    records = (struct.unpack_from(">4sLLL", font, 12 + 16 * n) for n in range(tables))
    start = next(offset for tag, _, offset, _ in records if tag == b"cmap")
    (count,) = struct.unpack_from(">H", font, start + 2)
    found: set[int] = set()
    for n in range(count):
        platform, encoding, offset = struct.unpack_from(">HHL", font, start + 4 + 8 * n)
        if platform == 0 or (platform == 3 and encoding in {1, 10}):
            found.update(_subtable(font, start + offset))
    return frozenset(found)


def _subtable(font: bytes, at: int) -> Iterable[int]:
    form = _u16(font, at)
    if form == 12:
        (groups,) = struct.unpack_from(">L", font, at + 12)
        for n in range(groups):
            first, last, _ = struct.unpack_from(">LLL", font, at + 16 + 12 * n)
            yield from range(first, last + 1)
    elif form == 4:
        twice = _u16(font, at + 6)
        ends, starts, deltas, offsets = at + 14, at + 16 + twice, at + 16 + 2 * twice, at + 16 + 3 * twice
        for n in range(0, twice, 2):
            first, last, delta, offset = (_u16(font, table + n) for table in (starts, ends, deltas, offsets))
            for character in range(first, min(last, 0xFFFE) + 1):
                if offset:
                    glyph = _u16(font, offsets + n + offset + 2 * (character - first))
                    present = glyph != 0 and (glyph + delta) % 65536 != 0
                else:
                    present = (character + delta) % 65536 != 0
                if present:
                    yield character


def _u16(font: bytes, at: int) -> int:
    return int.from_bytes(font[at : at + 2], "big")


def printable() -> frozenset[int]:
    """Return what the packaged fonts can print in every style, without control and private characters."""
    faces = [characters_of(path.read_bytes()) for path in sorted(FONTS.glob("Carlito-*.ttf"))]
    symbols = characters_of((FONTS / SYMBOLS).read_bytes())
    return frozenset(
        c
        for c in frozenset.intersection(*faces) | symbols
        if c >= 0x20 and not 0x7F <= c < 0xA0 and not 0xE000 <= c <= 0xF8FF
    )


def as_ranges(characters: Iterable[int]) -> str:
    """Return ``characters`` as lines of ranges: ``20-7E``, ``2122``."""
    runs: list[list[int]] = []
    for c in sorted(characters):
        if runs and runs[-1][1] == c - 1:
            runs[-1][1] = c
        else:
            runs.append([c, c])
    return "".join(f"{first:X}-{last:X}\n" if first != last else f"{first:X}\n" for first, last in runs)


def make_symbols(source: Path) -> bytes:
    """Return the few characters of DejaVu Sans we need, under another name, as its licence asks."""
    from io import BytesIO

    from fontTools.subset import Options, Subsetter  # type: ignore[import-not-found,import-untyped,unused-ignore]
    from fontTools.ttLib import TTFont  # type: ignore[import-not-found,import-untyped,unused-ignore]

    options = Options()
    options.layout_features = []
    options.hinting = False
    options.recalc_timestamp = False
    font = TTFont(source, recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=SYMBOL_CHARACTERS)
    subsetter.subset(font)
    name = "Agreement Symbols"
    names = {1: name, 2: "Regular", 3: name, 4: name, 6: name.replace(" ", "")}
    for record in list(font["name"].names):
        if record.nameID in names:
            record.string = names[record.nameID]
        elif record.nameID > 6 and record.nameID not in {13, 14}:
            font["name"].removeNames(nameID=record.nameID)
    out = BytesIO()
    font.save(out)
    return out.getvalue()


def main(arguments: list[str]) -> None:
    if arguments:
        (FONTS / SYMBOLS).write_bytes(make_symbols(Path(arguments[0])))
    CHARACTERS.write_text(as_ranges(printable()), encoding="ascii")


if __name__ == "__main__":
    main(sys.argv[1:])
