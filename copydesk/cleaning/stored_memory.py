"""Bound what is stored of a source's memory to a few kilobytes: what matters most of it. Pure."""

import msgspec
from msgspec.structs import replace

from copydesk.cleaning.recurring_counts import Entry, Memory, count_in_window
from copydesk.cleaning.thresholds.text import STORED_BYTES, STORED_EXAMPLE, STORED_RECENT


def encode_memory(memory: Memory) -> bytes:
    """Return a memory as JSON of at most STORED_BYTES: the latest articles, and the texts that stood in most.

    A text that stood in one article only is stored without its example.
    """
    kept = Memory(memory.articles, memory.recent[-STORED_RECENT:])
    left = STORED_BYTES - len(msgspec.json.encode(kept))
    ranked = sorted(
        memory.entries.items(), key=lambda item: (count_in_window(item[1], memory.articles), item[1].last), reverse=True
    )
    chosen: dict[str, Entry] = {}
    for hashed, entry in ranked:
        short = replace(entry, example=entry.example[:STORED_EXAMPLE] if entry.count + entry.before > 1 else "")
        left -= len(msgspec.json.encode({hashed: short})) - 1  # the braces, less a comma
        if left < 0:
            break
        chosen[hashed] = short
    in_order = {hashed: chosen[hashed] for hashed in memory.entries if hashed in chosen}
    return msgspec.json.encode(replace(kept, entries=in_order))
