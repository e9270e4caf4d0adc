"""Load every model and word list in the process that workers are forked from: they share its memory and load none.

Word lists of all languages are most of what a worker holds. Loaded by each worker for itself, as their languages come,
they look like memory that grows for ever.
"""

import gc

from copydesk.api import clean, clean_text
from copydesk.cleaning.lexicon import LANGUAGES, lexicon, our_endings, page_words, you_pattern

_LINE = "The ferry that links the islands with the mainland will sail again from Monday, the harbour office said."

clean(f"<html><body><article><h1>Ferry returns</h1>{f'<p>{_LINE}</p>' * 4}</article><p>Read more</p>")
clean_text(f"Ferry returns\n\n{_LINE}\n\n{_LINE}\n\nRead more")

for code in (None, *LANGUAGES):
    for load in (lexicon, our_endings, you_pattern):
        load(code)
page_words()
gc.collect()
gc.freeze()  # a collection in a worker would write to each object, and so copy what is shared
