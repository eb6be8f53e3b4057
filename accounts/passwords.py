"""What a password may be, besides Django's own rules."""

from __future__ import annotations

from typing import Any, Final

from django.core.exceptions import ValidationError

from accounts.queries import memberships_of

LONGEST = 128


class LongestPassword:
    """Refuse what is so long that hashing it would cost more than a sign-in may."""

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) > LONGEST:
            raise ValidationError(f"A password has at most {LONGEST} characters.", code="password_too_long")

    def get_help_text(self) -> str:
        return f"A password has at most {LONGEST} characters."


class WordsOfThePlace:
    """Refuse a password that is little more than the product's name or that of an organisation of the person."""

    LEFT: Final = 8
    """So many letters and digits must be left beside those words."""

    def validate(self, password: str, user: Any = None) -> None:
        plain = _letters(password)
        for word in sorted(self._words(user), key=len, reverse=True):
            left = plain.replace(word, "")
            if left != plain and len(left) < self.LEFT:
                raise ValidationError(
                    f"The password is little more than “{word}”, which anybody would try first. "
                    "Right: words that have nothing to do with Sextant or your organisation.",
                    code="password_of_the_place",
                )

    def get_help_text(self) -> str:
        return "A password is not made of the names of Sextant or your organisation."

    def _words(self, user: Any) -> set[str]:
        names = ["Sextant"]
        if user is not None and user.pk:
            names += [membership.organisation.name for membership in memberships_of(user)]
        return {letters for name in names if len(letters := _letters(name)) > 3}


def _letters(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())
