"""Apply what people decided for the texts of one source: their corrections outrank model, word lists, rules and memory.

A text is recognised as recurring text is: by a hash that leaves out case, spaces and, where it is short, its numbers.
"""

from collections.abc import Sequence

from msgspec import Struct

from copydesk.cleaning.records import Label
from copydesk.cleaning.recurring_counts import text_hash
from copydesk.cleaning.thresholds.text import RULE_CONFIDENCE
from copydesk.events import Decision

CORRECTED = "correction"
"""The evidence of a piece that was cut by a correction."""
KEPT_WHY = "Kept by a correction: a person said that it belongs to the article"
_CUT_WHY = "Cut by a correction: a person said that it does not belong to the article"
_CUT = Label("other", _CUT_WHY, RULE_CONFIDENCE, CORRECTED)
_KEPT = Label(None, "", RULE_CONFIDENCE)


class Corrections(Struct, frozen=True):
    """Hold the hashes of the texts that belong to a source's articles, and of those that do not."""

    keep: frozenset[str] = frozenset()
    cut: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Whether anything was decided."""
        return bool(self.keep or self.cut)

    def of_text(self, text: str) -> Decision | None:
        """Return what was decided on a text, None where nothing was."""
        hashed = text_hash(text) if self else ""
        return "keep" if hashed in self.keep else "cut" if hashed in self.cut else None

    def with_decision(self, hashed: str, decision: Decision | None) -> "Corrections":
        """Return these with a decision on one text in place of any other; None leaves it to the cleaning."""
        keep, cut = self.keep - {hashed}, self.cut - {hashed}
        match decision:
            case "keep":
                return Corrections(keep | {hashed}, cut)
            case "cut":
                return Corrections(keep, cut | {hashed})
        return Corrections(keep, cut)

    def decisions(self, texts: Sequence[str]) -> dict[int, Label | None]:
        """Return the numbers of the texts on which something was decided: with the label of a cut, None for kept."""
        if not self:
            return {}
        said = ((number, self.of_text(text)) for number, text in enumerate(texts))
        return {number: _CUT if decision == "cut" else None for number, decision in said if decision}

    def label(self, text: str, label: Label) -> Label:
        """Return the label of a line: a headline that is to be kept stays the headline."""
        match self.of_text(text):
            case "cut":
                return _CUT
            case "keep" if label.kind != "title":
                return _KEPT
        return label

    def names(self) -> list[str]:
        """Return a name for each decision, for the version of what an article was cleaned by."""
        return [f"keep {hashed}" for hashed in self.keep] + [f"cut {hashed}" for hashed in self.cut]


UNCORRECTED = Corrections()
"""No corrections."""
