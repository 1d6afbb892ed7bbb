"""What a Granian worker process loads: it ties its life to Granian's main process, then loads the application."""

import os
from importlib import import_module

from anwang.platform.process_tree import die_with_parent

die_with_parent()
_module, _, _name = os.environ["ANWANG_WSGI"].partition(":")
application = getattr(import_module(_module), _name)
