"""What an organisation says and does about its duties."""

from compliance.models.policies import CompliancePolicy
from compliance.models.records import CommonControlAnswer, ControlAnswer, RegimeScope
from compliance.models.tasks import RemediationTask, TaskDependency, TaskState

__all__ = [
    "CommonControlAnswer",
    "CompliancePolicy",
    "ControlAnswer",
    "RegimeScope",
    "RemediationTask",
    "TaskDependency",
    "TaskState",
]
