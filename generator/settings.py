"""The settings of one workspace: ``agreements.toml`` in its folder. Every one of them may be absent.

# Finals are made of clauses that our counsel has approved, and of no others.
require_approval = true

# The letterhead, in Word, PDF and web page.
[brand]
name = "Riverbend Connect"
logo = "logo.png"
color = "#1D4F73"
"""

from __future__ import annotations

import difflib
import re

from generator.diagnostics import Checked, Diagnostic, Rule, Severity, Span
from generator.frozen import dataclass
from generator.reading.source_text import read_text

__all__ = [
    "BRAND_FILE",
    "BRAND_FONT",
    "PALE_COLOR",
    "RULES",
    "SETTING",
    "SETTINGS_FILE",
    "Brand",
    "Settings",
    "read_settings",
]

SETTINGS_FILE = "agreements.toml"

SETTING = Rule(
    "setting",
    Severity.ERROR,
    "The file agreements.toml says something that is no setting.",
    """`agreements.toml` in the folder of your profiles holds the settings of this workspace. It need not be there. The
settings there are:

```toml
require_approval = true

[brand]
name = "Riverbend Connect"   # printed at the head of the first page
logo = "logo.png"            # a PNG or JPEG file in this folder
color = "#1D4F73"            # title, headings and rules
text_font = "Georgia"        # fonts by the name that Word shows
heading_font = "Arial"
fonts = "fonts"              # a folder with their .ttf or .otf files, for the PDF
```

With `require_approval`, a final is made only of clauses whose text your counsel has approved, and a draft marks all
others. Without it, the cover and the record say which clauses no counsel has approved. `[brand]` gives the documents
your letterhead, colour and fonts without a change to any Word file; leave out the lines you do not need.

**Wrong:** `require_approval: yes`, `color = "dark blue"`

**Right:** `require_approval = true`, `color = "#1D4F73"`""",
)
PALE_COLOR = Rule(
    "pale-color",
    Severity.WARNING,
    "The colour of the brand is too pale to read on white paper.",
    """Headings are printed in this colour. People who see less well, and everybody who reads a copy of a copy, need a
contrast of at least 4.5 to 1 with white paper (WCAG 2.2, 1.4.3).

**Wrong:** `color = "#9FD3F2"`

**Right:** `color = "#1D4F73"`, a darker tone of it""",
)
BRAND_FILE = Rule(
    "brand-file",
    Severity.ERROR,
    "A file that the brand names is not there, or is no picture or font.",
    """`logo` in `agreements.toml` names a PNG or JPEG file in the folder of your profiles, `fonts` a folder with `.ttf`
or `.otf` files. A drawing (SVG), a PDF or a Word file cannot be put at the head of a page: export it as PNG, about
1,000 points wide.

**Wrong:** `logo = "logo.svg"`

**Right:** `logo = "logo.png"`""",
)
BRAND_FONT = Rule(
    "brand-font",
    Severity.WARNING,
    "The PDF cannot have the font of the brand: its file is not there.",
    """Word takes a font by its name from the computer that opens the file. A PDF carries its fonts inside, so their
files are needed: put the `.ttf` or `.otf` files of the family (regular, bold, italic) into a folder and name it in
`agreements.toml`: `fonts = "fonts"`. Without them the PDF keeps the font of the house frame. Mind the licence of the
font: it has to allow embedding.""",
)
RULES = (SETTING, PALE_COLOR, BRAND_FILE, BRAND_FONT)

_KNOWN = ("require_approval", "brand")
_BRAND = ("name", "logo", "color", "text_font", "heading_font", "fonts")


@dataclass(frozen=True, slots=True)
class Brand:
    """The letterhead, colour and fonts of a workspace; what is not set is empty.

    ``color`` is six hexadecimal digits; ``logo`` and ``fonts`` are a file and a folder of the workspace.
    """

    name: str = ""
    logo: str = ""
    color: str = ""
    text_font: str = ""
    heading_font: str = ""
    fonts: str = ""
    places: tuple[tuple[str, Span], ...] = ()

    def place(self, key: str) -> Span:
        """Return where ``key`` is set."""
        return dict(self.places).get(key, Span(SETTINGS_FILE))


@dataclass(frozen=True, slots=True)
class Settings:
    """What a workspace demands. ``require_approval``: finals hold only clauses that counsel has approved."""

    require_approval: bool = False
    brand: Brand = Brand()


def read_settings(data: bytes | None, file: str = SETTINGS_FILE) -> Checked[Settings]:
    """Read the settings from the bytes of ``file``; None means that there is no such file.

    Where the file cannot be understood, approval is demanded: a slip of the pen must not switch it off.
    """
    if data is None:
        return Checked(Settings())
    import tomllib

    text = read_text(data, file)
    if text.value is None:
        return Checked(Settings(True), text.diagnostics)
    problems: list[Diagnostic] = list(text.diagnostics)
    example = "Write: require_approval = true"
    try:
        found = tomllib.loads(text.value)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"line (\d+), column (\d+)", str(error))
        place = Span(file, int(at[1]), int(at[2])) if at else Span(file)
        problems.append(SETTING.at(place, "This cannot be read as a setting.", fix=example))
        return Checked(Settings(True), tuple(problems))
    for key in found:
        if key not in _KNOWN:
            near = difflib.get_close_matches(key, _KNOWN, 1)
            fix = f"Did you mean {near[0]}?" if near else f"Settings are: {', '.join(_KNOWN)}."
            problems.append(SETTING.at(_place(text.value, file, key), f"“{key}” is not a setting.", fix=fix))
    wanted = found.get("require_approval", False)
    if not isinstance(wanted, bool):
        place = _place(text.value, file, "require_approval")
        problems.append(SETTING.at(place, "require_approval is either true or false.", fix=example))
    brand, wrong = _brand(found.get("brand", {}), text.value, file)
    # A slip in the letterhead switches nothing on; one beside it might have been meant for the approval.
    return Checked(Settings(wanted is not False or bool(problems), brand), (*problems, *wrong))


_COLOR = re.compile(r"#?([0-9a-fA-F]{6})\Z")


def _brand(found: object, text: str, file: str) -> tuple[Brand, tuple[Diagnostic, ...]]:
    problems: list[Diagnostic] = []
    if not isinstance(found, dict):
        fix = 'Write [brand] on a line of its own, and below it: name = "Riverbend Connect"'
        return Brand(), (SETTING.at(_place(text, file, "brand"), "brand has settings of its own.", fix=fix),)
    kept: dict[str, str] = {}
    for key, value in found.items():
        place = _place(text, file, key)
        if key not in _BRAND:
            near = difflib.get_close_matches(key, (*_BRAND, "colour"), 1)
            fix = f"Did you mean {near[0].replace('colour', 'color')}?" if near else f"They are: {', '.join(_BRAND)}."
            problems.append(SETTING.at(place, f"“{key}” is not a setting of the brand.", fix=fix))
        elif not isinstance(value, str) or not value.strip() or not value.isprintable():
            fix = f'Write: {key} = "{_EXAMPLES[key]}"'
            problems.append(SETTING.at(place, f"{key} is a text between quotation marks, on one line.", fix=fix))
        else:
            kept[key] = value.strip()
    if "color" in kept:
        color = _COLOR.match(kept["color"])
        place = _place(text, file, "color")
        if color is None:
            fix = f'Write a number sign and six digits: color = "{_EXAMPLES["color"]}"'
            problems.append(SETTING.at(place, f"“{kept.pop('color')}” is not a colour.", fix=fix))
        else:
            kept["color"] = color[1].upper()
    places = tuple((key, _place(text, file, key)) for key in kept)
    return Brand(**kept, places=places), tuple(problems)


_EXAMPLES = {
    "name": "Riverbend Connect", "logo": "logo.png", "color": "#1D4F73",
    "text_font": "Georgia", "heading_font": "Arial", "fonts": "fonts",
}  # fmt: skip


def _place(text: str, file: str, key: str) -> Span:
    """Return where ``key`` stands."""
    for number, line in enumerate(text.split("\n"), 1):
        found = re.search(rf"(?:^|[\s\[.\"']){re.escape(key)}(?:$|[\s\].\"'=])", line)
        if found:
            return Span(file, number, line.index(key, found.start()) + 1)
    return Span(file)
