"""Tell when more of what a source brings is refused than used to be."""

from copydesk.health.content import Changed
from copydesk.health.figures import SourceFigures
from copydesk.health.samples import chance_of
from copydesk.health.thresholds import (
    DAY,
    REFUSED_BACK,
    REFUSED_CHANCE,
    REFUSED_DAYS,
    REFUSED_LEAST,
    REFUSED_MORE,
    REFUSED_TIMES,
    REFUSED_USUAL,
)


def refusals_risen(figures: SourceFigures, today: int) -> Changed | None:
    """Return the refused share before and of the latest days, where it rose; days after `today` do not count.

    The latest days go back until they hold enough articles and refusals to compare, a third of a usual day at least.
    """
    start = figures.day - len(figures.articles) + 1
    days = [
        (start + place, articles, refused)
        for place, (articles, refused) in enumerate(zip(figures.articles, figures.refused, strict=True))
        if start + place <= today
    ]
    total = sum(articles + refused for _, articles, refused in days)
    enough = max(REFUSED_LEAST, total / max(1, len(days)) / 3)
    split, came, bad = len(days), 0, 0
    while split and came < enough and len(days) - split < REFUSED_DAYS:
        split -= 1
        came += days[split][1] + days[split][2]
        bad += days[split][2]
    before = sum(refused for *_, refused in days[:split])
    usual = sum(articles + refused for _, articles, refused in days[:split])
    if came < REFUSED_LEAST or usual < REFUSED_USUAL:
        return None
    was, now = before / usual, bad / came
    if figures.open("refusals_risen"):
        risen = now - was >= REFUSED_BACK
    else:
        risen = now - was >= REFUSED_MORE and now >= REFUSED_TIMES * was
        risen = risen and chance_of(bad, came, before + bad, usual + came) <= REFUSED_CHANCE
    if not risen:
        return None
    since = next(
        (day for day, articles, refused in days[split:] if refused > (was + now) / 2 * (articles + refused)), today
    )
    example = figures.example.article if figures.example else None
    articles = ((example,) if example else ()) + tuple(figures.refusal)
    return Changed(max(since * DAY, 0.0), was, now, figures.reason, articles)
