"""Files of the kinds that people have, made of a few words: archives, mail, WARC records."""

import gzip
import io
import tarfile
import zipfile
from email.message import EmailMessage

BODY = "The ferry will sail again from Monday, the harbour office said on Friday."
PAGE = f"<!DOCTYPE html><html><head><title>Ferry returns</title></head><body><article><h1>Ferry returns</h1><p>{BODY}</p></article></body></html>"  # noqa: E501


def page(number: int | str) -> str:
    return PAGE.replace("Monday", f"day {number}")


def warc_record(
    number: int,
    body: bytes | None = None,
    *,
    kind: str = "response",
    status: str = "200 OK",
    headers: str = "",
    content_type: str = "text/html; charset=utf-8",
    length: int | None = None,
) -> bytes:
    """One record of a WARC; `length` is what it says of itself, where that is not the truth."""
    payload = page(number).encode() if body is None else body
    http = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\n{headers}\r\n".encode() + payload
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{number}>\r\n"
        f"WARC-Target-URI: https://courier.example/{number}\r\nWARC-Date: 2025-03-01T08:00:{number % 60:02}Z\r\n"
        f"Content-Type: application/http; msgtype={kind}\r\nContent-Length: {len(http) if length is None else length}"
    )
    return f"{head}\r\n\r\n".encode() + http + b"\r\n\r\n"


def warc(count: int, *, packed: bool = False) -> bytes:
    records = (warc_record(number) for number in range(count))
    return b"".join(gzip.compress(record) if packed else record for record in records)


def zip_of(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return held.getvalue()


def tar_of(members: dict[str, bytes], mode: str = "w") -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return held.getvalue()


def mail(number: int | str = 1, *, subject: str = "Ferry returns", html: bool = True) -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"] = subject, "Ana Lind <ana@letters.courier.example>"
    message["Date"], message["Message-ID"] = "Sat, 01 Mar 2025 10:00:00 +0200", f"<{number}@courier.example>"
    message.set_content(f"Plain {number}. {BODY}")
    if html:
        message.add_alternative(page(number), subtype="html")
    return message
