from cecli.numerics import Floats

KERNELS: tuple[str, ...]

def sums_over_classes(terms: Floats, kernel: int = -1) -> Floats: ...
