"""A site of one page for the tests of the process tree: `/` says the worker's process id, `/die` ends it.

Run as a program it serves itself: `small_site.py HOME PORT`, and prints the address when it answers.
"""

import os
import sys
from collections.abc import Callable, Iterable
from typing import Any

from anwang.platform.home import Home
from anwang.platform.processes import serve


def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    if environ["PATH_INFO"] == "/die":
        os._exit(3)
    if environ["PATH_INFO"] == "/environment":
        text = "\n".join(sorted(name for name in os.environ if name.startswith(("ANWANG_", "DATABASE_"))))
    else:
        text = str(os.getpid())
    start("200 OK", [("Content-Type", "text/plain")])
    return [text.encode()]


if __name__ == "__main__":
    sys.exit(
        serve(
            Home(sys.argv[1]),
            port=int(sys.argv[2]),
            application="small_site:application",
            jobs=False,
            announce=lambda url: print(url, flush=True),
        )
    )
