"""Hold the numbers that decide when a source counts as changed: each with what it separates.

They were set on the made streams of `bench/health_streams.py`, on other seeds than those that are reported.
"""

DAY = 86_400.0

DAYS_KEPT = 56
"""Days whose counts are kept: eight of each weekday. A source without an article in them is forgotten."""
RHYTHM_DAYS = 42
"""Days that the rhythm is read from: six of each weekday, so that it follows a source that grows."""
FIRST_SHARE = 0.03
"""Share of all articles below which the first days of a source are not yet its rhythm."""
LEARNING_DAYS = 12
"""Days before the first judgement on how many articles come."""
SCATTER, SCATTER_DAYS = 0.15, 6
"""Square of the coefficient of variation that a source's days have as a rule, and for how many days that counts."""
STEP = 6 * 3600.0
"""Seconds of the stream's time between two looks at how many articles come."""
HISTORY_DELAY = 3 * DAY
"""From this delay between publication and fetch on, a source's articles are an archive, not news."""

SILENT_ODDS = 8.2
"""Minus the logarithm of the chance of a gap that counts as silence: one gap in 3,600."""
SILENT_AFTER = 36 * 3600.0
"""Seconds that a silence lasts at least: what publishes by day alone is still at night."""
SILENT_NEWS = 45 * DAY
"""Seconds after which a silence that nobody noticed is not told any more."""
FEWER_SHARE, FEWER_ODDS, FEWER_WINDOWS, FEWER_BACK = 0.35, 7.2, (2, 4, 7), 0.67
"""At most this share of what is expected, as unlikely, over so many whole days; and from which share on it is over."""
FLOOD_TIMES, FLOOD_ODDS, FLOOD_LEAST, FLOOD_BACK = 2.5, 10.5, 12, 1.5
"""At least so many times what is expected, as unlikely, so many articles above it; and up to when it lasts."""
ALL_SOURCES, ALL_EXPECTED = 8, 2.0
"""What all sources share, a holiday or an election, is read from so many of them, that expect so many articles."""

ALL_LOW, ALL_HIGH, ALL_LEAST = 0.67, 1.5, 0.1
"""Below and above which multiple of the usual such a day is left out of every rhythm; the least that is divided by."""
SPACING, MOST_SPACING, USUAL_SPACING = 20.0, 1800.0, 8 * 3600.0
"""Seconds between two articles that are compared, for each that its source brings a day, and the most; and between two
of those they are compared with. What comes at once is of one hand, and what is usual is that of weeks."""
LATEST_KEPT, USUAL_KEPT = 20, 60
"""How many articles are compared, and with how many."""
LEAST_USUAL = 14
"""Articles to compare with, before the first judgement."""
RANKS_APART = {10: 3.8, 15: 3.6, 20: 3.4}
"""How many of the latest articles are looked at, a large change shows in ten, a smaller one in twenty; and by how
many standard deviations their ranks differ: one in 14,000 to 3,000."""
FACT_CHANCE, REFUSED_CHANCE = 1e-4, 1e-5
"""Chance below which a difference of two shares is none: of articles that lack a fact, and of refusals, which come in
rows."""

WORDS_LEFT, WORDS_BACK = 0.6, 0.75
"""Share of the usual words below which words are lost, and above which they are back."""
CUTS_TIMES, CUTS_MORE, CUTS_BACK = 2.0, 0.08, 1.5
"""How many times the usual share is cut, and by how much of the text more; and from when on it is as usual again."""
CUTS_FAR = 0.25
"""So much more of the text counts as well, where twice as much would be nearly all."""
MISSING_MORE, MISSING_BACK = 0.37, 0.25
"""By how much the share of articles without a fact grows, and from when on it is as usual again."""

REFUSED_MORE, REFUSED_TIMES, REFUSED_BACK = 0.25, 2.0, 0.12
"""By how much, and how many times, the refused share grows; and from when on it is as usual again."""
REFUSED_LEAST, REFUSED_DAYS, REFUSED_USUAL = 12, 20, 20
"""Articles and refusals that are compared, within so many days, and with how many."""

SEEN_KEPT = 200
"""Ids of a source that are remembered, so that what comes twice counts once."""
TITLE_LENGTH = 120
"""Letters of a title that are kept for a person to recognise an article by."""
