"""The web server's entry point; refuses to start on a database that would not keep organisations apart."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from accounts.checks import refuse_to_start  # noqa: E402

refuse_to_start()
