"""The settings of one workspace: ``agreements.toml`` in its folder. There is one setting, and it may be absent.

# Finals are made of clauses that our counsel has approved, and of no others.
require_approval = true
"""

from __future__ import annotations

import difflib
import re

from generator.diagnostics import Checked, Diagnostic, Rule, Severity, Span
from generator.frozen import dataclass
from generator.reading.source_text import read_text

__all__ = ["RULES", "SETTINGS_FILE", "Settings", "read_settings"]

SETTINGS_FILE = "agreements.toml"

SETTING = Rule(
    "setting",
    Severity.ERROR,
    "The file agreements.toml says something that is no setting.",
    """`agreements.toml` in the folder of your profiles holds the settings of this workspace. It need not be there. The
one setting there is:

```toml
require_approval = true
```

With it, a final is made only of clauses whose text your counsel has approved, and a draft marks all others. Without
it, the cover and the record say which clauses no counsel has approved.

**Wrong:** `require_approval: yes`

**Right:** `require_approval = true`""",
)
RULES = (SETTING,)

_KNOWN = ("require_approval",)


@dataclass(frozen=True, slots=True)
class Settings:
    """What a workspace demands. ``require_approval``: finals hold only clauses that counsel has approved."""

    require_approval: bool = False


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
    return Checked(Settings(wanted is not False or bool(problems)), tuple(problems))


def _place(text: str, file: str, key: str) -> Span:
    """Return where ``key`` stands."""
    for number, line in enumerate(text.split("\n"), 1):
        found = re.search(rf"(?:^|[\s\[.\"']){re.escape(key)}(?:$|[\s\].\"'=])", line)
        if found:
            return Span(file, number, line.index(key, found.start()) + 1)
    return Span(file)
