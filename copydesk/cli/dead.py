"""List, show and replay dead letters: `dead`."""

from typing import Annotated, Literal

import typer
from msgspec import UnsetType
from rich.text import Text

from copydesk.answers.letters import (
    FoundLetter,
    choose_letters,
    letters,
    matching_letters,
    replay_letter,
    resolved_letters,
)
from copydesk.cli.output import console, literal, print_json, say
from copydesk.cli.terminal import safe
from copydesk.cli.wiring import open_index, open_log
from copydesk.errors import Unavailable
from copydesk.events import DeadLetter, encode
from copydesk.settings import Settings, load

app = typer.Typer(help="What could not go on, and why: list, show, replay.", no_args_is_help=True)

_LONGEST_TITLE, _LONGEST_REASON = 60, 200

_Stage = Annotated[str | None, typer.Option("--stage", help="Only letters of this stage.")]
_Class = Annotated[Literal["refused", "failed"] | None, typer.Option("--class", help="Only refused or failed ones.")]


@app.command("list")
def list_(
    stage: _Stage = None,
    class_: _Class = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON line each.")] = False,
) -> None:
    """List the dead letters, oldest first; one that a replay has since brought into the index is marked resolved."""
    settings = load()
    log = open_log(settings, reading=True)
    try:
        chosen = choose_letters(letters(log), stage, class_)
    finally:
        log.close()
    if json:
        for each in chosen:
            print_json(encode(each.letter))
        return
    if not chosen:
        console.print("No dead letters.")
        return
    resolved = _resolved(settings, chosen)
    _show_terminal(chosen, resolved) if console.is_terminal else _show_piped(chosen, resolved)
    console.print("\nTry: copydesk dead show HANDLE · copydesk dead replay HANDLE (or --all)", soft_wrap=True)


def _facts(found: FoundLetter, resolved: set[str]) -> tuple[str, ...]:
    letter = found.letter
    failed_at = f"{letter.failed_at:%Y-%m-%d %H:%M:%S}"
    class_ = "resolved" if found.handle in resolved else letter.class_
    return found.handle, failed_at, safe(letter.stage), class_, str(letter.attempts)


def _show_terminal(chosen: list[FoundLetter], resolved: set[str]) -> None:
    """Print the facts of each, and below them what it is, which can be copied whole, and the reason."""
    for found in chosen:
        *facts, tries = _facts(found, resolved)
        console.print("  ".join(facts) + f"  tries {tries}", markup=False, style="dim", soft_wrap=True)
        console.print(Text("  ").append_text(literal(_name(found.letter))), soft_wrap=True)
        say(found.letter.reason[:_LONGEST_REASON], indent=2)


def _show_piped(chosen: list[FoundLetter], resolved: set[str]) -> None:
    """Print a line each, however long, as `grep` wants it."""
    rows: list[tuple[str, ...]] = [("handle", "failed at", "stage", "class", "tries", "what", "reason")]
    for found in chosen:
        words = (safe(_name(found.letter)), safe(found.letter.reason[:_LONGEST_REASON]))
        rows.append((*_facts(found, resolved), *(" ".join(each.split()) for each in words)))
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    for row in rows:
        aligned = [cell.ljust(width) for cell, width in zip(row[:5], widths, strict=True)]
        console.print("  ".join([*aligned, *row[5:]]), markup=False, soft_wrap=True)


def _name(letter: DeadLetter) -> str:
    """Return what a person knows it by: the title, the id, or the place."""
    name = letter.title or letter.id
    return name[:_LONGEST_TITLE] if name else letter.place


@app.command()
def show(
    which: Annotated[str, typer.Argument(metavar="HANDLE|ID", help="A handle of `dead list`, or an article id.")],
    json: Annotated[bool, typer.Option("--json", help="The whole dead letter as JSON.")] = False,
) -> None:
    """Show one dead letter: what it was, where it died, why."""
    log = open_log(load(), reading=True)
    try:
        handle, letter = matching_letters(log, which)[-1]
    finally:
        log.close()
    if json:
        print_json(encode(letter))
        return
    facts = {
        "handle": handle, "stage": letter.stage, "class": letter.class_, "reason": letter.reason,
        "attempts": letter.attempts, "failed at": letter.failed_at, "place": letter.place, "source": letter.source,
        "id": letter.id, "revision": letter.revision, "title": letter.title, "size": letter.size,
        "sha256": letter.sha256, "would replay to": letter.topic or "nowhere: it never was an event",
    }  # fmt: skip
    for name, fact in facts.items():
        if fact is not None:
            console.print(f"{name:<16}{safe(str(fact))}", markup=False, soft_wrap=True)
    event = b"" if isinstance(letter.event, UnsetType) else bytes(letter.event)
    text = event.decode("utf-8", "replace") or letter.event_text
    if text:
        console.print(f"\n{safe(text[:2000])}{'…' if len(text) > 2000 else ''}", markup=False, soft_wrap=True)


@app.command()
def replay(
    which: Annotated[list[str] | None, typer.Argument(metavar="[HANDLE|ID]...", help="Which; or use --all.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="All failed ones.")] = False,
    refused: Annotated[bool, typer.Option("--refused", help="With --all: the refused ones too.")] = False,
    stage: _Stage = None,
) -> None:
    """Publish dead letters again to the topic they died in. Replaying twice changes nothing."""
    if bool(which) == all_:
        raise typer.BadParameter("name the dead letters, or use --all")
    log = open_log(load(), reading=True)
    try:
        if which:
            chosen = list({found.handle: found for each in which for found in matching_letters(log, each)}.values())
        else:
            chosen = [f for f in letters(log) if f.letter.class_ == "failed" or refused]
        chosen = choose_letters(chosen, stage)
        done = 0
        for found in chosen:
            if replay_letter(log, found):
                done += 1
            else:
                where = safe(found.letter.place)
                words = f"{found.handle}: its event is not kept any more, or never was one ({where})"
                console.print(words, markup=False)
    finally:
        log.close()
    console.print(f"{done:,} of {len(chosen):,} published again; `copydesk run` or the services take them from there.")


def _resolved(settings: Settings, chosen: list[FoundLetter]) -> set[str]:
    try:
        index = open_index(settings, reading=True)
    except Unavailable:
        return set()
    try:
        return resolved_letters(index, chosen)
    finally:
        index.close()
