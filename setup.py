"""Builds the compiled parts if possible; cecli works without them, only slower.

All other settings are in pyproject.toml.
"""

import os
import sysconfig
import warnings

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

JSON, LOGS = "cecli/readers/json", "cecli/readers/logs"
TEXT, SUMS = "cecli/readers/text", "cecli/numerics/sums"
NUMERICS, DISTRIBUTIONS = "cecli/numerics", "cecli/numerics/distributions"
KERNELS, CELLS, JOIN = "cecli/kernels", "cecli/numerics/cells", "cecli/join"
VOCABULARY, MULTISETS = f"{NUMERICS}/vocabulary", "cecli/numerics/multisets"
FOLDERS = [VOCABULARY, TEXT, JSON, LOGS, SUMS, NUMERICS, DISTRIBUTIONS]
GROUPED = "cecli/report/grouped"
HEADERS = [*FOLDERS, CELLS, KERNELS, MULTISETS, JOIN, GROUPED]
REGISTERS, LOGARITHM = f"{SUMS}/registers.hpp", f"{DISTRIBUTIONS}/logarithm.hpp"
EXPONENTIAL, KEYS = f"{DISTRIBUTIONS}/exponential.hpp", f"{CELLS}/keys.hpp"
BERNOULLI = [LOGARITHM, EXPONENTIAL, f"{DISTRIBUTIONS}/bernoulli.hpp"]
WRITTEN, LIMITS = f"{SUMS}/written.pxi", f"{KERNELS}/limits.pxi"
SUM_HEADERS = [REGISTERS, *(f"{SUMS}/{name}.hpp" for name in ("accumulator", "lanes", "kernels"))]
# The .pyx file of each compiled module, and the headers that it includes.
COMPILED = {
    f"{TEXT}/scanner.pyx": [
        f"{TEXT}/{name}"
        for name in (
            *("marks.hpp", "rows.hpp", "scan.hpp", "dictionary.hpp", "fields.inc"),
            *("decimals.hpp", "numbers.hpp", "numbers.inc"),
        )
    ],
    f"{JSON}/converter.pyx": [f"{JSON}/lexer.hpp", f"{JSON}/members.hpp"],
    f"{LOGS}/token_rows.pyx": [
        f"{JSON}/lexer.hpp",
        *(f"{LOGS}/{name}.hpp" for name in ("logged", "token_rows", "common")),
    ],
    f"{SUMS}/accumulator.pyx": [
        *SUM_HEADERS,
        *(f"{SUMS}/{name}" for name in ("digits.hpp", "stretches.hpp", "written.pxi")),
    ],
    f"{SUMS}/digit_loops.pyx": [f"{SUMS}/accumulator.hpp", f"{SUMS}/digits.hpp"],
    f"{SUMS}/pair_loops.pyx": [REGISTERS, f"{SUMS}/pair_loops.hpp"],
    f"{DISTRIBUTIONS}/elementary.pyx": [
        REGISTERS,
        *BERNOULLI,
        *(f"{DISTRIBUTIONS}/{name}.hpp" for name in ("elementary", "excess")),
    ],
    f"{DISTRIBUTIONS}/class_loops.pyx": [REGISTERS, f"{DISTRIBUTIONS}/class_loops.hpp"],
    f"{KERNELS}/group_loops.pyx": [
        *(*SUM_HEADERS, f"{SUMS}/digits.hpp", *BERNOULLI, KEYS),
        *(f"{KERNELS}/{name}.hpp" for name in ("binary_scores", "one_pass", "cuts", "group_loops")),
        *(f"{KERNELS}/binary_sums.pxi", LIMITS, WRITTEN),
    ],
    f"{KERNELS}/one_pass.pyx": [
        *(*SUM_HEADERS, *BERNOULLI, KEYS),
        *(f"{KERNELS}/{name}.hpp" for name in ("binary_scores", "one_pass", "counted_pass")),
        *(f"{KERNELS}/binary_sums.pxi", LIMITS, WRITTEN),
    ],
    f"{KERNELS}/soft_sums.pyx": [
        *(*SUM_HEADERS, f"{SUMS}/digits.hpp", *BERNOULLI, KEYS, f"{DISTRIBUTIONS}/excess.hpp"),
        *(f"{KERNELS}/{name}.hpp" for name in ("binary_scores", "one_pass", "soft_sums")),
        *(LIMITS, WRITTEN),
    ],
    f"{KERNELS}/class_sums.pyx": [
        *(*SUM_HEADERS, LOGARITHM, KEYS, f"{DISTRIBUTIONS}/class_loops.hpp"),
        *(
            f"{KERNELS}/{name}.hpp"
            for name in ("binary_scores", "one_pass", "class_scores", "class_sums")
        ),
        *(LIMITS, WRITTEN),
    ],
    f"{KERNELS}/weighted_sums.pyx": [
        *(REGISTERS, *BERNOULLI),
        *(
            f"{SUMS}/{name}.hpp"
            for name in ("accumulator", "digits", "slices", "slice_loops", "sliced")
        ),
        *(
            f"{KERNELS}/{name}.hpp"
            for name in ("binary_scores", "weight_bins", "weighted_totals", "weighted_sums")
        ),
        WRITTEN,
    ],
    f"{KERNELS}/paired_sums.pyx": [
        *(*SUM_HEADERS, *BERNOULLI, KEYS),
        *(f"{KERNELS}/{name}.hpp" for name in ("binary_scores", "one_pass", "paired_sums")),
        WRITTEN,
    ],
    f"{KERNELS}/logistic_pass.pyx": [
        *(*SUM_HEADERS, *BERNOULLI),
        *(f"{KERNELS}/logistic_pass.hpp", WRITTEN),
    ],
    f"{CELLS}/cell_loops.pyx": [
        REGISTERS,
        KEYS,
        *(f"{CELLS}/{name}.hpp" for name in ("cell_loops", "paged", "pools")),
    ],
    f"{CELLS}/weighed_loops.pyx": [
        *(REGISTERS, KEYS, f"{SUMS}/accumulator.hpp"),
        *(f"{CELLS}/{name}.hpp" for name in ("paged", "weighed_loops")),
    ],
    f"{CELLS}/flip_loops.pyx": [f"{CELLS}/{name}.hpp" for name in ("flip_loops", "pools")],
    f"{MULTISETS}/muhash_pass.pyx": [
        REGISTERS,
        *(f"{MULTISETS}/{name}.hpp" for name in ("blake2b", "muhash")),
    ],
    f"{JOIN}/key_table.pyx": [f"{JOIN}/key_table.hpp"],
    f"{VOCABULARY}/pair_rows.pyx": [
        REGISTERS,
        LOGARITHM,
        EXPONENTIAL,
        *(f"{VOCABULARY}/{name}.hpp" for name in ("rows", "likeliest", "tabled", "pairs")),
    ],
    f"{NUMERICS}/scalar_loops.pyx": [f"{NUMERICS}/scalar_loops.hpp"],
    f"{NUMERICS}/resampler.pyx": [f"{NUMERICS}/resampler.hpp"],
    "cecli/statistics/text_loops.pyx": [],
    f"{GROUPED}/number_texts.pyx": [f"{GROUPED}/number_texts.hpp"],
}
# Cython's code of memoryviews. Each of them would otherwise have a copy, and take three times as
# long to compile.
SHARED = "cecli._memoryviews"
# One wheel serves every Python from 3.11 on; a Python without the GIL has no stable ABI.
STABLE_ABI = not sysconfig.get_config_var("Py_GIL_DISABLED")
TAG = {"bdist_wheel": {"py_limited_api": "cp311"}} if STABLE_ABI else {}
INTERFACE = {
    "define_macros": [("Py_LIMITED_API", "0x030B0000")] if STABLE_ABI else [],
    "py_limited_api": STABLE_ABI,
}
OPTIMIZED = ["-O3", "-g0", "-ffp-contract=off", "-Wno-psabi"]


def extension(source: str, headers: list[str]) -> Extension:
    """Return the extension module of a .pyx file."""
    return Extension(
        source.removesuffix(".pyx").replace("/", "."),
        [source],
        include_dirs=HEADERS,
        depends=headers,
        language="c++",
        extra_compile_args=["-std=c++17", *OPTIMIZED],
        **INTERFACE,
    )


def extensions() -> list[Extension]:
    """Return all extension modules, or none if Cython is missing or fails, or none is wanted."""
    if os.environ.get("CECLI_NO_EXTENSIONS"):
        return []
    try:
        from Cython.Build import cythonize

        modules = [extension(source, headers) for source, headers in COMPILED.items()]
        source = f"{SHARED.replace('.', '/')}.c"  # which Cython writes
        shared = Extension(SHARED, [source], extra_compile_args=OPTIMIZED, **INTERFACE)
        translated = cythonize(
            [*modules, shared], build_dir="build", shared_utility_qualified_name=SHARED
        )
    except Exception as reason:
        # No error here may prevent the installation.
        warnings.warn(f"cecli is built without its compiled parts: {reason!r}", stacklevel=1)
        return []
    for module in translated:
        # Turns compiler errors into warnings; cythonize() does not pass this setting on.
        module.optional = True
    return translated


class BuildOnAllProcessors(build_ext):
    """Compiles as many modules at once as there are processors."""

    def finalize_options(self) -> None:
        super().finalize_options()
        if self.parallel is None:
            self.parallel = os.cpu_count()


setup(ext_modules=extensions(), cmdclass={"build_ext": BuildOnAllProcessors}, options=TAG)
