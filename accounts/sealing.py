"""Secrets that must be read again, such as the seed of an authenticator app, lie sealed in the database.

The key follows from SECRET_KEY. While keys are rotated, SECRET_KEY_FALLBACKS still open what they sealed.
"""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def seal(text: str) -> str:
    """Encrypt and sign a secret with the current key."""
    return _keys().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """The secret as it was. Raises cryptography.fernet.InvalidToken where no key of ours sealed it."""
    return _keys().decrypt(sealed.encode()).decode()


def _keys() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(f"accounts.sealing:{key}".encode()).digest())
