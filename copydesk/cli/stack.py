"""Make what docker compose needs besides the pipeline, passwords, users, a dashboard in Kibana: `stack`."""

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from copydesk.cli.extras import require_extra
from copydesk.cli.output import console
from copydesk.cli.services import setup as create
from copydesk.errors import ConfigError, Unavailable
from copydesk.settings import load

app = typer.Typer(help="What docker compose needs besides the pipeline.", no_args_is_help=True)
logger = logging.getLogger("copydesk.stack")
T = TypeVar("T")
_PAUSE = 2.0

Folder = Annotated[Path, typer.Argument(help="Where the passwords are kept, one file a user.")]
Patience = Annotated[float, typer.Option("--patience", help="How many seconds to wait for a server to be ready.")]


@app.command()
def passwords(folder: Folder) -> None:
    """Make the passwords that are not there yet. COPYDESK_ELASTIC_PASSWORD gives the one to log in with."""
    from copydesk.adapters.compose import passwords

    given = load().elastic_password
    written = passwords.make_passwords(folder, {"elastic": given} if given else {})
    console.print(f"New passwords: {', '.join(written) or 'none'}.")


@app.command()
def contact() -> None:
    """Check that COPYDESK_CONTACT says who asks, before feeds are polled and pages fetched."""
    if not load().contact:
        raise ConfigError(
            "nobody is named who asks: put a mail address or the address of a page into CONTACT in .env "
            "(COPYDESK_CONTACT), it goes into the User-Agent that feeds and sites see"
        )


@app.command()
def setup(folder: Folder, patience: Patience = 120.0) -> None:
    """Create users, topics, index and templates; COPYDESK_INDEX names a user who may do that."""
    require_extra("elasticsearch", "setting up Elasticsearch")
    from copydesk.adapters.compose import (
        elasticsearch_users,
        passwords,  # slow to import, so only here
    )

    settings = load()
    given = {user: passwords.read_password(folder, user) for user in passwords.USERS if user != "elastic"}
    _patiently(
        lambda: elasticsearch_users.create_users(settings.index, settings.elasticsearch_password_file, given),
        patience,
    )
    _patiently(create, patience)


@app.command()
def dashboard(
    url: Annotated[str, typer.Argument(help="Kibana, like http://elastic@kibana:5601.")],
    password_file: Annotated[Path | None, typer.Option("--password-file", help="Holds the user's password.")] = None,
    patience: Patience = 300.0,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace those that are there, with whatever was edited in them.")
    ] = False,
) -> None:
    """Put the data view and the dashboard into Kibana, where they are not there yet."""
    require_extra("elasticsearch", "setting up Kibana")
    from copydesk.adapters.compose import kibana

    done = _patiently(lambda: kibana.import_dashboard(url, password_file, overwrite=overwrite), patience)
    left = "; what was there is left as it is, --overwrite replaces it" if done.left else ""
    console.print(f"The dashboard is at {done.address}{left}")


def _patiently(step: Callable[[], T], patience: float) -> T:
    """Return what the step gives, tried again while a server is not ready; raises what it raised last."""
    until = time.monotonic() + patience
    while True:
        try:
            return step()
        except Unavailable as error:
            if time.monotonic() > until:
                raise
            logger.info("waiting: %s", error)
            time.sleep(_PAUSE)
