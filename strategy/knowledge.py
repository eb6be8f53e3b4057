"""The knowledge release, under the name by which the rooms above know it."""

from inventory.knowledge import current

__all__ = ["current"]
