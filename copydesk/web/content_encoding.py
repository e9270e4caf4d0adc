"""Decode bodies from their content encodings, never growing past a limit. Pure."""

import gzip
import zlib

from copydesk.web.zstd import ZstdError, decompress_part

GZIP = b"\x1f\x8b"
_LAYERS = 2
_MEMBERS = 64
_WINDOW_LOG = 23  # 8 MiB, what RFC 9659 lets a server assume


class Undecodable(ValueError):
    """Report a body that is not what its content encoding says, or is cut."""


class TooBig(ValueError):
    """Report a body that is over the limit once decoded."""


def decode_body(raw: bytes, encoding: str, limit: int, truncate: bool = False) -> bytes:
    """Return a body as it was before `encoding`, a Content-Encoding header: gzip, deflate, br, zstd, or two of them.

    At most `limit` bytes (and a little in between) are ever held. Raises TooBig, or cuts with `truncate`; raises
    Undecodable.
    """
    layers = [name.strip().lower() for name in encoding.split(",") if name.strip()]
    layers = [name for name in layers if name not in {"identity", "none", "utf-8"}]
    if len(layers) > _LAYERS:
        raise Undecodable("too many content encodings")
    body = raw
    for name in reversed(layers):
        body = _one(body, name, limit, truncate)
    if len(body) > limit and not truncate:
        raise TooBig
    return body[:limit]


def gunzip(raw: bytes, limit: int) -> bytes:
    """Return the content of a gzip file that was sent as one (a sitemap.xml.gz), raises as `decode_body`."""
    return decode_body(raw, "gzip", limit) if raw.startswith(GZIP) else raw


def _one(raw: bytes, name: str, limit: int, truncate: bool) -> bytes:
    if not raw:
        return raw
    try:
        match name:
            case "gzip" | "x-gzip":
                body = _gzip(raw, limit, truncate)
            case "deflate":
                body = _deflate(raw, limit, truncate)
            case "br":
                body = _brotli(raw, limit, truncate)
            case "zstd":
                body, whole = decompress_part(raw, limit + 1, _WINDOW_LOG)
                if not whole and len(body) <= limit and not truncate:
                    raise EOFError
            case _:
                raise Undecodable("an unknown content encoding")
    except (zlib.error, gzip.BadGzipFile, EOFError, ZstdError) as error:
        raise Undecodable(f"the body is not {name}, or is cut") from error
    if len(body) > limit and not truncate:
        raise TooBig
    return body[:limit]


def _gzip(raw: bytes, limit: int, truncate: bool) -> bytes:
    found, rest = b"", raw
    for _ in range(_MEMBERS):  # a file may have several members; what follows the last is ignored
        part = zlib.decompressobj(wbits=31)
        found += part.decompress(rest, limit + 1 - len(found))
        if len(found) > limit:
            break
        if not part.eof:
            if truncate:
                break
            raise EOFError
        rest = part.unused_data
        if not rest.startswith(GZIP):
            break
    return found


def _deflate(raw: bytes, limit: int, truncate: bool) -> bytes:
    try:
        part = zlib.decompressobj()
        found = part.decompress(raw, limit + 1)
    except zlib.error:  # the other reading of "deflate", without the zlib wrapper
        part = zlib.decompressobj(wbits=-15)
        found = part.decompress(raw, limit + 1)
    if not part.eof and len(found) <= limit and not truncate:
        raise EOFError
    return found


def _brotli(raw: bytes, limit: int, truncate: bool) -> bytes:
    import brotli  # of the extra `feeds`

    part = brotli.Decompressor()
    try:
        found = part.process(raw, output_buffer_limit=limit + 1)
        while not part.is_finished() and len(found) <= limit:
            more = part.process(b"", output_buffer_limit=limit + 1 - len(found))
            if not more:
                if truncate:
                    break
                raise EOFError
            found += more
    except brotli.error as error:
        raise EOFError from error
    return bytes(found)
