"""The WSGI entry that Granian serves; what the first look-up of a person would wait for is loaded before."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anwang.platform.settings")
application = get_wsgi_application()

from anwang.people.linkage.lookup import warm  # noqa: E402 - Django must be ready

warm()
