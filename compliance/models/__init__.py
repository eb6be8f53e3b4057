"""What an organisation says and does about its duties."""

from compliance.models.evidence import (
    Evidence,
    EvidenceFile,
    EvidenceLink,
    EvidenceVersion,
    ReviewState,
)
from compliance.models.policies import CompliancePolicy
from compliance.models.records import CommonControlAnswer, ControlAnswer, RegimeScope
from compliance.models.tasks import RemediationTask, TaskDependency, TaskState

__all__ = [
    "CommonControlAnswer",
    "CompliancePolicy",
    "ControlAnswer",
    "Evidence",
    "EvidenceFile",
    "EvidenceLink",
    "EvidenceVersion",
    "RegimeScope",
    "RemediationTask",
    "ReviewState",
    "TaskDependency",
    "TaskState",
]
