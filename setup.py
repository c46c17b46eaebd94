"""Builds the compiled scanner where that can be done; cecli works without it, only slower.

Everything else is in pyproject.toml.
"""

import warnings

from setuptools import Extension, setup

FOLDER = "cecli/readers"


def extensions() -> list[Extension]:
    """Return the scanner, ready to be compiled; nothing where Cython is missing or fails."""
    scanner = Extension(
        "cecli.readers.scanner",
        [f"{FOLDER}/scanner.pyx"],
        include_dirs=[FOLDER],
        depends=[f"{FOLDER}/marks.hpp", f"{FOLDER}/dictionary.hpp"],
        language="c++",
        extra_compile_args=["-std=c++17", "-O3", "-g0"],
    )
    try:
        from Cython.Build import cythonize

        translated = cythonize([scanner], build_dir="build")
    except Exception as reason:
        # Whatever it is, it must not keep anyone from installing.
        warnings.warn(f"cecli is built without its compiled scanner: {reason!r}", stacklevel=1)
        return []
    for extension in translated:
        # A compiler's error is a warning, then. cythonize() does not pass this on.
        extension.optional = True
    return translated


setup(ext_modules=extensions())
