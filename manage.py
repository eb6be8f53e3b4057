#!/usr/bin/env python
"""Sextant's command line: `manage.py help` lists the commands. Those that sign nothing run without a key."""

import os
import secrets
import sys

from django.core.management import execute_from_command_line

WITHOUT_A_KEY = ("analyse", "makemigrations", "write_docs")

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if sys.argv[1:2] and sys.argv[1] in WITHOUT_A_KEY:
        os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe())
    execute_from_command_line(sys.argv)
