"""What happens to a chunk between reader and statistics: labels to targets, weights, clipping.

Each preparation is a frozen value or a function, called with a chunk; it changes nothing that it
does not remark on. One that finds a defect ends the chunk before it.
"""

from collections.abc import Callable

from cecli.chunk import Chunk

Preparation = Callable[[Chunk], Chunk]
