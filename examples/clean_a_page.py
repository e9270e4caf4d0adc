"""Clean one saved page and print its text and what was cut: `python examples/clean_a_page.py PAGE [URL]`."""

import sys
from pathlib import Path

import copydesk


def main(page: str, url: str | None = None) -> int:
    """Print the article of a page, or why it is none; return the exit code."""
    article = copydesk.clean(Path(page).read_bytes(), url)
    if not article:
        print(f"not an article: {article.reason}")
        return 1
    print(article.title)
    print(f"by {', '.join(article.authors) or 'nobody named'}, {article.published_at or 'undated'}")
    print(f"\n{article.text}\n")
    for cut in article.removed:
        print(f"cut: {cut.kind} ({cut.confidence:.2f}), {cut.why}: {cut.text[:60]}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) in (2, 3) else __doc__)
