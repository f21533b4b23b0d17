"""What a provider's refusal means: each recorded answer as a title, advice, and whether to try again.

Order of the provider's own checks: token, JSON, manifest, version hash, cross-validation, host names,
lease (recordings, fact 11). Its texts are plain, those of the token check JSON (facts 13, 19, 20).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from akash_tui.adapters.provider.http import HttpAnswer
from akash_tui.services.ports import HostRefused, ManifestRefused, NoWorkload, ProviderDenied, ProviderFault

STALE_TOKEN = "JWT has invalid claims"
WRONG_VERSION = "manifest version validation failed"
_BUG = "This is a bug in akash-tui: please report it with this message."
_FORBIDDEN = "A firewall in front of the provider may block the request: try again later, or choose another provider."
"""A provider itself answers 403 only to a browser's foreign Origin (recordings, fact 45), which we never send."""
_FARTHEST_CLOCK = 86_400
"""Seconds; a provider's clock that is further off than this is not used for tokens."""
_LEEWAY_SECONDS = 30
"""Clock differences that tokens tolerate; smaller ones are not mentioned."""

# beginning of the provider's text -> (title, advice); trying again helps with none of them
_REFUSALS: tuple[tuple[str, str, str], ...] = (
    (
        "hostname not allowed",
        "A host name of this deployment is in use by another tenant at the provider",
        "Take the name out of the SDL's accept list or choose another one, then update the deployment; "
        "or close the lease and choose another provider.",
    ),
    (
        "manifest cross-validation error",
        "The manifest does not match the resources on chain",
        "Resources cannot change after the deployment was created: send the SDL it was created from, "
        "or close the deployment and create a new one.",
    ),
    (
        "invalid manifest: unknown deployment group",
        "The provider does not find a group of the manifest on chain",
        "Groups cannot be renamed or added after the deployment was created: send the SDL it was created from.",
    ),
    (
        "invalid manifest",
        "The provider refuses the manifest as invalid",
        "Correct the SDL, update the deployment with it, and send the manifest again.",
    ),
    ("endpoints must not be nil", "The provider refuses the manifest: part of it is missing", _BUG),
    ("invalid character", "The provider could not read the manifest", _BUG),
    ("json:", "The provider could not read the manifest", _BUG),
    ("EOF", "The provider received an empty manifest", _BUG),
    ("unexpected EOF", "The provider received only part of the manifest", _BUG),
    ("strconv.", "The provider could not read the deployment's number", _BUG),
)


def manifest_fault(answer: HttpAnswer) -> ProviderFault:
    """The error for an answer to PUT manifest that is not 200."""
    words, status = answer.message(), answer.status
    if status == 404 and words.startswith("no lease for deployment"):
        return _fault(
            answer,
            "The provider does not see the lease yet",
            "Its node may be some blocks behind: trying again. If the lease was closed, this cannot succeed.",
        )
    if "Deployment not found" in words:
        return _fault(
            answer,
            "The provider does not see the deployment yet",
            "Its node may be some blocks behind: trying again.",
        )
    if status == 422 and words.startswith(WRONG_VERSION):
        return wrong_version(answer, same_as_chain=None)
    if status in (400, 422, 500):
        for beginning, title, advice in _REFUSALS:
            if words.startswith(beginning):
                return _fault(answer, f"{title}: {words}", advice, ManifestRefused)
    if status == 422:
        return _fault(
            answer,
            f"The provider refuses the manifest: {words or 'no reason given'}",
            "Correct the SDL and update the deployment with it, or close the lease and choose another provider.",
            ManifestRefused,
        )
    return general_fault(answer)


def wrong_version(answer: HttpAnswer, *, same_as_chain: bool | None) -> ProviderFault:
    """The provider's hash check failed; what that means depends on whether the chain has our hash."""
    title = "The provider expects another version of the manifest"
    if same_as_chain:
        advice = "This is the version on chain, so the provider's node has not seen the last update yet: trying again."
        return _fault(answer, title, advice)
    advice = "Send the SDL that the deployment was last updated with, or update the deployment with this one first."
    if same_as_chain is None:
        advice += " Right after an update the provider may not have seen it yet: then send again in a few seconds."
    return _fault(answer, title, advice, ManifestRefused)


def host_fault(answer: HttpAnswer) -> ProviderFault:
    """The error for an answer to a move of host names that is not 200 (recordings: migrate_hostname_*)."""
    words = answer.message() if answer.status == 400 else ""
    if words.startswith("destination deployment does not exist"):
        return _fault(
            answer,
            "The provider runs nothing for this deployment yet",
            "Its names can move here once its manifest is accepted and it is running.",
            NoWorkload,
        )
    title = f"The provider did not move the names: {words}"
    if words.startswith("the hostname "):
        advice = "Add it under accept in the SDL, update the deployment, then move it."
        return _fault(answer, title, advice, HostRefused)
    if words.startswith("hostname not allowed"):
        advice = "Another tenant uses it there. Choose another name, or another provider."
        return _fault(answer, title, advice, HostRefused)
    return general_fault(answer)


def token_time(answer: HttpAnswer, now: datetime) -> datetime:
    """The time for a second token after the first one was stale: by the provider's clock, if that is not far off."""
    skew = _skew_seconds(answer, now)
    return now + timedelta(seconds=skew if abs(skew) < _FARTHEST_CLOCK else 0)


def _skew_seconds(answer: HttpAnswer, now: datetime) -> float:
    """Seconds that the provider's clock is ahead of ours; 0 if the answer has no Date."""
    return (answer.date - now).total_seconds() if answer.date else 0.0


def is_stale(answer: HttpAnswer) -> bool:
    """True if the provider refused the token for its times or claims; a new one may help (fact 19)."""
    return answer.status == 400 and answer.message() == STALE_TOKEN


def stale_token(answer: HttpAnswer, now: datetime) -> ProviderFault:
    """Even a fresh token is refused for its times or claims (recordings, fact 19)."""
    skew = _skew_seconds(answer, now)
    if abs(skew) > _LEEWAY_SECONDS:
        where = "behind" if skew > 0 else "ahead of"
        advice = f"This computer's clock is {abs(skew):.0f} s {where} the provider's. Correct it, then try again."
    else:
        advice = "Its software may be too old or too new for akash-tui. If it stays like this, choose another provider."
    return _fault(answer, "The provider does not accept our token", advice, ProviderDenied)


def general_fault(answer: HttpAnswer) -> ProviderFault:
    """The error for an answer that has no meaning of its own for what was asked."""
    words, status = answer.message(), answer.status
    reason = f": {words}" if words else ""
    if status == 401:
        advice = "It may not see the account's public key on chain yet. Try again in a minute."
        if words == "unauthorized access":
            advice = "The wallet may not own the lease, or the lease may be closed. Check the lease on chain first."
        return _fault(answer, f"The provider does not accept our token{reason}", advice, ProviderDenied)
    if status in (400, 403):
        advice = _BUG if status == 400 else _FORBIDDEN
        return _fault(answer, f"The provider refuses the request{reason}", advice, ProviderDenied)
    if status == 405 or 300 <= status < 400:
        what = "redirects the request, which is not followed" if status < 400 else "does not support this request"
        advice = "It does not behave like an Akash provider. Choose another provider."
        return _fault(answer, f"The provider's server {what}", advice)
    if status in (429, 502, 503, 504):
        title = f"The provider is busy or its cluster does not answer{reason}"
        return _fault(answer, title, "Try again in a moment.")
    if status >= 500:
        advice = "Try again; if it stays like this, choose another provider."
        return _fault(answer, f"The provider failed{reason}", advice)
    return _fault(
        answer,
        f"The provider gave an unexpected answer (HTTP {status}){reason}",
        "There may be another server in front of it. Try again, or choose another provider.",
    )


def _fault(answer: HttpAnswer, title: str, advice: str, kind: type[ProviderFault] = ProviderFault) -> ProviderFault:
    return kind(title, advice, status=answer.status, detail=answer.message())
