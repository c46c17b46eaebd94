from cecli.numerics import Floats

KERNELS: tuple[str, ...]

def logistic_sums(
    target: Floats,
    prob: Floats,
    slope: float,
    intercept: float,
    is_shift: bool,
    kernel: int = -1,
) -> tuple[int, ...] | None: ...
