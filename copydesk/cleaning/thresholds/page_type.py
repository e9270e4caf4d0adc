"""Hold the thresholds of a page's type: what is counted for its model, and from which odds on a list is refused."""

# Chosen by `scripts.train_types` on the pages of `gate` and on all article pages, out of fold by domain.
LIST_WINS = 0.5
"""How likely a list must be, beside each other type that is no article, to be what a page is named."""
AMONG_TEASERS, SPAN_LINKED = 0.25, 0.3
"""Odds of a list that are enough where what was kept stands among teasers, and the share of links around it there. On
the same pages: the lists of that shape have odds over .5, articles with related links inside up to .23; of 8 articles
without kept prose, 4 have more, on which there is too little to keep."""

# What the model counts: not set on data, the trees choose their own limits among these numbers.
ITEMS_LEAST = 4
"""Boxes of one make, from which they are a group of items."""
ITEMS_LINK = 0.7
"""The share of a group's boxes that hold a link where the group is a list."""
CARD_SIZE, CARD_LINKS = 25, 8
"""Characters that a card has on average at least, and pieces with links fewer than."""
PRICE_LONGEST, LABEL_LONGEST, DATED_LONGEST, QUESTION_LONGEST = 80, 40, 60, 150
"""Characters of a run up to which it may be a price, a button or label, a date, a question."""
SHORT_RUN = 25
"""Characters below which a run is no more than a few words."""
LINKED_HEADING, LINKED_ABOVE, LINK_NAMED = 0.8, 0.6, 8
"""Shares of links of a heading that leads elsewhere, and of a run above a summary; characters that such a run has."""
MOST_COUNTED = 20
"""A count of words or headings beyond which more says no more."""
HEADS_READ, MAIN_HEADS = 600, 2
"""Characters of title and main headings whose words tell the type, and the main headings that are read for them."""
MAIN_LINK = 15
"""Characters of a link in the middle of a page that is more than a button."""
SLUG_WORD = 25
"""Characters of a slug up to which it is read as words that name a section."""
NOT_KNOWN = -1.0
"""What a number of the address, or of the main heading, is where there is none."""
