"""The WSGI entry that Granian serves; what the first look-up of a person would wait for is loaded before.

What is loaded then stays, and is not looked through again for what can be freed: each time that would hold up whoever is
waiting for an answer for a tenth of a second.
"""

from __future__ import annotations

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anwang.platform.settings")
application = get_wsgi_application()

from anwang.people.linkage.lookup import warm  # noqa: E402 - Django must be ready

warm()
gc.collect()
gc.freeze()
