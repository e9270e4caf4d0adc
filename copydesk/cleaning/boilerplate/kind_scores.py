"""Score a block per kind of boilerplate, from its own signals alone."""

from itertools import pairwise
from typing import cast, get_args

from copydesk.cleaning.boilerplate.block_signals import Signals
from copydesk.cleaning.boilerplate.line_shape import count_sentences
from copydesk.cleaning.lexicon.line_words import line_words
from copydesk.cleaning.lines.photo_credits import Credit
from copydesk.cleaning.normalise import fold_letters
from copydesk.cleaning.thresholds.boilerplate import (
    ACCOUNT_SCORE,
    ADDRESSED_APPEAL,
    ADDRESSED_WORDS,
    BYLINE_SCORE,
    BYLINE_WORDS,
    CAPTION_WORDS,
    COPYRIGHT_SCORE,
    CREDITED_PROSE,
    CREDITED_SENTENCES,
    HINT_BRIEF,
    HINT_BRIEF_SCORE,
    HINT_SCORE,
    LABEL_SCORE,
    LEAST_NETWORKS,
    LEAST_SUMS,
    LED_WORDS,
    LINE_MISS,
    MISSION_SCORE,
    MISSION_WE,
    NETWORKS_SCORE,
    NETWORKS_SENTENCE,
    NETWORKS_SHARE,
    NETWORKS_WORDS,
    NEWSLETTER_NAME_SCORE,
    NEWSLETTER_NAME_WORDS,
    NOTICE_BRIEF,
    PHRASES_COUNTED,
    PRICE_SCORE,
    RATE_NEAR,
    REPORTED,
    REPORTED_COPYRIGHT,
    SAID_COUNTED,
    SAID_FACTOR,
    SAID_WORDS,
    SPEECH_FACTOR,
    START_BRIEF,
    START_SAID,
    START_SCORE,
    START_SENTENCE,
    START_SENTENCE_SCORE,
    SUM_DIGITS,
    SUMS_SCORE,
    SUMS_TIMES,
    SUMS_WORDS,
    SURE_BRIEF,
    SURE_BRIEF_SCORE,
    SURE_SCORE,
    VOICE_ENOUGH,
    VOICE_SCORE,
)
from copydesk.events import Kind

LEXICAL: tuple[Kind, ...] = (
    "donation_appeal", "subscription_offer", "newsletter_signup", "payment_widget", "related_links", "social_follow",
    "comments_prompt", "cookie_privacy_notice", "copyright_notice", "author_bio", "advertisement", "navigation",
)  # fmt: skip
KINDS = cast(tuple[Kind, ...], get_args(Kind))
# Kinds that speak to the reader as `you`, in the outlet's own voice as `we`.
APPEALS = frozenset({"donation_appeal", "subscription_offer", "newsletter_signup"})
_ASKED: frozenset[str] = frozenset({"donation_appeal", "payment_widget"})
_PAID: tuple[Kind, ...] = ("donation_appeal", "subscription_offer")
_IMPERSONAL = frozenset({"author_bio", "advertisement"})
_NETWORKS = line_words("network.name")
_OUT_OF, _RATE_BEFORE, _RATE_PERIOD = (
    frozenset(map(fold_letters, line_words(name))) for name in ("counter.of", "rate.before", "rate.period")
)


def score_kinds(s: Signals) -> dict[Kind, float]:
    """Map each kind to a score, 0 to 1; kinds for which nothing speaks are absent."""
    found: dict[Kind, float] = {}
    if not (s.found or s.copyright or s.credit or s.dateline or s.price or s.account):
        return found
    spoken = {topic for topic, _ in s.found}
    if spoken:
        for kind in LEXICAL:
            if kind in spoken and (score := _lexical(s, kind)):
                found[kind] = score
    if s.copyright and s.credit is None:
        _add(found, "copyright_notice", COPYRIGHT_SCORE * _brief(s, NOTICE_BRIEF))
    if s.credit:
        found["photo_credit"] = s.credit.confidence * (CREDITED_PROSE if _tells(s.credit) else 1.0)
    if s.dateline:
        found["dateline"] = s.dateline
    if s.account:
        _add(found, "payment_widget", ACCOUNT_SCORE * _brief(s, NOTICE_BRIEF))
    if s.size <= NEWSLETTER_NAME_WORDS and not s.ends and ("newsletter_signup", "name") in s.found:
        _add(found, "newsletter_signup", NEWSLETTER_NAME_SCORE)
    if s.size <= SUMS_WORDS and not s.ends and _ASKED.intersection(spoken) and _offers(s):
        _add(found, "payment_widget", SUMS_SCORE)
    if s.size <= SUMS_WORDS and "subscription_offer" in spoken and _counts(s):
        _add(found, "subscription_offer", SUMS_SCORE)
    if s.size <= SUMS_WORDS and not s.voice.get("say") and _asks_again(s):
        for kind in _PAID:
            if (kind, "sure") in s.found or (kind, "start") in s.found:
                _add(found, kind, SUMS_SCORE)
    if _is_mission(s):
        _add(found, "donation_appeal", MISSION_SCORE)
    if s.price:
        _add(found, "payment_widget", PRICE_SCORE)
    if ("byline", "line") in s.found or (("byline", "start") in s.found and s.size <= BYLINE_WORDS and not s.ends):
        found["byline"] = BYLINE_SCORE
    if ("caption", "label") in s.found and s.size <= CAPTION_WORDS and not s.voice.get("say"):
        found["caption"] = LABEL_SCORE
    if ("related_links", "label") in s.found:
        _add(found, "related_links", LABEL_SCORE)
    if shared := s.found.get(("social_follow", "hint")):
        networks = sum(name in phrase for name in _NETWORKS for phrase in shared)
        in_a_row = s.size <= min(NETWORKS_WORDS, NETWORKS_SHARE * networks)
        if networks >= LEAST_NETWORKS and in_a_row and not (s.ends and s.size > NETWORKS_SENTENCE):
            _add(found, "social_follow", NETWORKS_SCORE)
    return found


def _tells(credit: Credit) -> bool:
    """Whether what a credit stands behind tells a story, in several sentences: few captions do."""
    return credit.caption is not None and count_sentences(credit.caption) >= CREDITED_SENTENCES


def _counts(s: Signals) -> bool:
    """Whether a line counts one number out of another, as what was read of what is free: `3 of 5`."""
    around = zip(s.words, s.words[1:], s.words[2:], strict=False)
    return any(of in _OUT_OF and few.isdecimal() and many.isdecimal() for few, of, many in around)


def _asks_again(s: Signals) -> bool:
    """Whether a line names a sum for each week, month or year, from which on one may give: `from €3 a week`."""
    return any(
        word.isdecimal()
        and s.words[i - 1] in _RATE_BEFORE
        and not _RATE_PERIOD.isdisjoint(s.words[i + 1 : i + RATE_NEAR])
        for i, word in enumerate(s.words)
        if i
    )


def _is_mission(s: Signals) -> bool:
    """Whether an outlet speaks of its own work and asks for money in the end: too long for a phrase to tell."""
    we, said = s.voice.get("we", 0), s.voice.get("say", 0)
    asks = ("donation_appeal", "sure") in s.found and not s.speech
    return asks and we >= MISSION_WE and we > said and s.voice.get("press", 0) > 0


def _offers(s: Signals) -> bool:
    """Whether the line lists sums to choose from: three or more, each larger than the one before, and little else."""
    sums = [int(word) for word in s.words if word.isdecimal() and len(word) < SUM_DIGITS]
    if len(sums) < LEAST_SUMS or SUMS_TIMES * len(sums) < len(s.words):
        return False
    return all(low < high for low, high in pairwise(sums))


def _lexical(s: Signals, kind: Kind) -> float:
    sure, hints = s.found.get((kind, "sure"), ()), s.found.get((kind, "hint"), ())
    miss = 1.0
    if (kind, "line") in s.found:
        miss *= LINE_MISS
    if (kind, "start") in s.found:
        # A whole sentence may open like that in a recipe, an interview or a speech.
        start = START_SENTENCE_SCORE if s.ends and s.size >= START_SENTENCE else START_SCORE
        miss *= 1 - start * _brief(s, START_BRIEF)
    each = SURE_SCORE + SURE_BRIEF_SCORE * _brief(s, SURE_BRIEF)
    for _ in sure[:PHRASES_COUNTED]:
        miss *= 1 - each
    for _ in hints[:PHRASES_COUNTED]:
        miss *= 1 - HINT_SCORE - HINT_BRIEF_SCORE * _brief(s, HINT_BRIEF)
    if miss == 1.0:
        return 0.0
    score = 1 - miss
    if kind in APPEALS and (sure or ((kind, "start") in s.found and not s.ends)):
        we, you = (min(1, s.voice.get(who, 0) / VOICE_ENOUGH) for who in ("we", "you"))
        score = 1 - (1 - score) * (1 - VOICE_SCORE * ((we + you) / 2))
    reported = REPORTED_COPYRIGHT if kind == "copyright_notice" else REPORTED
    if (kind, "start") in s.found and s.ends and s.voice.get("say"):
        score *= START_SAID  # "Follow the path, said the guide."
    return score * _tempered(s) * (1.0 if _addressed(s, kind) else reported)


def _addressed(s: Signals, kind: Kind) -> bool:
    """Whether a line speaks to someone or is no sentence; one that does neither reports about the matter."""
    if s.size < ADDRESSED_WORDS or not s.ends or s.exclaims or kind in _IMPERSONAL:
        return True
    if kind == "related_links":  # "Read also what stands in the margins, she says."
        return not tells_on(s)
    if kind in APPEALS and s.voice.get("we") and not s.voice.get("say") and s.size <= ADDRESSED_APPEAL:
        return True
    return bool((kind, "line") in s.found or (kind, "start") in s.found or s.voice.get("you") or s.voice.get("reader"))


def tells_on(s: Signals) -> bool:
    """Whether a line, where it opens with the words of a link, is a sentence that points to nothing outside of it."""
    long = s.size >= (ADDRESSED_WORDS if s.voice.get("say") else LED_WORDS)
    points = ("related_links", "away") in s.found or any(s.voice.get(who) for who in ("away", "we", "reader"))
    return long and s.ends and not (s.exclaims or s.question or points)


def _tempered(s: Signals) -> float:
    """Lower the score of reported speech and long paragraphs: articles talk about these things so."""
    factor = 1.0
    if s.speech:
        factor *= SPEECH_FACTOR
    if s.size > SAID_WORDS:
        factor *= SAID_FACTOR ** min(SAID_COUNTED, s.voice.get("say", 0))
    return factor


def _brief(s: Signals, around: int) -> float:
    """Return 1 for a few words, a half at `around` words, towards 0 for long paragraphs."""
    return 1 / (1 + (s.size / around) ** 2)


def _add(found: dict[Kind, float], kind: Kind, score: float) -> None:
    if score:
        found[kind] = 1 - (1 - found.get(kind, 0.0)) * (1 - score)
