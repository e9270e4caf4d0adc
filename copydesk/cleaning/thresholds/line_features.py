"""Hold the numbers of the line model's features (`line_features`, `line_shape`): caps, windows and lengths read.

Set by hand before the model was trained; the weights in `lines.npz` hold for these values, so changing one means
training again (`make train`).
"""

LINE_BEGINNING = 300
"""Letter case, digits and prices are taken from a line's beginning."""
FEATURE_CHARACTERS, FEATURE_WORD_CHARACTERS = 2000, 600
"""Characters of a line that are compared with others, and that are split into words."""
CONTENT_LETTERS, CONTENT_LEAST, CONTENT_SHARE = 6, 4, 4
"""Letters that stand for a word, letters of a word that counts; where fewer than one word in so many does, pairs of
characters count too."""
COMMON_WORDS, USUAL_WORDS, USUAL_LINES = 100, 40, 100
"""How many of a line's words tell whether it is made of the text's usual ones, how many are usual, in which lines."""
MOST_SENTENCES, MOST_BARS, MOST_VOICE, MOST_SAID, MOST_REPEATS = 12, 9, 5, 4, 5
"""Counts of one line are cut off here."""

FEATURE_PROSE, FEATURE_BOILERPLATE, FEATURE_SIGN = 0.55, 0.55, 0.5
"""Score below which a paragraph is the article's, from which a line is boilerplate, and is a sign of its end."""
FEATURE_SHORT_WORDS = 26
"""Words below which a line without a sentence's end is short."""
PLACE_CHARACTERS, PLACE_LINES, MOST_INDEX, MOST_FIRST = 3000, 200, 60, 40
"""Characters of a line that count for its place; lines of the text; numbers of a line and of the first paragraph."""
FROM_TITLE_LEAST, FROM_TITLE_MOST = -10, 40
"""Lines from the headline to a line, cut off here on either side."""
MOST_PROSE, MOST_RUN, MOST_BOILERPLATE = 30, 30, 20
"""Paragraphs, lines of a run, and lines of boilerplate around a line."""
SPACELESS_LINES, SPACELESS_CHARACTERS = 5, 40
"""Where a script without spaces is looked for."""
SIGN_FAR, SIGN_NEVER = 40.0, -100.0
"""Lines since the last sign at most, and where a sign stands that never came."""

LINE_STEPS = (-3, -2, -1, 1, 2, 3)
"""The neighbours that are columns of their own."""
LINE_WINDOW = 6
"""Lines above and below whose means are columns."""

NGRAM_LENGTHS, NGRAM_HEAD, NGRAM_TAIL = (2, 3, 4), 360, 160
"""Lengths of the runs of characters that are hashed, and the characters of a line's two ends that are read for them."""
NGRAM_BITS = 17
"""Buckets that n-grams are hashed into, as a power of two: 131,072 of a byte for each kind."""
WORDLESS = ((0x0E00, 0x0EFF), (0x3040, 0xA4CF), (0xF900, 0xFAFF))
"""Characters that are hashed as no words: in scripts without spaces n-grams say what words would."""
