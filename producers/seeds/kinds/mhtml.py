"""Read pages as browsers save them whole (MHTML): the page itself, with the address and day it was saved with."""

from email.message import EmailMessage, MIMEPart

from copydesk.events import Refused
from copydesk.identity import strip_credentials
from copydesk.producers.seeds.kinds.mail import body_part, date_of, header_of, message_of, part_text
from copydesk.producers.seeds.rows import SeedRow, usable_url


def row_of_mhtml(data: bytes) -> SeedRow | Refused:
    """Return the page that an MHTML file holds; Refused for one without a page."""
    message = message_of(data)
    if isinstance(message, Refused):
        return Refused("The document is no MHTML: it does not begin with headers")
    part = body_part(message, ("html",))
    if part is None:
        return Refused("The document is MHTML without a page in it")
    text = part_text(part)
    if isinstance(text, Refused):
        return text
    url = _address(message, part)
    where = "saved from url" if url else ""
    return SeedRow(text[0], "text/html", text[1], url, fetched_at=date_of(message), address_from=where)


def _address(message: EmailMessage, part: MIMEPart) -> str | None:
    stated = (header_of(message, "Snapshot-Content-Location"), header_of(part, "Content-Location"))
    return next((strip_credentials(url) for url in stated if usable_url(url)), None)
