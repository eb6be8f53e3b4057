"""The web server's entry point; refuses to start on a database that would not keep organisations apart.

All pages are imported here, before the server forks its workers (`--preload`): once, and not at a first request.
"""

import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from django.conf import settings  # noqa: E402
from django.db import connections  # noqa: E402

from accounts.checks import refuse_to_start  # noqa: E402

import_module(settings.ROOT_URLCONF)
refuse_to_start()
connections.close_all()
