from cecli.numerics import Floats

KERNELS: tuple[str, ...]
SCORES: tuple[str, ...]

class SumsOfPairs:
    moments: dict[str, tuple[int, int]]
    difference: Floats
    neighbours: int
    better: int
    worse: int

def paired_sums(
    target: Floats, baseline: Floats, model: Floats, kernel: int = -1
) -> SumsOfPairs | None: ...
def paired_sums_of_logits(
    target: Floats, baseline: Floats, model: Floats, kernel: int = -1
) -> SumsOfPairs | None: ...
