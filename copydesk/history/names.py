"""Tell names from other words: by their capitals, and in Chinese by what stands around them."""

from collections.abc import Sequence
from functools import cached_property
from itertools import chain, pairwise

from copydesk.history.sentences import Token, tokens_of
from copydesk.history.word_lists import word_list

_NOUNS_WITH_CAPITALS = frozenset({"de", "lb"})
_ENDINGS = frozenset({"ru", "uk", "be", "bg", "pl", "cs", "sk", "hr", "sr", "sl", "fi", "et", "hu", "lv", "lt", "tr"})
_STEM = 0.6
"""How much of two names must agree from their beginnings to be cases of one name, where names have cases."""


class Names:
    """Know the names of one text in a language, given by its code."""

    def __init__(self, texts: Sequence[str], language: str | None) -> None:
        self.code = (language or "").partition("-")[0].lower()
        self._texts = texts

    @cached_property
    def _inside(self) -> frozenset[str]:
        """The words that have a capital where no sentence begins."""
        return frozenset(
            token.key
            for tokens in map(tokens_of, self._texts)
            for at, token in enumerate(tokens)
            if token.key and token.text[0].isupper() and not _opens(tokens, at)
        )

    @cached_property
    def _common(self) -> frozenset[str]:
        """The words that stand behind an article somewhere."""
        articles = word_list("articles")
        pairs = chain.from_iterable(pairwise(tokens_of(text)) for text in self._texts)
        return frozenset(token.key for before, token in pairs if before.key in articles)

    def is_name(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether a token of a sentence is part of a name, as far as its writing shows."""
        token = tokens[at]
        if _is_han(token):
            return self._is_han_name(tokens, at)
        if (
            not _has_capital(token)
            or token.key in word_list("calendar")
            or token.key in word_list("numbers", self.code)
        ):
            return False
        if self.code in _NOUNS_WITH_CAPITALS:
            return self._is_name_among_nouns(tokens, at)
        if not _opens(tokens, at):
            return True
        return token.key in self._inside or _neighbour(tokens, at, 1)

    def same_name(self, old: Token, new: Token) -> bool:
        """Whether two tokens are cases of one name, in a language whose names have cases."""
        if self.code not in _ENDINGS:
            return False
        same = next((k for k, (a, b) in enumerate(zip(old.key, new.key, strict=False)) if a != b), None)
        same = min(len(old.key), len(new.key)) if same is None else same
        return same >= 3 and same >= _STEM * max(len(old.key), len(new.key))

    def _is_name_among_nouns(self, tokens: Sequence[Token], at: int) -> bool:
        if tokens[at].key in self._common:
            return False
        before = tokens[at - 1] if at else None
        if before is not None and before.key in word_list("places"):
            return True
        return _neighbour(tokens, at, -1) or (_neighbour(tokens, at, 1) and tokens[at + 1].key not in self._common)

    @staticmethod
    def _is_han_name(tokens: Sequence[Token], at: int) -> bool:
        """Whether a character is within two of a surname that a title or the sentence's beginning leads to, or of what
        ends a place's name.
        """
        surnames, titles, ends = word_list("surnames"), word_list("titles"), word_list("place_ends")
        for start in range(max(0, at - 2), at + 1):
            if tokens[start].key in surnames:
                led = " ".join(token.key for token in tokens[max(0, start - 3) : start])
                if not led or any(led.endswith(title) for title in titles):
                    return True
        return any(token.key in ends for token in tokens[at + 1 : at + 3])


def _has_capital(token: Token) -> bool:
    return bool(token.key) and token.text[0].isupper()


def _is_han(token: Token) -> bool:
    return "\u3400" <= token.text[0] <= "\u9fff"


def _opens(tokens: Sequence[Token], at: int) -> bool:
    """Whether no word stands before a token, or what came before ends a sentence or opens speech."""
    return not any(token.key for token in tokens[:at]) or tokens[at - 1].text in {
        ".",
        ":",
        "!",
        "?",
        "“",
        "„",
        "«",
        '"',
    }


def _neighbour(tokens: Sequence[Token], at: int, step: int) -> bool:
    """Whether the next word on one side begins with a capital as well."""
    place = at + step
    return 0 <= place < len(tokens) and _has_capital(tokens[place])
