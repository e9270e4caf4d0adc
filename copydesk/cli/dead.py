"""List, show, replay and discard dead letters: `dead`."""

from collections import Counter
from contextlib import closing
from typing import Annotated, Literal

import typer
from msgspec import UnsetType
from rich.text import Text

from copydesk.answers.letter_actions import (
    choose_letters,
    discard_letters,
    letter_document,
    matching_letters,
    replay_letter,
)
from copydesk.answers.letters import FoundLetter, read_letters, with_what_became
from copydesk.cli.output import FAILED, console, literal, print_json, say, shortened
from copydesk.cli.terminal import safe
from copydesk.cli.wiring import engines, open_log
from copydesk.events import DeadLetter, encode
from copydesk.log_port import Log
from copydesk.runtime import dead_letters
from copydesk.settings import load

app = typer.Typer(help="What could not go on, and why: list, show, replay, discard.", no_args_is_help=True)

_LONGEST_TITLE, _LONGEST_REASON = 60, 200

_StageName = Literal["seeds", "feeds", "pages", "clean", "index", "dead"]
_Stage = Annotated[_StageName | None, typer.Option("--stage", help="Only letters of this stage.")]
_Class = Annotated[Literal["refused", "failed"] | None, typer.Option("--class", help="Only refused or failed ones.")]
_Which = Annotated[list[str] | None, typer.Argument(metavar="[HANDLE|ID]...", help="Which; or use --all.")]


@app.command("list")
def list_(
    stage: _Stage = None,
    class_: _Class = None,
    all_: Annotated[bool, typer.Option("--all", help="Those resolved since, and those discarded, too.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON line each.")] = False,
) -> None:
    """List the dead letters, oldest first; one whose document has reached the index since is resolved."""
    with engines(load(), reading=True) as (log, index):
        asked = choose_letters(read_letters(log), stage, class_)
        known = with_what_became(asked, log, index)
    chosen = known if all_ else [found for found in known if found.state == "open"]
    left_out = Counter(found.state for found in known if found not in chosen)
    if json:
        for each in chosen:
            print_json(letter_document(each))
        return
    more = ", ".join(f"{count:,} {state}" for state, count in left_out.items())
    if chosen:
        _show_terminal(chosen) if console.is_terminal else _show_piped(chosen)
        console.print("\nTry: copydesk dead show HANDLE · copydesk dead replay HANDLE (or --all) · dead discard HANDLE")
    elif not known and (stage or class_):
        console.print(f"No dead letters{f' of the stage {stage}' if stage else ''}{f', {class_}' if class_ else ''}.")
    else:
        console.print("No dead letters.")
    if more:
        console.print(f"Not shown: {more}; see them with --all")


def _facts(found: FoundLetter) -> tuple[str, ...]:
    letter = found.letter
    failed_at = f"{letter.failed_at:%Y-%m-%d %H:%M:%S}"
    word = letter.class_ if found.state == "open" else found.state
    return found.handle, failed_at, safe(letter.stage), word, str(letter.attempts)


def _show_terminal(chosen: list[FoundLetter]) -> None:
    """Print the facts of each, and below them what it is, which can be copied whole, and the reason."""
    for found in chosen:
        *facts, tries = _facts(found)
        console.print("  ".join(facts) + f"  tries {tries}", markup=False, style="dim", soft_wrap=True)
        console.print(Text("  ").append_text(literal(dead_letters.origin(found.letter))), soft_wrap=True)
        if title := _title(found.letter):
            say(title, indent=2)
        say(shortened(_why(found.letter), _LONGEST_REASON), indent=2)


def _show_piped(chosen: list[FoundLetter]) -> None:
    """Print a line each, however long, as `grep` wants it."""
    rows: list[tuple[str, ...]] = [("handle", "failed at", "stage", "class", "tries", "what", "title", "reason")]
    for found in chosen:
        words = (dead_letters.origin(found.letter), _title(found.letter), _why(found.letter)[:_LONGEST_REASON])
        rows.append((*_facts(found), *(" ".join(safe(each).split()) for each in words)))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        aligned = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        console.print("  ".join(aligned).rstrip(), markup=False, soft_wrap=True)


def _title(letter: DeadLetter) -> str:
    """Return the title, in short; the id where there is no title and the letter names no file and no address."""
    named = dead_letters.origin(letter) != letter.place
    return shortened(letter.title or ("" if named else letter.id or ""), _LONGEST_TITLE)


def _why(letter: DeadLetter) -> str:
    return letter.reason if letter.discarded is None else f"{letter.discarded} (was: {letter.reason})"


@app.command()
def show(
    which: Annotated[
        str,
        typer.Argument(metavar="HANDLE|ID", help="A handle of `dead list`, or an article's id, or that of its row."),
    ],
    json: Annotated[bool, typer.Option("--json", help="The whole dead letter as JSON.")] = False,
) -> None:
    """Show one dead letter: what it was, where it died, why."""
    with closing(open_log(load(), reading=True)) as log:
        handle, letter, _ = matching_letters(log, which, safe(which))[-1]
    if json:
        print_json(encode(letter))
        return
    facts = {
        "handle": handle, "what": dead_letters.origin(letter), "stage": letter.stage, "class": letter.class_,
        "reason": letter.reason, "discarded": letter.discarded, "attempts": letter.attempts,
        "failed at": letter.failed_at, "place": letter.place, "source": letter.source, "id": letter.id,
        "row's id": letter.given_id, "revision": letter.revision, "title": letter.title,
        "size": letter.size, "sha256": letter.sha256,
        "would replay to": letter.topic or "nowhere: it never was an event",
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
    which: _Which = None,
    all_: Annotated[bool, typer.Option("--all", help="All failed ones.")] = False,
    refused: Annotated[bool, typer.Option("--refused", help="With --all: the refused ones too.")] = False,
    stage: _Stage = None,
    keep: Annotated[bool, typer.Option("--keep", help="Overrule the cleaning: index them, whatever they are.")] = False,
) -> None:
    """Publish dead letters again to the topic they died in, which changes nothing the second time.

    The exit code is 1 where none of them could be. What never was an event, such as a broken file, is mended and read
    again instead.
    """
    with closing(open_log(load(), reading=True)) as log:
        chosen = _chosen(log, which, all_, stage, failed_only=not (refused or keep))
        done = sum(_replay_one(log, found, keep) for found in chosen)
    if not chosen and not (refused or keep):
        console.print("None has failed; those that were refused are published again by HANDLE, or with --refused.")
        return
    onwards = "; `copydesk run` or the services take them from there" if done else ""
    console.print(f"{done:,} of {len(chosen):,} published again{onwards}.")
    if chosen and not done:
        raise typer.Exit(FAILED)


@app.command()
def discard(
    which: _Which = None,
    all_: Annotated[bool, typer.Option("--all", help="All of them, failed and refused.")] = False,
    stage: _Stage = None,
    reason: Annotated[str, typer.Option("--reason", help="Why, in a few words: kept with it.")] = "discarded by hand",
) -> None:
    """Put dead letters aside: they are listed no more, and `dead replay` can still publish them again by name."""
    with closing(open_log(load(), reading=True)) as log:
        done = discard_letters(log, _chosen(log, which, all_, stage), reason)
    console.print(f"{done:,} discarded.")


def _chosen(
    log: Log, which: list[str] | None, all_: bool, stage: str | None, *, failed_only: bool = False
) -> list[FoundLetter]:
    """Return the letters named, or all open ones; of these with `failed_only` none that is merely refused."""
    if bool(which) == all_:
        raise typer.BadParameter("name the dead letters, or use --all")
    if which:
        found = list(
            {found.handle: found for each in which for found in matching_letters(log, each, safe(each))}.values()
        )
    else:
        found = [f for f in read_letters(log) if f.state == "open" and (f.letter.class_ == "failed" or not failed_only)]
    return choose_letters(found, stage)


def _replay_one(log: Log, found: FoundLetter, keep: bool) -> bool:
    why_not = replay_letter(log, found, keep=keep)
    if why_not:
        origin = dead_letters.origin(found.letter)
        named = "" if origin in why_not else f" ({origin})"
        console.print(f"{found.handle}: {safe(why_not + named)}", markup=False, soft_wrap=True)
    return not why_not
