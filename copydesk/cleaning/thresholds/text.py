"""Hold the thresholds of `normalise`, `language`, `scraped_text`, `html_page`, `recurring` and `site_rules`."""

# normalise
LEAST_PROSE = 40
"""Characters from which a run can be a paragraph; letters of Chinese, Japanese and Korean count twice. Shorter ones
are buttons, headings and captions more often than text. The page model reads it too."""
FOLDED_AT_ONCE = 100_000
"""Characters of a text that are folded in one piece: beyond, its words as a list would take many times its size."""
SIZE_REMEMBERED = 1_000
"""Characters of a text up to which its size is remembered: 2,048 such texts are 4 MB at most."""

# language
LANGUAGE_SAMPLE = 400
"""Characters that are asked about."""
LANGUAGE_CONFIRMED_BY = 120
"""Characters that do where they confirm what a page says of itself: fewer take less time."""
LANGUAGE_SAMPLE_LINES, LANGUAGE_LINE_READ, LANGUAGE_LINES_USED = 400, 300, 6
"""Lines looked at, characters taken of each, and how many of the longest make the sample."""
SCRIPT_LEAST_LETTERS = 4
"""Letters from which a script decides: a name in Hangul is Korean already."""
LANGUAGE_LEAST_LETTERS = 20
"""Letters from which the statistical model is asked; of fewer it guesses."""
LANGUAGE_CLEAR, LANGUAGE_CLEAR_LETTERS = 0.9, 60
"""The model's confidence that needs no second look, and the letters from which it is taken at its word."""
LANGUAGE_DOUBT = 0.8
"""Confidence below which the page's or the feed's own word wins over another answer of the model."""
HINT_ALONE, HINT_WINS = 0.5, 0.6
"""Confidence in a hint when there are too few letters to ask, and when the model doubts."""
CJK_SHARE, OTHER_SCRIPT_SHARE = 0.3, 0.4
"""Share of a text's letters from which a script names the language; names and quotations in it stay below."""
KANA_SHARE = 0.08
"""Kana among kana and Han: Chinese uses next to none, Japanese prose a good third."""
SURELY_HAN = 8
"""Han characters from which a text without kana is Chinese for certain: a Japanese headline may have none."""
SCRIPT_CONFIDENCE, HAN_CONFIDENCE, FEW_HAN_CONFIDENCE = 0.99, 0.98, 0.7
"""Confidence in a language that its script alone tells, in Japanese or Chinese by Han characters, by few of them."""

# scraped_text
DATING_READ = 20
"""Lines about author or day, from the first on, in which both are looked for: later ones are other articles'."""
TEXT_LEAST_LETTERS = 25
"""Letters of the kept lines below which a text is no article; half as many where the script says more with one."""
TEXT_LETTERS_COUNTED = 200
"""Letters counted of one line: more change nothing."""
TEXT_MOST_LINES = 20_000
"""Lines beyond which a text is a book or a log: so many stay under the bar of `bench/worst.py`, whatever they say."""
LINE_WORDS_LOOKED_FOR = 1000
"""Characters of a line that are searched for a letter or digit."""
FEW_KEPT_LINES, PHRASE_WORDS, PHRASE_READ = 2, 30, 400
"""A text of so few kept lines, each of fewer words (in so many characters) that end no sentence, is a headline."""
WIDE_LINES, WIDE_CHARACTERS = 5, 50
"""Kept lines, and characters of each, in which a script that says more with one letter is looked for."""
SLUG_LEAST_WORDS = 3
"""Words from which an address's part is a headline's slug; `2024/news` is none."""
LINE_WEIGHT_MOST = 600
"""Characters of a line from which on it weighs no more in the confidence of the whole."""
NO_HEADLINE_FACTOR = 0.9
"""What confidence in a text without a headline is multiplied with."""

# html_page
RUNS_BEFORE, RUNS_AFTER = 3, 4
"""Runs around the article and its headline among which its pictures stand."""
HEADLINE_GROWS, HEADLINE_SHRINKS, HEADLINE_SPARE = 4, 3, 20
"""How much longer and shorter a block may be that is the headline again: letters grow to three at most when letter
case is folded, and marks come on top. Bounds what is compared; no block beyond can be equal."""
REPEAT_CONFIDENCE, HIDDEN_CONFIDENCE, OTHER_CONFIDENCE = 0.99, 0.9, 0.5
"""Confidence in a cut of the headline's repeats, of hidden text, and of what nothing tells about."""

# recurring
MOST_CUT = 0.4
"""No more than this part of the kept text may go: beyond it the memory is wrong about the document."""
RECENT_ARTICLES = 300
"""Article ids remembered, so that a repeat of an article counts once; also how long an entry lives unseen."""
BLOCK_ARTICLES = 150
"""Articles counted together: what recurs is asked of the block that is under way and the one before it. Smaller blocks
forget sooner; of 150 articles, a text that one in ten carries stands often enough to tell. Two make RECENT_ARTICLES."""
MOST_ENTRIES, ENTRIES_LEFT = 400, 300
"""Entries beyond which the rarest are forgotten, and how many stay: they bound the size of a source's memory."""
SHORT_RULES, BODYLIKE_RULES = ((6, 0.1), (3, 0.5)), ((12, 0.3), (6, 0.5))
"""Distinct articles, and the share of those counted, that must carry a short text, or one that reads like body text,
before it is boilerplate; one of the pairs is enough. The first pairs are for what stands in some articles of an old
source and are more than a wire story's reprints give; the second ones let a memory help after the first few articles:
on 472 pages of 49 sites (`make bench-memory`) they raise the F1 after 5 and 20 articles by .0009 and .0005 and lose no
body paragraph. 5 of 10 for body text lost one of 472."""
EXAMPLE_CHARACTERS = 160
"""Characters of a text that are shown to people for it."""
STORED_BYTES, STORED_RECENT, STORED_EXAMPLE = 4096, 40, 60
"""Bytes of a source's memory as it is stored, article ids in it, and characters of an example: 10,000 sources are
40 MB. Who reads it goes on with the texts that stood in most articles, and has to see the rest again."""
BODYLIKE_LEAST = 80
"""Characters beyond which a text that ends like a sentence could be a paragraph of an article."""
RECURS_CONFIDENCE = 0.9
"""Confidence in a cut for recurring at the source."""

# site_rules
RULE_CONFIDENCE = 0.99
"""Confidence in a cut that a person's rule made."""
