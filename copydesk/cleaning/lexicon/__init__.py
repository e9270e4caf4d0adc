"""Hold the words that show boilerplate, per language: TOML files, loaded once, and matched."""

from copydesk.cleaning.lexicon.load import LANGUAGES, lexicon, our_endings, page_words, you_pattern
from copydesk.cleaning.lexicon.match import Lexicon, PhraseHit

__all__ = ["LANGUAGES", "Lexicon", "PhraseHit", "lexicon", "our_endings", "page_words", "you_pattern"]
