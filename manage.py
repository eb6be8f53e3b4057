#!/usr/bin/env python
"""Sextant's command line: `manage.py help` lists the commands. `analyse` signs nothing, so it runs without a key."""

import os
import secrets
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if sys.argv[1:2] == ["analyse"]:
        os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe())
    execute_from_command_line(sys.argv)
