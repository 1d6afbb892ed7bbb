"""The model that a command is told to use, or the one that ships."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import CommandError

if TYPE_CHECKING:
    from anwang.people.linkage.model import LinkageModel


def chosen_model(path: Path | None) -> LinkageModel:
    """Raises CommandError (exit status 2) when the file is no model, or one of another version."""
    from anwang.people.linkage.model import LinkageModel

    if path is None:
        return LinkageModel.load()
    try:
        return LinkageModel.load(path)
    except OSError as error:
        raise CommandError(f"讀不到模型檔「{path}」（{error.strerror}）。", 2) from error
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise CommandError(f"「{path}」不是安網的模型檔。", 2) from error
    except ValueError as error:
        raise CommandError(f"{error}。", 2) from error
