"""Group what publishes what is found outside: `produce seeds`, `produce feeds`, `produce pages`."""

import typer

from copydesk.cli.feed_services import produce_feeds, produce_pages
from copydesk.cli.services import produce_seeds

app = typer.Typer(help="Publish what is found outside as events.", no_args_is_help=True)
app.command("seeds")(produce_seeds)
app.command("feeds")(produce_feeds)
app.command("pages")(produce_pages)
