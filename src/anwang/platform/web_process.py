"""The web server's process: Granian with the application that `ANWANG_WSGI` names."""

import sys

from anwang.platform.process_tree import die_with_parent

# Each thread keeps a database connection; the embedded server has 50 for everyone.
THREADS_PER_WORKER = 8


def main(port: int, workers: int) -> None:
    """Serve on 127.0.0.1:`port` with `workers` processes until SIGTERM."""
    die_with_parent()
    from granian.constants import Interfaces
    from granian.server import Server

    Server(
        "anwang.platform.web_application:application",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS_PER_WORKER,
        backlog=256,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=5,
    ).serve()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
