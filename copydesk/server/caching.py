"""Answer with an ETag, and with nothing but that to whoever has the answer already."""

import hashlib
from typing import Any

import msgspec
from litestar import Request, Response


def json_with_etag(request: Request[Any, Any, Any], document: Any) -> Response[Any]:
    """Return the document as JSON, or 304 where the request names its ETag in If-None-Match."""
    return with_etag(request, msgspec.json.encode(document), "application/json")


def with_etag(
    request: Request[Any, Any, Any], body: bytes, media_type: str, cache: str = "private, no-cache"
) -> Response[Any]:
    """Return the body, or 304 where the request has it; the tag is a weak one, as compression changes the bytes."""
    tag = f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    headers = {"etag": tag, "cache-control": cache}
    asked = {each.strip() for each in request.headers.get("if-none-match", "").split(",")}
    if asked & {tag, tag.removeprefix("W/"), "*"}:
        return Response(b"", status_code=304, headers=headers, media_type=media_type)
    return Response(body, headers=headers, media_type=media_type)
