"""The cluster's superuser: whom no guard of the database stops, so that tests can do what an intruder would."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection

from tests.skipping import leave_out


@contextmanager
def superuser() -> Iterator[psycopg.Connection]:
    """A connection as the superuser to the tests' database; left out where the server is not ours."""
    serving = connection.settings_dict
    try:
        opened = psycopg.connect(
            host=serving["OPTIONS"].get("host") or serving["HOST"],
            user="postgres",
            dbname=serving["NAME"],
            autocommit=True,
        )
    except psycopg.OperationalError as error:
        leave_out(f"the superuser of a server of your own is not known here: {error}")
    with opened:
        yield opened
