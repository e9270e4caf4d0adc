"""Load every model in the process that workers are forked from, so that they share its memory and load none."""

from copydesk.api import clean, clean_text

_LINE = "The ferry that links the islands with the mainland will sail again from Monday, the harbour office said."

clean(f"<html><body><article><h1>Ferry returns</h1>{f'<p>{_LINE}</p>' * 4}</article><p>Read more</p>")
clean_text(f"Ferry returns\n\n{_LINE}\n\n{_LINE}\n\nRead more")
