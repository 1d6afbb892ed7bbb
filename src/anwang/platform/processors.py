"""How many processors there are to use. Only the standard library: the checks must run when nothing else does."""

import os


def usable_processors() -> int:
    """Those that this process may use, which in a container may be fewer than there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
