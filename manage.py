#!/usr/bin/env python
"""Sextant's command line: `manage.py help` lists the commands.

Those that sign nothing run without a key. The others take the key and the servers of a `make run` that is at
work in this folder, where the environment names none.
"""

import os
import secrets
import sys
from importlib.util import find_spec

from django.core.management import execute_from_command_line

WITHOUT_A_KEY = ("analyse", "makemigrations", "write_docs")


def adopt_what_runs() -> None:
    """Take over the environment of the launcher of this folder, if one is at work."""
    if find_spec("local.state") is None:
        return
    from local.state import Failed, environment_for, read_addresses

    try:
        os.environ.update(environment_for(read_addresses()))
    except Failed:
        sys.exit("No server is at work here. Start `make run` first, or set what docs/operations.md lists.")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if sys.argv[1:2] and sys.argv[1] in WITHOUT_A_KEY:
        os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe())
    elif not {"SECRET_KEY", "SECRET_KEY_FILE"} & set(os.environ):
        adopt_what_runs()
    execute_from_command_line(sys.argv)
