"""What an organisation says and does about its duties."""

from compliance.models.determinations import Determination, Verdict
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
from compliance.models.waivers import Comment, Waiver, WaiverKind

__all__ = [
    "Comment",
    "CommonControlAnswer",
    "CompliancePolicy",
    "ControlAnswer",
    "Determination",
    "Evidence",
    "EvidenceFile",
    "EvidenceLink",
    "EvidenceVersion",
    "RegimeScope",
    "RemediationTask",
    "ReviewState",
    "TaskDependency",
    "TaskState",
    "Verdict",
    "Waiver",
    "WaiverKind",
]
