"""What a password may be, besides Django's own rules."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

LONGEST = 128


class LongestPassword:
    """Refuse what is so long that hashing it would cost more than a sign-in may."""

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) > LONGEST:
            raise ValidationError(f"A password has at most {LONGEST} characters.", code="password_too_long")

    def get_help_text(self) -> str:
        return f"A password has at most {LONGEST} characters."
