"""What a person had typed when the session ended: kept until the sign-in leads back to the form.

It lies in the fresh session of the same browser, and only the page that it was typed into gets it back.
"""

from __future__ import annotations

from django.http import HttpRequest, QueryDict

NAME = "kept"
MOST = 100_000


def keep(request: HttpRequest) -> None:
    """Keep a form that was sent without a session. A larger one than MOST characters is let go."""
    typed = request.POST.copy()
    typed.pop("csrfmiddlewaretoken", None)
    text = typed.urlencode()
    if text and len(text) <= MOST:
        request.session[NAME] = {"path": request.path, "typed": text}


def take(request: HttpRequest) -> QueryDict | None:
    """What was kept for this page, once; None where there is nothing."""
    kept = request.session.get(NAME)
    if kept is None or kept["path"] != request.path:
        return None
    del request.session[NAME]
    return QueryDict(kept["typed"])
