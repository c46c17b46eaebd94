"""Tell what is installed, and fail where a compiled part of cecli is missing or is not used.

Run it from any folder but that of the package: python tests/installed.py [--pure]
"""

import sys
from importlib import import_module
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import numpy
import pandas

import cecli

PACKAGE = Path(cecli.__file__).parent


def compiled() -> list[str]:
    """Return the modules that the package can have as compiled parts."""
    sources = sorted(PACKAGE.rglob("*.pyx"))
    assert sources, f"no .pyx file is in {PACKAGE}"
    return [".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts) for path in sources]


def is_compiled(name: str) -> bool:
    """Return whether a module can be imported, and is machine code."""
    try:
        file = import_module(name).__file__
    except ImportError:
        return False
    return bool(file) and any(file.endswith(suffix) for suffix in EXTENSION_SUFFIXES)


def main() -> None:
    found = {name: is_compiled(name) for name in compiled()}
    versions = f"numpy {numpy.__version__}, pandas {pandas.__version__}"
    print(f"cecli {cecli.__version__} in {PACKAGE}, Python {sys.version.split()[0]}, {versions}")
    print(f"{sum(found.values())} of {len(found)} compiled parts")
    wanted = "--pure" not in sys.argv
    wrong = [name for name, there in found.items() if there != wanted]
    if wrong:
        raise SystemExit(f"{'missing' if wanted else 'unexpected'}: {', '.join(wrong)}")


if __name__ == "__main__":
    main()
