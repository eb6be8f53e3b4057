"""OpenID Connect, from the side that trusts: authorization code with PKCE, and an ID token that is checked whole.

The issuer is the one that the organisation set; state, nonce and verifier lie in the browser's session and
work once. What a provider says of an address counts only where it says that the address is verified.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

import jwt
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from accounts.models import IdentityProvider
from accounts.outgoing import OutgoingRefused, fetch, is_allowed
from accounts.sealing import unseal

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
FLOW: Final = "sso_flow"
FLOW_SECONDS: Final = 600
LEEWAY: Final = 60


class SignInRefused(Exception):
    """The provider's answer does not sign anybody in; the text says why and holds no secret."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a checked ID token says of a person."""

    subject: str
    email: str
    name: str


@dataclass(frozen=True, slots=True)
class Flow:
    """A sign-in that is under way."""

    provider: str
    state: str
    nonce: str
    verifier: str
    at: float
    next: str
    again: bool


def discover(issuer: str) -> dict[str, Any]:
    """The provider's own description. Raises SignInRefused where it is not the issuer's or not complete."""
    found = _json(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != issuer:
        raise SignInRefused(f"The provider calls itself {str(found.get('issuer'))[:200]}, not {issuer}.")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if not isinstance(found.get(name), str) or not is_allowed(found[name]):
            raise SignInRefused(f"The provider's {name} is missing or no https address.")
    return found


def begin(request: HttpRequest, provider: IdentityProvider, *, next_page: str, again: bool = False) -> str:
    """The address to which the browser goes to sign in. `again` asks for the password although known."""
    metadata = discover(provider.issuer)
    flow = Flow(
        provider=provider.public_id,
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
        at=time.time(),
        next=next_page,
        again=again,
    )
    request.session[FLOW] = {name: getattr(flow, name) for name in Flow.__slots__}
    challenge = base64.urlsafe_b64encode(hashlib.sha256(flow.verifier.encode()).digest()).rstrip(b"=")
    wanted = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": callback(request),
        "scope": "openid email profile",
        "state": flow.state,
        "nonce": flow.nonce,
        "code_challenge": challenge.decode(),
        "code_challenge_method": "S256",
        **({"prompt": "login", "max_age": "0"} if again else {}),
    }
    address = metadata["authorization_endpoint"]
    return f"{address}{'&' if '?' in address else '?'}{urlencode(wanted)}"


def callback(request: HttpRequest) -> str:
    """The one address to which every provider sends people back."""
    return request.build_absolute_uri(reverse("sso_callback"))


def taken_flow(request: HttpRequest) -> Flow:
    """The sign-in that this answer belongs to; it is over with this. Raises SignInRefused for any other answer."""
    stored = request.session.pop(FLOW, None)
    if stored is None:
        raise SignInRefused("No sign-in is under way in this browser. Start again.")
    flow = Flow(**stored)
    if not constant_time_compare(request.GET.get("state", ""), flow.state):
        raise SignInRefused("The answer belongs to another sign-in. Start again.")
    if time.time() - flow.at > FLOW_SECONDS:
        raise SignInRefused("The sign-in took longer than ten minutes. Start again.")
    return flow


def claims_of(request: HttpRequest, provider: IdentityProvider, flow: Flow) -> Claims:
    """What the provider says of whoever signed in, checked. Raises SignInRefused."""
    if "error" in request.GET:
        raise SignInRefused(f"The provider refused: {request.GET['error'][:60]}.")
    metadata = discover(provider.issuer)
    if request.GET.get("iss", provider.issuer) != provider.issuer:
        raise SignInRefused("The answer comes from another provider.")
    token = _id_token(request, provider, metadata, flow)
    claims = _checked(token, provider, metadata)
    if not constant_time_compare(str(claims.get("nonce", "")), flow.nonce):
        raise SignInRefused("The ID token belongs to another sign-in.")
    if flow.again and time.time() - float(claims.get("auth_time", claims["iat"])) > FLOW_SECONDS:
        raise SignInRefused("The provider did not ask for the password again.")
    email = str(claims.get("email", "")).strip().lower()
    if claims.get("email_verified") is not True or "@" not in email:
        raise SignInRefused("The provider does not say that the address is verified.")
    return Claims(str(claims["sub"])[:255], email, str(claims.get("name", ""))[:200])


def _id_token(request: HttpRequest, provider: IdentityProvider, metadata: dict[str, Any], flow: Flow) -> str:
    secret = unseal(provider.client_secret)
    data = {
        "grant_type": "authorization_code",
        "code": request.GET.get("code", ""),
        "redirect_uri": callback(request),
        "code_verifier": flow.verifier,
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    if "client_secret_basic" in metadata.get(
        "token_endpoint_auth_methods_supported", ["client_secret_basic"]
    ):
        pair = f"{quote(provider.client_id, safe='')}:{quote(secret, safe='')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    else:
        data |= {"client_id": provider.client_id, "client_secret": secret}
    answer = _json(metadata["token_endpoint"], urlencode(data).encode(), headers)
    if not isinstance(answer.get("id_token"), str):
        raise SignInRefused("The provider answered without an ID token.")
    return str(answer["id_token"])


def _checked(token: str, provider: IdentityProvider, metadata: dict[str, Any]) -> dict[str, Any]:
    """The claims of a token that the issuer signed, for us, now."""
    keys = _json(metadata["jwks_uri"])
    try:
        kid = jwt.get_unverified_header(token).get("kid")
        known = jwt.PyJWKSet.from_dict(keys).keys
        key = next((one for one in known if one.key_id == kid or (kid is None and len(known) == 1)), None)
        if key is None:
            raise SignInRefused("The ID token is signed by a key that the provider does not name.")
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=list(ALGORITHMS),
            audience=provider.client_id,
            issuer=provider.issuer,
            leeway=LEEWAY,
            options={"require": ["exp", "iat", "iss", "aud", "sub", "nonce"]},
        )
    except jwt.PyJWTError as error:
        raise SignInRefused(f"The ID token is not valid: {type(error).__name__}.") from error
    audience = claims["aud"]
    if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != provider.client_id:
        raise SignInRefused("The ID token was made for another client.")
    return claims


def _json(url: str, data: bytes | None = None, headers: dict[str, str] | None = None) -> dict[str, Any]:
    try:
        found = json.loads(fetch(url, data=data, headers=headers))
    except OutgoingRefused as error:
        raise SignInRefused(str(error)) from error
    except ValueError as error:
        raise SignInRefused("The provider answered with something that is no JSON.") from error
    if not isinstance(found, dict):
        raise SignInRefused("The provider answered with something that is no JSON object.")
    return found
