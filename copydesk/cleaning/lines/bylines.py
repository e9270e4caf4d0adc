"""Cut a line that credits somebody down to its names: without `by`, date, section and job."""

import re
from collections.abc import Iterator

from copydesk.cleaning.lexicon.line_words import alternatives, any_of
from copydesk.machine_dates import MONTHS

BYLINE_START = re.compile(
    r"^[\W_]*(?:"
    rf"(?i:{any_of('byline.alone')}|(?:{any_of('byline.before_work')} )?{any_of('byline.work')})\s*[:：]?(?=\s|$)"
    rf"|(?i:{any_of('byline.paired')}(?: ?(?:{any_of('byline.pair')}|&|\+) ?\w{{1,20}})?|{any_of('byline.noun')})"
    r"\s*(?:[:：|/—–=-]|[-–—]\s)\s*"
    rf"|(?i:{any_of('byline.noun_before_name')})\s+(?=\S)"
    r"|By(?=[A-Z])"
    rf"|(?:{any_of('byline.outlet')}|\w{{2,4}}{any_of('byline.outlet_ends')})?{any_of('byline.job_before_name')}(?!{any_of('role.office_ends')})"
    r"\s*[:：／/|=＝]?\s*"
    r"|文(?:[・·][^\s=＝]{1,4})?\s*[:：／/=＝]\s*"
    r")\s*"
)
"""What stands before the names. A bare word counts where it takes no noun (`von`); a noun needs a mark (`Autor:`)."""

NOT_BY = re.compile(
    rf"(?i:{any_of('maker.by')}|{any_of('maker.noun')} ?(?::|{any_of('maker.before_name')})|{any_of('maker.sign')})"
)
"""What stands before the names of people who did something else than write."""

_BY_INSIDE = re.compile(rf"(?<=[\s,|·•–—-])(?i:{any_of('byline.alone')})\s+(?=\S)")
_DATED = re.compile(r"(?<!\d)(?:(?:19|20)\d\d(?!\d)|\d{1,2}[./-]\d{1,2}[./-]\d\d)")
_DATE_FIRST = re.compile(
    r"\W{0,4}(?:[^\W\d]{3,12}\.? )?\d{1,2},? (?:[^\W\d]{3,12}\.? )?(?:19|20)\d\d(?!\d)[\s,|·•–—-]*+(?=[^\W\d])"
)
_LABEL = re.compile(rf"{any_of('byline.alone', 'byline.noun')}\s?[:：]?", re.I)
_WRITTEN = re.compile(any_of("byline.written_by"), re.I)
_MONTH = alternatives(MONTHS)
_MONTH_CAPITAL = alternatives(map(str.capitalize, MONTHS))
_AFTER = re.compile(
    rf"\s{{0,2}}(?:\s(?i:{_MONTH})[a-z]{{0,6}}\.?\s{{1,4}}\d.*"
    rf"|(?<=[a-z]){_MONTH_CAPITAL}[a-z]{{0,6}}\.?\s{{1,4}}\d.*"
    r"|[(\[（【].*|\s[-–—|•]\s.*|@\S+.*|\S{1,64}@\S+.*|\d{1,4}[.:/ ].*|https?:.*|,?\s{0,4}\d.*"
    rf"|\s{any_of('date.before_day')}\s{{1,4}}(?:[^\W\d]{{2,12}}\s{{1,4}})?\d.*"
    rf"|\s(?i:{any_of('date.weekday_starts')})[a-z]{{0,8}}[.,]?\s{{1,4}}\d.*"
    rf"|,?\s{{1,4}}{any_of('byline.before_section')}(?:\s{{1,4}}[A-ZÀ-Ý].*|$)"
    rf"|,?\s{{1,4}}(?i:{any_of('date.published', 'date.updated')}).*"
    rf"|\s{any_of('byline.on_behalf')} (?:the )?[A-ZÀ-Ý].*|,? {any_of('byline.told_to')} .*)$",
    re.S,
)
_JOB_AFTER = re.compile(rf"\s{{0,2}}(?:{any_of('job.after_name')}|(?<=\s)(?:The )?{any_of('agency.after_name')})$")
_JOBS = any_of("job.word")
_JOB = re.compile(rf"(?:(?<=[a-zß-öø-ÿа-яёії])|[\s,]\s{{0,4}})(?:The )?{_JOBS}\b")
_JOB_FIRST = re.compile(rf"(?:The )?{_JOBS}\b")


def says_by(line: str) -> bool:
    """Whether a line begins with `by` and goes on, or says it behind a date."""
    found = BYLINE_START.match(line)
    return (found is not None and found.end() < len(line)) or next(_by_inside(line), None) is not None


def is_label(line: str) -> bool:
    """Whether a line says `by` or `Author` and nothing else: the name stands in the next."""
    return _LABEL.fullmatch(line) is not None


def without_opening(line: str) -> Iterator[str]:
    """Yield a line without what may stand before its names: from `by` on, else behind the date that opens it."""
    yield from _by_inside(line)
    if opening := _DATE_FIRST.match(line):
        yield line[opening.end() :]


def _by_inside(line: str) -> Iterator[str]:
    """Yield what a line says from each `by` behind a date on, or from `written by`: `3 May by Jane Roe`."""
    for found in _BY_INSIDE.finditer(line):
        before = line[: found.start()]
        maker = NOT_BY.match(line, before.rstrip().rfind(" ") + 1)
        if not maker and (_DATED.search(before) or _WRITTEN.match(line, found.start())):
            yield line[found.start() :]


def is_other_work(line: str) -> bool:
    """Whether a line credits people who did something else than write: `Photos by Jane Roe`."""
    return NOT_BY.match(line) is not None


def before_date(line: str) -> str:
    """Return what stands in a line before its first number, date or bracket."""
    return _AFTER.sub("", line)


def without_job(name: str) -> str:
    """Return a name without the job or the agency behind it: `Jane Roe Senior Reporter`, `Jane RoeSenior Reporter`."""
    for found in _JOB.finditer(name):
        if " " in name[: found.start()].strip():
            return name[: found.start()]
    return _JOB_AFTER.sub("", name)


def is_job(name: str) -> bool:
    """Whether a text names a job and nobody: `Senior Reporter`."""
    return _JOB_FIRST.match(name) is not None
