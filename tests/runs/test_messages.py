"""A message that is not JSON is thrown away unread: whoever reaches the broker runs nothing of their own."""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any

import pytest
from kombu import Connection, Queue

from config.celery import app
from tests.runs.company import ask, company, until_state
from tests.runs.conftest import Process
from tests.worker import wait_until


class Trap:
    """Unpickled, it leaves a folder behind."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return (os.mkdir, (str(self.path),))


def put_into_the_queue(body: bytes, content_type: str, encoding: str) -> None:
    with Connection(app.conf.broker_url) as broker, broker.Producer() as producer:
        producer.publish(
            body,
            routing_key="celery",
            declare=[Queue("celery", routing_key="celery")],
            content_type=content_type,
            content_encoding=encoding,
            headers={"task": "strategy.run", "id": "trap", "lang": "py", "argsrepr": "", "kwargsrepr": ""},
        )


def waiting() -> int:
    with Connection(app.conf.broker_url) as broker:
        return int(broker.default_channel.client.llen("celery"))


@pytest.mark.parametrize(
    "content_type", ["application/x-python-serialize", "application/x-yaml", "application/json"]
)
def test_a_pickle_in_the_queue_springs_nothing_and_the_worker_goes_on(
    worker: Process, tmp_path: Path, content_type: str
) -> None:
    path = tmp_path / "sprung"
    trap = pickle.dumps(((1, 1), {}, Trap(path)))
    put_into_the_queue(trap, content_type, "binary")
    wait_until(lambda: waiting() == 0, "the message is taken")
    office = company(use_cases=1)
    until_state(office, ask(office), "succeeded")
    assert not path.exists()
    pickle.loads(trap)
    assert path.exists()
    assert worker.poll() is None
