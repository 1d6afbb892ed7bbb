"""What hangs together by pairs, found in parts: the forest of a part of the pairs stands for them all the same.

So pairs may lie anywhere, on many machines: of each part only the forest travels, and the forest of forests is the whole's.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .kernels import fitting
from .keys import Ints, distinct


def forest(left: Ints, right: Ints) -> tuple[Ints, Ints]:
    """The nodes of these edges, in order, and of each the lowest node with which it hangs together.

    Both together are edges again: the forest of several forests' edges is that of all their edges.
    """
    nodes = distinct(np.r_[left, right])
    root = np.arange(len(nodes))
    fitting(_united, len(left))(np.searchsorted(nodes, left), np.searchsorted(nodes, right), root)
    return nodes, nodes[root]


def _united(left: Any, right: Any, root: Any) -> None:
    """`root[k]` becomes the lowest place that hangs together with `k`."""
    for k in range(len(left)):
        a, b = left[k], right[k]
        while root[a] != a:
            root[a] = root[root[a]]
            a = root[a]
        while root[b] != b:
            root[b] = root[root[b]]
            b = root[b]
        if a < b:
            root[b] = a
        else:
            root[a] = b
    for k in range(len(root)):  # a root is never above what hangs on it
        root[k] = root[root[k]]
