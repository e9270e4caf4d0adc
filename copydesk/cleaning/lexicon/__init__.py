"""The words that give furniture away, per language: loaded once from the TOML files beside this module, and matched."""

from copydesk.cleaning.lexicon.load import LANGUAGES, lexicon, our_endings, page_words, you_pattern
from copydesk.cleaning.lexicon.match import Hit, Lexicon

__all__ = ["LANGUAGES", "Hit", "Lexicon", "lexicon", "our_endings", "page_words", "you_pattern"]
