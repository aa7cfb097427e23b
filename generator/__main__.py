"""The installed command: :func:`generator.cli.main`, begun and ended without what only long-lived programs need."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from typing import NoReturn

__all__ = ["program"]


def program() -> NoReturn:
    """Run the command line with the program's own arguments and leave with its exit code."""
    # Nearly everything that is made lives to the end of the run: looking for garbage among it finds none.
    gc.set_threshold(100_000, 50, 50)
    from generator.cli import main

    code = main()
    # Nor is it given back piece by piece: that would take a tenth of the time of a contract.
    atexit._run_exitfuncs()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    program()
