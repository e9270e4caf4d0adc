"""Scraped text as blocks: each line that is not blank, white space folded, with the blank lines above it counted."""

from copydesk.cleaning.records import Block


def line_blocks(text: str) -> list[Block]:
    """Every non-blank line of the text as a block, in order. Line ends are those of str.splitlines; a leading byte
    order mark is left out. Nothing else is: a line of invisible characters is a block too."""
    blocks: list[Block] = []
    gap = 0
    for line in text.removeprefix("\ufeff").splitlines():
        folded = " ".join(line.split())
        if folded:
            blocks.append(Block(folded, gap=gap))
            gap = 0
        else:
            gap += 1
    return blocks
