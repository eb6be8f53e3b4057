"""Accepted risks and comments over the API: a person accepts, a machine may only read and comment."""

from __future__ import annotations

from datetime import date, timedelta

from tests.api.conftest import Call, Caller, faults, refused, trail
from tests.world import World

WISH = {
    "kind": "risk",
    "about": "ISO27001/A.8.15/assistant",
    "level": "medium",
    "reason": "A pilot",
    "expires_on": (date.today() + timedelta(days=60)).isoformat(),
}


def test_a_person_accepts_and_ends_and_a_key_may_not(world: World, key: Caller, person: Call) -> None:
    refused(key("POST", "waivers/", WISH), 403)
    officer = person("north/compliance_officer")
    assert faults(officer("POST", "waivers/", WISH | {"level": "high"})) == {
        "/level": "your role does not accept a risk of level high"
    }
    before = trail(world.north)
    made = officer("POST", "waivers/", WISH)
    body = made.json()
    assert made["Location"] == officer.whole("waivers", body["id"])
    assert (body["about"], body["accepted_as"], body["ended_at"]) == (
        "ISO27001/A.8.15/assistant",
        "compliance_officer",
        None,
    )
    assert key.get(f"waivers/{body['id']}/") == body
    assert key.get("waivers/")["items"] == [body]
    end = f"waivers/{body['id']}/end/"
    refused(officer("POST", end, {"reason": "Met"}), 428)
    ended = officer("POST", end, {"reason": "Met"}, If_Match='"v1"').json()
    assert (ended["version"], ended["end_reason"]) == (2, "Met")
    refused(officer("POST", end, {"reason": "Met"}, If_Match='"v2"'), 409)
    assert trail(world.north) == [*before, "risk.accepted", "risk.ended"]
