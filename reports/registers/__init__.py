"""Registers for auditors and officers, each a table that every form of export writes alike."""

from reports.registers import controls, duties, work
from reports.registers.register import by_name

REGISTERS = by_name(
    (
        duties.GAPS,
        duties.PLAN_OF_ACTION,
        duties.CHANGES,
        duties.DEADLINES,
        duties.UNKNOWN,
        controls.SOA,
        controls.INHERITED,
        controls.PROVIDED,
        duties.NOT_APPLICABLE,
        controls.ANSWERS,
        work.TASKS,
        work.EVIDENCE,
        work.WAIVERS,
        work.DECISIONS,
        work.COMMENTS,
    )
)
