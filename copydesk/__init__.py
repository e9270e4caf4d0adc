"""Clean news articles: cut what does not belong, say why, and pass clean copy on as a stream of events.

    import copydesk

    article = copydesk.clean(html, url="https://…")
    if article:
        print(article.title, article.text)
        for cut in article.removed:
            print(cut.kind, cut.why, cut.confidence, cut.text)
    else:
        print(article.reason)

Importing this package is cheap: what a name needs is imported when the name is first used.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from copydesk.api import Cleaner, clean, clean_many, clean_text, explain
    from copydesk.documents import raw_article
    from copydesk.errors import CopydeskError, InputError
    from copydesk.events import CleanArticle, Hints, Image, RawArticle, Refused, Removed

__version__ = "0.2.0"
__all__ = [
    "CleanArticle", "Cleaner", "CopydeskError", "Hints", "Image", "InputError", "RawArticle", "Refused", "Removed",
    "__version__", "clean", "clean_many", "clean_text", "explain", "raw_article",
]  # fmt: skip

_PLACES = {
    "copydesk.api": ("Cleaner", "clean", "clean_many", "clean_text", "explain"),
    "copydesk.documents": ("raw_article",),
    "copydesk.errors": ("CopydeskError", "InputError"),
    "copydesk.events": ("CleanArticle", "Hints", "Image", "RawArticle", "Refused", "Removed"),
}

if not TYPE_CHECKING:  # or a type checker would take every name for one that exists

    def __getattr__(name: str) -> object:
        from importlib import import_module

        for place, names in _PLACES.items():
            if name in names:
                found = globals()[name] = getattr(import_module(place), name)
                return found
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
