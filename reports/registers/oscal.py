"""The last analysis as OSCAL assessment results: each duty that applies a finding, each open one a risk as well.

No official OSCAL catalogue of these laws exists: control ids are tokens made from their identifiers, and the
identifier as lawyers write it stands in a property. Equal states give equal documents, ids included.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from compliance.duties import Duty
from engine.labels import label, title
from reports.registers.material import Analysis, Beside, Material
from reports.registers.register import LIMITS

OSCAL: Final = "1.2.1"
NAMESPACE: Final = "urn:sextant:oscal"
SPACE: Final = uuid.uuid5(uuid.NAMESPACE_URL, NAMESPACE)
Json = dict[str, Any]


class NothingAnalysed(Exception):
    """There is no finished analysis of the assessment."""


def assessment_results(material: Material, organisation: str) -> Json:
    """The document. `organisation` is its opaque id. Raises NothingAnalysed."""
    latest = material.latest
    if latest is None:
        raise NothingAnalysed("There is no finished analysis of the assessment. Analyse it first.")
    applied = [duty for duty in latest.duties if duty.applies == "yes" and duty.state != "not_applicable"]
    plan = _id("plan", latest.run)
    result: Json = {
        "uuid": _id("result", latest.run),
        "title": f"Analysis as of {latest.as_of}",
        "description": LIMITS,
        "start": _moment(latest.as_of),
        "props": [_prop("run", latest.run), _prop("knowledge-release", latest.knowledge_release)],
        "reviewed-controls": {"control-selections": [_selection(applied)]},
    }
    if applied:
        result["observations"] = [_observation(duty, latest) for duty in applied]
        result["findings"] = [_finding(duty, latest) for duty in applied]
    risks = [_risk(duty, latest, material) for duty in applied if duty.is_open]
    if risks:
        result["risks"] = risks
    return {
        "assessment-results": {
            "uuid": _id("document", latest.run, material.day.isoformat()),
            "metadata": {
                "title": "Duties of AI use, as analysed",
                "last-modified": _moment(material.day),
                "version": material.day.isoformat(),
                "oscal-version": OSCAL,
                "props": [_prop("organisation", organisation), _prop("law-read-on", latest.law_read_on)],
                "remarks": LIMITS,
            },
            "import-ap": {"href": f"#{plan}"},
            "results": [result],
            "back-matter": {
                "resources": [
                    {
                        "uuid": plan,
                        "title": "How the analysis was made",
                        "description": f"Rules of the knowledge release {latest.knowledge_release}, law as read on "
                        f"{latest.law_read_on}, applied to the frozen answers of {latest.run}.",
                    }
                ]
            },
        }
    }


def plan_of_action(material: Material, organisation: str) -> Json:
    """What is open as an OSCAL plan of action and milestones: an item and a risk for each open duty.

    `organisation` is its opaque id. Raises NothingAnalysed, also where nothing is open: OSCAL knows no empty plan.
    """
    latest = material.latest
    open_ = [duty for duty in latest.duties if duty.is_open] if latest else []
    if latest is None or not open_:
        raise NothingAnalysed("No finished analysis of the assessment has an open duty to plan.")
    return {
        "plan-of-action-and-milestones": {
            "uuid": _id("poam", latest.run, material.day.isoformat()),
            "metadata": {
                "title": "Plan of action and milestones",
                "last-modified": _moment(material.day),
                "version": material.day.isoformat(),
                "oscal-version": OSCAL,
                "props": [_prop("run", latest.run), _prop("law-read-on", latest.law_read_on)],
                "remarks": LIMITS,
            },
            "system-id": {"identifier-type": NAMESPACE, "id": organisation},
            "risks": [_risk(duty, latest, material) for duty in open_],
            "poam-items": [
                {
                    "uuid": _of("poam-item", duty, latest),
                    "title": _line(duty.title),
                    "description": _line(" ".join(duty.because)),
                    "props": _props(duty),
                    "related-risks": [{"risk-uuid": _of("risk", duty, latest)}],
                }
                for duty in open_
            ],
        }
    }


def control_id(regime: str, requirement: str) -> str:
    """`gdpr-art-28-3` of GDPR Art. 28(3), `hipaa-164.312.a.2.iv` of HIPAA 164.312(a)(2)(iv)."""
    within = "." if regime == "HIPAA" else "-"
    text = re.sub(r"\)\(|[()]", within, requirement)
    text = (
        re.sub(r"\.\s+|[^A-Za-z0-9.]+", "-", text) if within == "-" else re.sub(r"[^A-Za-z0-9.]+", "-", text)
    )
    text = re.sub(r"([.-])[.-]+", r"\1", text).strip(".-")
    return f"{regime}-{text}".lower().replace("_", "-")


def _id(*parts: str | None) -> str:
    """A UUID that equal parts give again."""
    return str(uuid.uuid5(SPACE, "\n".join(part or "" for part in parts)))


def _of(kind: str, duty: Duty, latest: Analysis) -> str:
    return _id(kind, latest.run, *duty.key)


def _moment(day: date) -> str:
    return f"{day.isoformat()}T00:00:00+00:00"


def _prop(name: str, value: str) -> Json:
    return {"name": name, "ns": NAMESPACE, "value": value.strip() or "-"}


def _line(text: str) -> str:
    """A text on one line, and never an empty one."""
    return " ".join(text.split()) or "-"


def _selection(applied: Sequence[Duty]) -> Json:
    ids = sorted({control_id(duty.regime, duty.requirement_id) for duty in applied})
    return {"include-controls": [{"control-id": name} for name in ids]} if ids else {"include-all": {}}


def _props(duty: Duty) -> list[Json]:
    return [
        _prop("label", f"{title(duty.regime)} {duty.requirement_id}"),
        _prop("use-case", duty.use_case or "whole organisation"),
        _prop("state", duty.state),
        _prop("timing", duty.timing),
        _prop("blocks-launch", "yes" if duty.blocker else "no"),
        *(_prop("rule", rule) for rule in duty.rules),
    ]


def _observation(duty: Duty, latest: Analysis) -> Json:
    return {
        "uuid": _of("observation", duty, latest),
        "title": _line(f"{title(duty.regime)} {duty.requirement_id}: why it applies"),
        "description": _line(" ".join(duty.because)),
        "methods": ["EXAMINE"],
        "collected": _moment(latest.as_of),
    }


def _finding(duty: Duty, latest: Analysis) -> Json:
    satisfied = duty.state not in ("gap", "partial", "unknown")
    status: Json = {"state": "satisfied" if satisfied else "not-satisfied"}
    status["reason"] = "pass" if satisfied else "other" if duty.state == "unknown" else "fail"
    if not satisfied:
        status["remarks"] = _line(
            label(duty.state) + (": not answered is not met" if duty.state == "unknown" else "")
        )
    found: Json = {
        "uuid": _of("finding", duty, latest),
        "title": _line(duty.title),
        "description": _line(f"{duty.title}. {' '.join(duty.because)}"),
        "props": _props(duty),
        "target": {
            "type": "objective-id",
            "target-id": control_id(duty.regime, duty.requirement_id),
            "status": status,
        },
        "related-observations": [{"observation-uuid": _of("observation", duty, latest)}],
    }
    if duty.is_open:
        found["related-risks"] = [{"risk-uuid": _of("risk", duty, latest)}]
    return found


def _risk(duty: Duty, latest: Analysis, material: Material) -> Json:
    waived = material.beside_of(duty.key, "risk", "exception")
    task = next(iter(material.beside_of(duty.key, "task")), None)
    risk: Json = {
        "uuid": _of("risk", duty, latest),
        "title": _line(duty.title),
        "description": _line(" ".join(duty.because)),
        "statement": _line(
            f"Weight in law {label(duty.legal)}, sensitivity {label(duty.sensitivity)}, exposure {label(duty.exposure)}, "
            f"evidence {label(duty.evidence or 'unknown')}."
        ),
        "status": "deviation-approved" if waived else "open",
        "props": _props(duty),
    }
    if waived:
        risk["risk-log"] = {"entries": [_entry(row) for row in waived]}
    if task is not None:
        risk["deadline"] = _moment(task.until)
    if duty.text:
        risk["remediations"] = [
            {
                "uuid": _of("remediation", duty, latest),
                "lifecycle": "planned" if task else "recommendation",
                "title": _line(f"By {task.by or 'nobody yet'}" if task else f"Usually done by {duty.role}"),
                "description": _line(task.text if task else duty.text),
                "props": [*_estimate(duty)] or [_prop("days", "not estimated")],
            }
        ]
    return risk


def _entry(row: Beside) -> Json:
    instead = f" Instead: {row.note}" if row.note else ""
    return {
        "uuid": _id("waiver", row.id),
        "title": _line(f"Accepted by {row.by} until {row.until}, level {row.state}"),
        "description": _line(f"{row.text}{instead}"),
        "start": _moment(row.since),
        "end": _moment(row.until),
        "status-change": "deviation-approved",
    }


def _estimate(duty: Duty) -> Iterable[Json]:
    for end in ("low", "likely", "high"):
        if duty.estimate:
            yield _prop(f"days-{end}-estimate", duty.estimate[end])
