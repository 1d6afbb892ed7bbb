"""Generated source compiled to machine code, and kept so that the next process need not compile it again."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
from functools import lru_cache
from pathlib import Path
from types import ModuleType


@lru_cache(maxsize=8)
def compiled(source: str) -> ModuleType:
    """The module, from the cache folder of the home or of the user; from memory where there is none to write to."""
    name = f"anwang_kernels_{hashlib.sha256(source.encode()).hexdigest()[:16]}"
    folder = _folder()
    if folder is None:
        module = ModuleType(name)
        exec(compile(source.replace(", cache=True", ""), name, "exec"), module.__dict__)  # noqa: S102 - our own source
        return module
    path = folder / f"{name}.py"
    if not path.exists() or path.read_text(encoding="utf-8") != source:
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_text(source, encoding="utf-8")
        draft.replace(path)
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _folder() -> Path | None:
    """Where compiled code is kept: only a folder that is nobody else's to write to."""
    given = os.environ.get("NUMBA_CACHE_DIR")
    folder = Path(given) if given else Path.home() / ".cache" / "anwang" / "kernels"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        found = folder.stat()
    except (OSError, RuntimeError):
        return None
    is_ours = found.st_uid == os.getuid() and not found.st_mode & 0o022
    return folder if is_ours and os.access(folder, os.W_OK) else None
