"""What a provider's refusal means: each recorded answer as a sentence, an advice, and whether to try again.

Order of the provider's own checks: token, JSON, manifest, version hash, cross-validation, host names,
lease (recordings, fact 11). Its texts are plain, those of the token check JSON (facts 13, 19, 20).
"""

from __future__ import annotations

from datetime import datetime

from akash_tui.adapters.provider.http import HttpAnswer
from akash_tui.services.ports import HostRefused, ManifestRefused, NoWorkload, ProviderDenied, ProviderFault

STALE_TOKEN = "JWT has invalid claims"
WRONG_VERSION = "manifest version validation failed"
_BUG = "This is a fault of akash-tui: please report it with this message."
_FORBIDDEN = "A guard in front of the provider may be in the way: try again later, or choose another provider."
"""A provider daemon itself says 403 only to a browser's foreign Origin (recordings, fact 45), which we never send."""
FARTHEST_CLOCK = 86_400
"""Seconds; a provider whose clock is further off than this is not followed."""
_LEEWAY_SECONDS = 30
"""Clock differences that tokens forgive; smaller ones are not worth mentioning."""

# beginning of the provider's text -> (what it means, what to do); all of them final
_REFUSALS: tuple[tuple[str, str, str], ...] = (
    (
        "hostname not allowed",
        "A host name of this deployment is in use by another tenant at the provider",
        "Take the name out of the SDL's accept list or choose another one, then update the deployment; "
        "or close the lease and take another provider.",
    ),
    (
        "manifest cross-validation error",
        "The provider finds that the manifest does not fit the resources on chain",
        "Resources cannot change after the deployment was made: send the SDL it was made from, "
        "or close the deployment and make a new one.",
    ),
    (
        "invalid manifest: unknown deployment group",
        "The provider does not find a group of the manifest on chain",
        "Groups cannot be renamed or added after the deployment was made: send the SDL it was made from.",
    ),
    (
        "invalid manifest",
        "The provider refuses the manifest as invalid",
        "Correct the SDL, update the deployment with it, and send the manifest again.",
    ),
    ("endpoints must not be nil", "The provider refuses the manifest: a part is missing", _BUG),
    ("invalid character", "The provider could not read the manifest", _BUG),
    ("json:", "The provider could not read the manifest", _BUG),
    ("EOF", "The provider got an empty manifest", _BUG),
    ("unexpected EOF", "The provider got only a part of the manifest", _BUG),
    ("strconv.", "The provider could not read the deployment's number", _BUG),
)


def manifest_fault(answer: HttpAnswer) -> ProviderFault:
    """The error for an answer to PUT manifest that is not 200."""
    words, status = answer.message(), answer.status
    if status == 404 and words.startswith("no lease for deployment"):
        return ProviderFault(
            "The provider does not see the lease yet",
            "Its node may be some blocks behind: trying again. If the lease was closed, it never will.",
            status=status,
            detail=words,
        )
    if "Deployment not found" in words:
        return ProviderFault(
            "The provider does not see the deployment yet",
            "Its node may be some blocks behind: trying again.",
            status=status,
            detail=words,
        )
    if status == 422 and words.startswith(WRONG_VERSION):
        return wrong_version(answer, same_as_chain=None)
    if status in (400, 422, 500):
        for beginning, title, advice in _REFUSALS:
            if words.startswith(beginning):
                return ManifestRefused(f"{title}: {words}", advice, status=status, detail=words)
    if status == 422:
        return ManifestRefused(
            f"The provider refuses the manifest: {words or 'it gives no reason'}",
            "Correct the SDL and update the deployment with it, or close the lease and take another provider.",
            status=status,
            detail=words,
        )
    return _general(answer)


def wrong_version(answer: HttpAnswer, *, same_as_chain: bool | None) -> ProviderFault:
    """The provider's hash check failed; what that means depends on whether the chain has our hash."""
    title, words = "The provider expects another version of the manifest", answer.message()
    if same_as_chain:
        return ProviderFault(
            title,
            "What was sent is the version on chain, so its node has not seen the last update yet: trying again.",
            status=answer.status,
            detail=words,
        )
    advice = "Send the SDL that the deployment was last updated with, or update the deployment with this one first."
    if same_as_chain is None:
        advice += " Right after an update the provider may just not have seen it: then send again in some seconds."
    return ManifestRefused(title, advice, status=answer.status, detail=words)


def status_fault(answer: HttpAnswer) -> ProviderFault:
    """The error for an answer to a read of a lease that is neither 200 nor "no such lease"."""
    return _general(answer)


def host_fault(answer: HttpAnswer) -> ProviderFault:
    """The error for an answer to a move of host names that is not 200 (recordings: migrate_hostname_*)."""
    words, status = answer.message(), answer.status
    if status == 400 and words.startswith("destination deployment does not exist"):
        return NoWorkload(
            "The provider runs nothing for this deployment yet",
            "Its names can move here when its manifest was accepted and it runs.",
            status=status,
            detail=words,
        )
    if status == 400 and words.startswith("the hostname "):
        return HostRefused(
            f"The provider did not move the names: {words}",
            "Name it under accept in the SDL, update the deployment with that, then move it.",
            status=status,
            detail=words,
        )
    if status == 400 and words.startswith("hostname not allowed"):
        return HostRefused(
            f"The provider did not move the names: {words}",
            "Another tenant holds it there. Choose another name, or another provider.",
            status=status,
            detail=words,
        )
    return _general(answer)


def skew_seconds(answer: HttpAnswer, now: datetime) -> float:
    """By how much the provider's clock is ahead of ours; 0 if it does not say."""
    return (answer.date - now).total_seconds() if answer.date else 0.0


def is_stale(answer: HttpAnswer) -> bool:
    """True if the provider refused the token for its times or claims; a new one may help (fact 19)."""
    return answer.status == 400 and answer.message() == STALE_TOKEN


def stale_token(answer: HttpAnswer, now: datetime) -> ProviderDenied:
    """Even a fresh token is refused for its times or claims (recordings, fact 19)."""
    skew = skew_seconds(answer, now)
    if abs(skew) > _LEEWAY_SECONDS:
        where = "behind" if skew > 0 else "ahead of"
        advice = f"This computer's clock is {abs(skew):.0f} s {where} the provider's. Set it right, then try again."
    else:
        advice = "Its software may be too old or too new for this version. Choose another provider if it stays so."
    return ProviderDenied(
        "The provider does not accept our token", advice, status=answer.status, detail=answer.message()
    )


def _general(answer: HttpAnswer) -> ProviderFault:
    words, status = answer.message(), answer.status
    said = f": {words}" if words else ""
    if status == 401:
        return ProviderDenied(
            f"The provider does not accept our token{said}",
            "The wallet may not be the lease's owner, or the lease may be over. Look at it on chain first."
            if words == "unauthorized access"
            else "It may not see the account's key on chain yet. Try again in a minute.",
            status=status,
            detail=words,
        )
    if status in (400, 403):
        advice = _BUG if status == 400 else _FORBIDDEN
        return ProviderDenied(f"The provider refuses the request{said}", advice, status=status, detail=words)
    if status == 405 or 300 <= status < 400:
        what = "sends us elsewhere, which is not followed" if status < 400 else "does not know this kind of request"
        return ProviderFault(
            f"The provider's server {what}",
            "It does not behave like an Akash provider. Choose another provider.",
            status=status,
            detail=words,
        )
    if status in (429, 502, 503, 504):
        return ProviderFault(
            f"The provider is busy or its cluster does not answer{said}",
            "Trying again helps.",
            status=status,
            detail=words,
        )
    if status >= 500:
        return ProviderFault(
            f"The provider failed{said}",
            "Try again; if it stays so, choose another provider.",
            status=status,
            detail=words,
        )
    return ProviderFault(
        f"The provider gave an answer that no provider gives (HTTP {status}){said}",
        "There may be another server in front of it. Try again, or choose another provider.",
        status=status,
        detail=words,
    )
