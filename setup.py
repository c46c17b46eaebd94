"""Builds the compiled parts where that can be done; cecli works without them, only slower.

Everything else is in pyproject.toml.
"""

import warnings

from setuptools import Extension, setup

SUMS = ["registers.hpp", "accumulator.hpp", "lanes.hpp", "kernels.hpp"]
# Module: the headers beside its .pyx that it is made of.
COMPILED = {
    "cecli.readers.scanner": ["marks.hpp", "rows.hpp", "scan.hpp", "fields.inc", "dictionary.hpp"],
    "cecli.numerics.accumulator": SUMS,
    "cecli.numerics.quick_log": ["registers.hpp", "logarithm.hpp"],
    "cecli.numerics.one_pass": [*SUMS, "logarithm.hpp", "one_pass.hpp"],
    "cecli.numerics.resampler": ["resampler.hpp"],
}


def extension(module: str, headers: list[str]) -> Extension:
    """Return a module that is ready to be compiled."""
    *folders, name = module.split(".")
    folder = "/".join(folders)
    return Extension(
        module,
        [f"{folder}/{name}.pyx"],
        include_dirs=[folder],
        depends=[f"{folder}/{header}" for header in headers],
        language="c++",
        extra_compile_args=["-std=c++17", "-O3", "-g0", "-ffp-contract=off", "-Wno-psabi"],
    )


def extensions() -> list[Extension]:
    """Return all of them; none where Cython is missing or fails."""
    try:
        from Cython.Build import cythonize

        modules = [extension(module, headers) for module, headers in COMPILED.items()]
        translated = cythonize(modules, build_dir="build")
    except Exception as reason:
        # Whatever it is, it must not keep anyone from installing.
        warnings.warn(f"cecli is built without its compiled parts: {reason!r}", stacklevel=1)
        return []
    for module in translated:
        # A compiler's error is a warning, then. cythonize() does not pass this on.
        module.optional = True
    return translated


setup(ext_modules=extensions())
