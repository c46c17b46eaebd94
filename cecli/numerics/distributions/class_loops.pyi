from cecli.numerics import Floats

KERNELS: tuple[str, ...]

def sums_over_classes(terms: Floats, kernel: int = -1) -> Floats: ...
def log_ratio_moments(
    prob: Floats,
    other_prob: Floats,
    surprisal: Floats,
    other_surprisal: Floats,
    kernel: int = -1,
) -> tuple[Floats, Floats, Floats]: ...
