"""Tell the class of a dead letter's reason: a few dozen words that a figure can be labelled with. Pure.

A reason is a sentence with numbers, names and pieces of the text in it, and there is no end of those. Its class is that
of the first phrase of the table that it has before any quotation; sentences without one are `other`.
"""

_PHRASES = (
    # what cost a process, and what is no event that belongs here: before the words of whatever it was
    ("took longer than", "deadline"), ("MiB of memory", "memory"), ("crashed the process", "crash"),
    ("ended the process", "crash"), ("more than Elasticsearch takes", "too_large"), ("What the stage", "too_large"),
    ("the index refused it", "index_refused"), ("event of the unknown type", "wrong_event"),
    ("event does not belong", "wrong_event"), ("the schema version", "wrong_event"),
    ("event without content", "wrong_event"), ("not a RawArticle", "wrong_event"), ("not a Clean", "wrong_event"),
    ("not a Link", "wrong_event"), ("The event's", "wrong_event"),
    # what could not be fetched: the kinds of FetchFailed
    ("gone: ", "gone"), ("forbidden: ", "forbidden"), ("temporary: ", "no_answer"), ("too big: ", "too_large"),
    ("not html: ", "not_html"), ("blocked: ", "blocked_address"), ("bad url: ", "bad_address"),
    # walls
    ("checks whether a person", "wall_check"), ("refuses access", "wall_denied"),
    ("nothing at this address", "page_missing"), ("does not work now", "site_down"), ("consent", "wall_consent"),
    ("asks to log in", "wall_login"), ("without JavaScript", "wall_script"),
    # what is no article
    ("the setting refuses", "page_type"), ("is a list", "page_list"), ("no article stands on it", "page_list"),
    ("empty", "empty"), ("no visible text", "empty"), ("no words", "empty"), ("boilerplate", "boilerplate"),
    ("no article text", "too_little_text"), ("headline and no text", "too_little_text"),
    ("too little text", "too_little_text"), ("formatting elements", "too_costly"), ("attributes", "too_costly"),
    ("too many tags", "too_costly"), ("elements deep", "too_costly"), ("too large", "too_large"),
    ("over the limit", "too_large"), ("over the log's limit", "too_large"),
    # what cannot be read
    ("UTF-8", "encoding"), ("encoding", "encoding"), ("damaged", "damaged"), ("breaks off", "damaged"),
    ("broken", "damaged"), ("encrypted", "unreadable"), ("cannot be read", "unreadable"), ("not text", "not_text"),
    ("no feed", "not_a_feed"), ("not a feed", "not_a_feed"), ("The row", "row"), ("no article", "no_article"),
    ("Error: ", "error"),
)  # fmt: skip

OTHER_REASON = "other"


def reason_class(reason: str) -> str:
    """Return the class of a reason, a word of lower-case letters and underscores."""
    head = reason.partition("“")[0].partition(", not '")[0]
    return next((word for phrase, word in _PHRASES if phrase in head), OTHER_REASON)
