"""Hold the thresholds of `boilerplate/`: the words and the place of a block or line, for and against cutting it."""

# block_signals
LINE_HEAD_READ, LINE_TAIL_READ = 3000, 500
"""A line of megabytes is read at its two ends; what it is shows there."""
LINK_BLOCK_SHARE, LONGEST_LINK = 0.9, 120
"""Share of links and characters of a block that is a link, and is read for its words alone."""
SPEECH_SHARE, LEAST_SPEECH = 0.7, 40
"""The part in quotation marks, and the characters, of a line that reports what somebody says."""
LEAST_OUTSIDE = 3
"""Characters outside quotation marks from which these alone are read."""
LONGEST_GLUED = 200
"""Characters of a line that may be buttons glued together."""
LONGEST_LABEL, LABELLED_WORDS = 40, 3
"""Characters of a label before a headline at most, and words that the headline has at least."""
LONGEST_AMOUNT, LEAST_OURS = 24, 4
"""Characters below which a line may be a number, and above which a word may end in `our`."""
COPYRIGHT_WITHIN = 200
"""Characters in which `(c)` is looked for."""

# kind_scores: what speaks for a kind makes the miss smaller, each sign by itself (1 - product of misses). Set by hand
# on single paragraphs (boilerplate, and hard negatives: articles about donations, newsletters, paywalls and privacy).
# "Brief" is 1 for a few words, a half at so many words, towards 0 for long paragraphs.
LINE_MISS = 0.06
"""What is left to doubt when a whole line is a known one."""
START_SCORE, START_SENTENCE_SCORE, START_BRIEF, START_SENTENCE = 0.6, 0.45, 24, 3
"""A known beginning; less in a whole sentence (of so many words): recipes, interviews and speeches may open so."""
START_SAID = 0.25
"""What a known beginning counts for in a sentence with a verb of saying: somebody else asks for it."""
SURE_SCORE, SURE_BRIEF_SCORE, SURE_BRIEF = 0.12, 0.63, 30
"""A phrase that only boilerplate has: in any line, what a brief one adds, and the words of a brief line."""
HINT_SCORE, HINT_BRIEF_SCORE, HINT_BRIEF = 0.05, 0.14, 15
"""The same for a phrase that stories have too."""
PHRASES_COUNTED = 4
"""Phrases of one strength that count, and that are quoted as evidence: more of the same tell nothing new."""
VOICE_SCORE, VOICE_ENOUGH = 0.5, 2
"""What `we` and `you` in an appeal take of its miss, and words from which either counts in full."""
REPORTED, REPORTED_COPYRIGHT = 0.45, 0.58
"""What a sentence counts for that talks of boilerplate and addresses nobody, as articles do."""
ADDRESSED_WORDS, ADDRESSED_APPEAL = 7, 40
"""Words below which a line is no sentence that reports, and up to which `we` alone makes it an appeal."""
LED_WORDS = 9
"""Words from which a line that opens with the words of a link is a sentence; with a verb of saying fewer are enough."""
SPEECH_FACTOR, SAID_FACTOR, SAID_WORDS, SAID_COUNTED = 0.4, 0.6, 12, 3
"""What reported speech counts for, and each verb of saying in a line of more words."""
COPYRIGHT_SCORE, ACCOUNT_SCORE, NOTICE_BRIEF = 0.75, 0.9, 40
"""The sign ©, and a bank account's number."""
CREDITED_PROSE, CREDITED_SENTENCES = 0.6, 2
"""What a credit counts for behind so many sentences: a bracket at a paragraph's end may name a source."""
MISSION_SCORE, MISSION_WE = 0.8, 2
"""A paragraph in which the outlet speaks of the press and asks for money, and how often it says `we`."""
NEWSLETTER_NAME_SCORE, NEWSLETTER_NAME_WORDS = 0.6, 5
"""A newsletter's name, alone in a line of at most so many words."""
SUMS_SCORE, SUMS_WORDS, LEAST_SUMS, SUMS_TIMES, SUM_DIGITS = 0.6, 16, 3, 3, 8
"""A line of sums to choose from, or of what was read: words at most; sums at least, how many times them its words may
be, digits below."""
RATE_NEAR = 5
"""Words behind a sum within which the week, month or year stands for which it is asked."""
LABEL_SCORE, CAPTION_WORDS = 0.9, 40
"""A headline behind a label that says that it is another article's; a caption behind one, and its words at most."""
PRICE_SCORE = 0.8
"""A line that is a price or a sum: a button of a payment form."""
CREDIT_DATED = 0.65
"""How surely a line that credits a person and names a day is none of the story: less than a byline, which names it."""
BYLINE_SCORE, BYLINE_WORDS = 0.7, 10
"""A known byline, or a known beginning of one in a line of at most so many words that ends like no sentence."""
NETWORKS_SCORE, LEAST_NETWORKS, NETWORKS_WORDS, NETWORKS_SENTENCE, NETWORKS_SHARE = 0.6, 2, 30, 8, 4
"""Networks named in a row: how many, in how many words, and in how many that end a sentence; one in so many words."""

# labels
LEAST_KIND = 0.3
"""Score from which words name a kind; below, the block's shape does."""
MENU_LINKS = 8
"""As many links in a row are a menu or a list of headlines; buttons for sharing are fewer."""
BLOCKS_READ, BLOCKS_BEFORE = 8_000, 2_000
"""Blocks whose words are read, no article having as many, and how many of them stand before the article's beginning."""
MOST_CERTAIN = 0.99
"""Confidence in a cut at most: 1.0 would claim that no rule or model errs."""
KEPT_CONFIDENCE = 0.9
"""Confidence in a block of the article for which nothing measured one."""
CAPTION_TAG_SCORE = 0.85
"""Score of a caption that `figcaption` names: outlets use the element for little else."""
NAME_MISS, LINK_MISS, LINK_SCORE_SHARE, LINK_SCORE_WORDS = 0.5, 0.7, 0.7, 4
"""The miss that a class name leaves, and one that links leave: their share and the block's words from which."""
SHAPE_LINK_SHARE, SHAPE_FEW_WORDS, SHAPE_HEADLINE_WORDS = 0.6, 3, 25
"""Share of links of a block that leads elsewhere; words of a button, and of a headline below the article."""
SHAPE_CAPTION, SHAPE_LINK, SHAPE_GUESS, SHAPE_NOTHING = 0.8, 0.6, 0.4, 0.3
"""Confidence in a kind that shape alone tells."""

# kinds_beside
SPREAD_BELOW, SPREAD_FACTOR = 0.35, 0.6
"""Score below which a block takes the kind of a neighbour, and the part of the neighbour's score that it takes."""
LIST_HEADING, LIST_FACTOR, LIST_WORDS = 0.4, 0.95, range(3, 31)
"""Score from which a block heads a list, the part of it that each headline below passes on, and a headline's words."""
ITEM_FACTOR = 0.5
"""What is left of the other kinds of a list's item."""
FORM_BUTTON_WORDS, FORM_REACH = 5, 3
"""Words of a form's button at most, and blocks above and below it among which the text of its form stands."""

# line_rules
JOB_LINE_WORDS = 5
"""Words of a line below an author's name that names the job."""
HEADING_LINES = 200
"""Lines of a text in which more headings that are names alone are looked for."""

# title_line
TITLE_SEARCHED = 60
"""Lines among which the headline is looked for."""
TITLE_PROSE = 2
"""Paragraph of prose at which the search ends: above the first one a site may have said something of its own."""
PROSE_WORDS, PROSE_ANYWAY = 12, 45
"""Words of a paragraph that ends like one, and of any. The line model reads it too."""
TITLE_LEAST, TITLE_WEIGHED = 0.45, 0.2
"""Score that a line must be above to be the headline, and from which the article's words and its place count."""
TITLE_ECHOED, TITLE_LATER, TITLE_BELOW_PROSE = 0.35, 0.01, 0.25
"""What the words that the article uses too add, what each line above takes, and what a paragraph above takes."""
TITLE_WORDS_BELOW = 8
"""Words of a line that a headline needs below it: one with nothing under it is none."""
TITLE_CHARACTERS, TITLE_DATED = 300, 0.5
"""Characters of a headline at most, and score of a dateline above which a line is none."""
TITLE_BY_WORDS = ((range(4, 26), 0.9), (range(36), 0.75), (range(10_000), 0.5))
"""Score of a line as a headline by its number of words: that of the first range that holds it."""
TITLE_LEAST_WORDS, TITLE_FEW_WORDS = 2, {2: 0.3, 3: 0.1}
"""Words that a headline has at least, and what a line of few words loses, by their number."""
TITLE_ENDS_SHORT, TITLE_ENDS, TITLE_ENDS_WORDS = 0.3, 0.5, 14
"""What a sentence's end takes of a line of fewer words, and of others."""
TITLE_CREDIT, TITLE_SENTENCES, TITLE_MOST_SENTENCES, TITLE_SLUG, TITLE_SLUG_WORDS = 0.5, 0.2, 2, 0.6, 3
"""What a credit or a colon takes, what more sentences take, and what the address's own words add."""
TITLE_TALKS, TITLE_TALKS_WORDS = 0.4, 4
"""The part of a kind's words that counts against a headline, which may well be about donations or privacy."""
TITLE_NAMES = 0.5
"""The part that is left of the score of a line of nothing but names, below one that may be the headline."""
TITLE_AGREES = 0.7
"""Share of words above which a line is the headline that others name."""
TITLE_REPEAT_TIMES, TITLE_REPEAT_SPARE = 2, 60
"""How long the headline's repeat may be: so many times its characters, and a site's name."""
TITLE_PARAGRAPHS, TITLE_PARAGRAPH_WORDS = 8, 300
"""Paragraphs of the article, and words of each, that the headline is compared with."""

# appeal_runs. The outlet's voice is 0 to 1; the line model reads it too.
VOICE_WE, VOICE_PRESS, VOICE_YOU, VOICE_READER, VOICE_ASKING, VOICE_SAID = 0.28, 0.25, 0.2, 0.4, 0.15, 0.3
"""What each word adds: `we`, the press, `you`, `reader`, a phrase that asks; and what a verb of saying takes."""
VOICE_MOST, VOICE_MOST_ASKING = 2, 3
"""Words and phrases of one sort that count, so that a long block is no appeal for its length."""
SPOKEN = 0.35
"""Voice from which a block speaks for the outlet."""
APPEAL_ANCHOR, APPEAL_WORDS = 0.6, 3
"""Score from which a block asks the reader in so many words, and words that it must have for a run to grow from it."""
APPEAL_REACH = 6
"""How far from it a run may grow."""
VOICED_WORDS = 7
"""A line of fewer words says nothing about the voice an article is written in."""
OWN_VOICE, OWN_VOICE_NEEDS = 0.2, 0.75
"""Share of the article that speaks for the outlet from which its blocks need more voice to join, and how much."""
APPEAL_ASIDE = 0.25
"""What a block must show of the run's own kind to join it without the voice."""
BRIDGE_WORDS = 8
"""Words of a silent paragraph that is bridged."""

# line_classifier: where the rules meet the model. Set by hand on the scraped development texts, and on
# articles pasted with a line or a few of boilerplate among them.
LINE_CUT = 0.55
"""Score from which words alone cut a line. The line model reads what they cut."""
LINE_CLEAR, LINE_RESCUED = 0.8, 0.8
"""Score of boilerplate that goes whatever the model says, and probability above which less clear lines are kept."""
LINE_KEPT, SENTENCE_KEPT, SUBHEAD_KEPT, LISTED_KEPT = 0.45, 0.35, 0.03, 0.75
"""Probability from which a line is kept: any, a sentence, a sub-heading between paragraphs, one in a list."""
BEYOND_KEPT, FAR_KEPT, FAR_LINES = 0.18, 0.02, 4
"""The same of a sentence beyond a few lines of boilerplate, and beyond more than so many."""
WITHIN_KEPT = 0.25
"""The same of a statement between two paragraphs, or behind the words of a link, that no rule cuts. Of statements
between paragraphs that the model puts from here to SENTENCE_KEPT, all were the article's on pages written for it, and
three of 528 scraped texts gain a line that is none."""
ENTRIES, ENTRY_ALONE = 2, 0.3
"""Kept sentences right below a line that says when from which a text is a live blog, and the probability of being
article text by itself from which a statement below another such line is an entry too."""
QUIET = 0.25
"""Score below which a line shows no sign of boilerplate."""
SENTENCE_WORDS, SURE_SENTENCE_WORDS, SUBHEAD_WORDS = 2, 4, 12
"""Words from which a line can be a sentence, and is one for certain; words of a sub-heading at most."""
LIST_HEADING_WORDS, LIST_LEAST = 5, 2
"""Words of the line that heads a list, and the headlines below it that make one within the text."""
EXPLAINED = 0.1
"""Score from which a cut line shows what it is."""
MODEL_LEAST_LINES, MODEL_MOST_LINES = 6, 4000
"""The model has seen pages: a text of a few lines has no place to go by, one of many thousands is no page."""
JOINED_CONFIDENCE, TITLE_CONFIDENCE, TITLE_REPEATED = 0.8, 0.9, 0.95
"""Confidence in a line cut with its neighbours, in the headline, and in a repeat of it."""
BUTTON_WORDS, BUTTON_SENTENCE_WORDS = 6, 4
"""Words of a form's button at most, and of one that ends like a sentence."""
FORM_LINE, FORM_LEAST, FORM_SHARE, FORM_KIND = 0.5, 2, 0.4, 0.05
"""Score of a line that belongs to a form; how many of them, and which part of its lines, make a form; score from which
an unknown button is of a kind of its own."""
FORM_HEADING_WORDS, FORM_HEADING, FORM_ANNOUNCES, FORM_HEADING_SCORE = 14, 0.3, 0.1, 0.6
"""Words of a line above an appeal, the score that makes it the heading, the score of one that ends in a colon, and the
score it gets."""

# learned_lines. Chosen on lines of sites that the models had not seen (`bench.bench_lines` prints the table).
LINES_AT_ONCE = 500
"""Lines that are hashed in one piece: beyond, the n-grams of a long text would take many times its size."""
LEARNED_KIND = 0.3
"""Likelihood from which a line's words name a kind where no list does."""
TELLING_WORDS, TELLING_READ, TELLING_CHARACTERS = 3, 60, 60
"""Words in a row that are quoted for a kind, the words among which they are looked for, and characters quoted."""
TELLING_RUNS = 40_000
"""Such runs that are weighed in a text: no page has as many, and weighing them would take longer than all the rest."""
ALONE_CUT, ALONE_UNLISTED_CUT, ALONE_SENTENCE_CUT = 0.1, 0.25, 0.05
"""Probability of being article text below which a line goes by itself, one in a language that no list knows, and one
that states a sentence. Of lines out of fold, .15 for the first loses half as many more lines of articles, sub-headings
above all; .15 for the second has .51 of recall in languages without a list, and not .67.
"""
ALONE_RESCUED = 0.4
"""The same from which a sentence stays though a list cuts it: one that names a date, or reports about donations."""
ALONE_EXPLAINED = 0.3
"""The same below which a cut line shows what it is."""
