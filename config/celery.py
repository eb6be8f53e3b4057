"""The queue: JSON only, late acknowledgement, one task at a time, lost tasks come back within seconds."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import task_postrun, task_prerun, worker_init, worker_process_init
from django.db import close_old_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.conf import settings

PR_SET_PDEATHSIG = 1

app = Celery("sextant")
app.conf.update(
    broker_url=settings.REDIS_URL,
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_time_limit=settings.TASK_SECONDS + 30,
    task_soft_time_limit=settings.TASK_SECONDS,
    worker_prefetch_multiplier=1,
    worker_max_memory_per_child=2_000_000,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        "visibility_timeout": max(3600, 3 * settings.TASK_SECONDS),
        "socket_connect_timeout": 5,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
    },
    beat_schedule={
        "sweep-runs": {"task": "strategy.sweep", "schedule": float(settings.SWEEP_SECONDS)},
        "sweep-reports": {"task": "reports.sweep", "schedule": float(settings.SWEEP_SECONDS)},
        "delete-due": {"task": "accounts.delete_due", "schedule": crontab(minute=35)},
        "reopen-expired": {"task": "compliance.reopen_expired", "schedule": crontab(minute=10)},
        "anchor-trails": {"task": "accounts.anchor", "schedule": crontab(hour=0, minute=5)},
    },
    timezone="UTC",
    CELERY_DB_REUSE_MAX=10**9,
)
app.autodiscover_tasks(["accounts", "compliance", "strategy", "reports"])


@worker_process_init.connect
def die_with_the_parent(**kwargs: Any) -> None:
    """A pool process ends when its worker is killed, so that nothing computes unowned."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


@worker_init.connect
def refuse_an_open_database(**kwargs: Any) -> None:
    from accounts.checks import refuse_to_start

    refuse_to_start()


@task_prerun.connect
@task_postrun.connect
def tidy_connections(**kwargs: Any) -> None:
    close_old_connections()
