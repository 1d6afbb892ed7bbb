import os
import sys

if not sys.flags.utf8_mode and sys.getfilesystemencoding().lower() != "utf-8":
    # In a locale without UTF-8 Python would take Chinese paths apart wrongly, and each child process anew.
    os.environ["PYTHONUTF8"] = "1"
    safe = ["-P"] if sys.flags.safe_path else []
    again: list[str | bytes] = [sys.executable, *safe, "-m", "anwang", *map(os.fsencode, sys.argv[1:])]
    os.execv(sys.executable, again)  # noqa: S606

from anwang.cli import main

raise SystemExit(main())
