"""Build the compiled parts with sanitizers of addresses and undefined behaviour, and use them.

Run it from the repository, with g++: python tests/sanitized.py [--cases 20 | --seconds 60]

The parts are built in build/sanitized. tests/mutated.py runs over them, and those targets of
tests/fuzzing whose input reaches them. Both end at the first access outside an array, overflow of a
signed integer, misplaced shift and the like.
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

import turns

# Targets of tests/fuzzing.
TARGETS = ("csv", "json", "openai", "llama", "inspect", "lm-eval", "kld")
ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "build" / "sanitized"
SANITIZERS = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
COMPILED = ["-O0", "-g1", "-fno-omit-frame-pointer", *SANITIZERS]
# setup.py as it is, but for how the modules are compiled. Here, an error is an error.
BUILD = f"""
import runpy, setuptools
setup = setuptools.setup

def sanitized(ext_modules, **given):
    assert ext_modules, "nothing was translated"
    for module in ext_modules:
        module.optional = False
        module.extra_compile_args += {COMPILED!r}
        module.extra_link_args += {SANITIZERS!r}
    setup(ext_modules=ext_modules, **given)

setuptools.setup = sanitized
runpy.run_path("setup.py", run_name="__main__")
"""


def copied() -> None:
    """Copy what is built, without what was built; unchanged files stay as old as they are."""
    built = shutil.ignore_patterns("*.so", "*.pyd", "__pycache__")
    shutil.copytree(ROOT / "cecli", FOLDER / "cecli", ignore=built, dirs_exist_ok=True)
    for name in ("setup.py", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy2(ROOT / name, FOLDER)


def build() -> None:
    command = [sys.executable, "-c", BUILD, "-q", "build_ext", "--inplace"]
    subprocess.run(command, cwd=FOLDER, check=True)


def library(name: str) -> str:
    """Return the path of a library of the compiler."""
    command = ["g++", f"-print-file-name={name}"]
    path = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    if not Path(path).is_absolute():
        raise SystemExit(f"g++ has no {name}")
    return path


def environment() -> dict[str, str]:
    """Return the environment in which Python loads sanitized modules."""
    return os.environ | {
        # The sanitizer must be loaded first, and find the exceptions of C++ when it is.
        "LD_PRELOAD": f"{library('libasan.so')} {library('libstdc++.so.6')}",
        # Python itself frees little at its end.
        "ASAN_OPTIONS": "detect_leaks=0",
        "UBSAN_OPTIONS": "print_stacktrace=1",
        # An array of its own for each object, so that nothing lies behind it.
        "PYTHONMALLOC": "malloc",
        "PYTHONPATH": str(FOLDER),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    turns.add_options(parser, cases=20)
    options = parser.parse_args()
    limit = ["--cases", str(options.cases)]
    if options.seconds is not None:
        limit = ["--seconds", str(options.seconds / 2)]
    copied()
    build()
    for program in (("mutated.py",), ("-m", "fuzzing", *TARGETS)):
        command = [sys.executable, *program, *limit, "--seed", str(options.seed)]
        done = subprocess.run(command, env=environment(), cwd=ROOT / "tests", check=False)
        if done.returncode:
            raise SystemExit(done.returncode)


if __name__ == "__main__":
    main()
