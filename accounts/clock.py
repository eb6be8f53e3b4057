"""The day it is where the organisation is."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts.tenancy import open_organisation


def today() -> date:
    """Today's date in the open organisation's time zone."""
    return timezone.localdate(timezone=ZoneInfo(open_organisation().time_zone))
