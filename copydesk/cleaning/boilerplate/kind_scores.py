"""How strongly one block, by itself, speaks for each kind."""

from itertools import pairwise
from typing import cast, get_args

from copydesk.cleaning.boilerplate.block_signals import Signals
from copydesk.events import Kind

LEXICAL: tuple[Kind, ...] = (
    "donation_appeal", "subscription_offer", "newsletter_signup", "payment_widget", "related_links", "social_follow",
    "comments_prompt", "cookie_privacy_notice", "copyright_notice", "author_bio", "advertisement", "navigation",
)  # fmt: skip
KINDS = cast(tuple[Kind, ...], get_args(Kind))
# Kinds that speak to the reader as `you`, in the outlet's own voice as `we`.
APPEALS = frozenset({"donation_appeal", "subscription_offer", "newsletter_signup"})
# What a sentence counts for that talks of furniture and addresses nobody, as articles do.
REPORTED = 0.45
_ASKED: frozenset[str] = frozenset({"donation_appeal", "payment_widget"})
_IMPERSONAL = frozenset({"author_bio", "advertisement"})
_NETWORKS = (
    "facebook",
    "twitter",
    "instagram",
    "whatsapp",
    "telegram",
    "youtube",
    "tiktok",
    "linkedin",
    "pinterest",
    "reddit",
    "bluesky",
    "threads",
)


def evidence(s: Signals) -> dict[Kind, float]:
    """Kind -> 0 to 1; kinds for which nothing speaks are absent."""
    found: dict[Kind, float] = {}
    if not (s.found or s.copyright or s.credit or s.dateline or s.price or s.account):
        return found
    spoken = {topic for topic, _ in s.found}
    if spoken:
        for kind in LEXICAL:
            if kind in spoken and (score := _lexical(s, kind)):
                found[kind] = score
    if s.copyright and s.credit is None:
        _add(found, "copyright_notice", 0.75 * _brief(s, 40))
    if s.credit:
        found["photo_credit"] = s.credit.confidence
    if s.dateline:
        found["dateline"] = s.dateline
    if s.account:
        _add(found, "payment_widget", 0.9 * _brief(s, 40))
    if s.size <= 5 and not s.ends and ("newsletter_signup", "name") in s.found:
        _add(found, "newsletter_signup", 0.6)
    if s.size <= 16 and not s.ends and _ASKED.intersection(spoken) and _offers(s):
        _add(found, "payment_widget", 0.6)
    if s.price:
        _add(found, "payment_widget", 0.8)
    if ("byline", "line") in s.found or (("byline", "start") in s.found and s.size <= 10 and not s.ends):
        found["byline"] = 0.7
    if shared := s.found.get(("social_follow", "hint")):
        networks = sum(name in phrase for name in _NETWORKS for phrase in shared)
        if networks >= 2 and s.size <= 30 and not (s.ends and s.size > 8):
            _add(found, "social_follow", 0.6)
    return found


def _offers(s: Signals) -> bool:
    """Whether the line lists sums to choose from: three or more, each larger than the one before, and little else."""
    sums = [int(word) for word in s.words if word.isdecimal() and len(word) < 8]
    return len(sums) >= 3 and 3 * len(sums) >= len(s.words) and all(low < high for low, high in pairwise(sums))


def _lexical(s: Signals, kind: Kind) -> float:
    sure, hints = s.found.get((kind, "sure"), ()), s.found.get((kind, "hint"), ())
    miss = 1.0
    if (kind, "line") in s.found:
        miss *= 0.06
    if (kind, "start") in s.found:
        # A whole sentence may open like that in a recipe, an interview or a speech.
        miss *= 1 - (0.45 if s.ends and s.size >= 3 else 0.6) * _brief(s, 24)
    each = 0.12 + 0.63 * _brief(s, 30)
    for _ in sure[:4]:
        miss *= 1 - each
    for _ in hints[:4]:
        miss *= 1 - 0.05 - 0.14 * _brief(s, 15)
    if miss == 1.0:
        return 0.0
    score = 1 - miss
    if kind in APPEALS and (sure or ((kind, "start") in s.found and not s.ends)):
        voice = min(1, s.voice.get("we", 0) / 2) * 0.5 + min(1, s.voice.get("you", 0) / 2) * 0.5
        score = 1 - (1 - score) * (1 - 0.5 * voice)
    return score * _tempered(s) * (1.0 if _addressed(s, kind) else 0.58 if kind == "copyright_notice" else REPORTED)


def _addressed(s: Signals, kind: Kind) -> bool:
    """Furniture speaks to someone or is no sentence; a sentence that does neither reports about the matter."""
    if s.size < 7 or not s.ends or s.exclaims or kind in _IMPERSONAL:
        return True
    if kind in APPEALS and s.voice.get("we") and not s.voice.get("say") and s.size <= 40:
        return True
    return bool((kind, "line") in s.found or (kind, "start") in s.found or s.voice.get("you") or s.voice.get("reader"))


def _tempered(s: Signals) -> float:
    """Reported speech and long paragraphs are how articles talk about these things."""
    factor = 1.0
    if s.speech:
        factor *= 0.4
    if s.size > 12:
        factor *= 0.6 ** min(3, s.voice.get("say", 0))
    return factor


def _brief(s: Signals, around: int) -> float:
    """1 for a few words, a half at `around` words, towards 0 for long paragraphs."""
    return 1 / (1 + (s.size / around) ** 2)


def _add(found: dict[Kind, float], kind: Kind, score: float) -> None:
    if score:
        found[kind] = 1 - (1 - found.get(kind, 0.0)) * (1 - score)
