"""Assemble the ASGI application: the API, the pages, the static files, and the guard before them."""

from importlib.resources import files
from typing import Any

from litestar import Litestar, Request, Response, Router, get
from litestar.config.compression import CompressionConfig
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.params import FromPath
from litestar.types import ASGIApp

from copydesk import __version__
from copydesk.errors import NotFound
from copydesk.server import (
    api_articles,
    api_clean,
    api_dead,
    api_history,
    api_pipeline,
    api_reclean,
    api_sources,
    health,
    pages_articles,
    pages_corrections,
    pages_dead,
    pages_feeds,
    pages_history,
    pages_pipeline,
    pages_sources,
    pages_try,
)
from copydesk.server.caching import json_with_etag, with_etag
from copydesk.server.desk import Desk
from copydesk.server.guard import Guard, Policy
from copydesk.server.problems import answer_error
from copydesk.server.record_schema import RawArticleSchema
from copydesk.server.rendering import render
from copydesk.server.request_figures import Measured

LARGEST_BODY = 16 << 20
API_HANDLERS = (
    api_articles.search_articles, api_articles.one_article, api_articles.removed_pieces,
    api_articles.raw_article_event, api_articles.count_articles, api_articles.count_terms,
    api_clean.clean_document, api_dead.list_letters,
    api_dead.list_groups, api_dead.replay_letters, api_dead.discard_asked, api_pipeline.pipeline_now,
    api_pipeline.topic_events, api_sources.all_sources, api_sources.one_source, api_sources.list_corrections,
    api_sources.record_correction, api_sources.withdraw_correction,
    api_history.article_revisions, api_history.article_difference, api_history.trace_document,
    api_reclean.reclean_past,
)  # fmt: skip
PAGE_HANDLERS = (
    health.healthz, health.readyz, health.login_page, health.login, pages_articles.search_page,
    pages_articles.article_page, pages_articles.raw_page, pages_try.try_page, pages_try.try_document,
    pages_pipeline.pipeline_page, pages_pipeline.pipeline_live,
    pages_pipeline.topic_page, pages_sources.sources_page,
    pages_sources.source_page, pages_feeds.change_feeds, pages_dead.dead_page,
    pages_dead.letter_page, pages_dead.replay_form,
    pages_dead.discard_form, pages_corrections.correct_piece, pages_corrections.correct_text,
    pages_corrections.preview_piece, pages_corrections.preview_text,
    pages_history.history_page, pages_history.trace_page,
)  # fmt: skip

_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_STATIC = {
    each.name: (each.read_bytes(), _TYPES[each.name.rpartition(".")[2]])
    for each in files("copydesk.server").joinpath("static").iterdir()
    if each.name.rpartition(".")[2] in _TYPES
}


@get("/static/{name:str}", include_in_schema=False)
async def static_file(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[Any]:
    """Return one of our own files."""
    if name not in _STATIC:
        raise NotFound("there is no such file")
    return with_etag(request, *_STATIC[name], cache="public, max-age=300")


@get("/api/v1/openapi.json", include_in_schema=False)
async def openapi_document(request: Request[Any, Any, Any]) -> Response[Any]:
    """Return the description of the API, OpenAPI 3.1."""
    return json_with_etag(request, request.app.openapi_schema.to_schema())


@get("/api", include_in_schema=False)
async def api_page(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Show the description of the API to people."""
    page = render("api.html", schema=request.app.openapi_schema.to_schema())
    return Response(page.encode(), media_type=pages_articles.HTML)


def make_app(desk: Desk, policy: Policy) -> ASGIApp:
    """Return the application for a desk, with the guard before it, and what measures before both."""
    api = Router("/api/v1", route_handlers=list(API_HANDLERS))
    app = Litestar(
        [api, *PAGE_HANDLERS, static_file, openapi_document, api_page],
        dependencies={
            "desk": Provide(lambda: desk, sync_to_thread=False),
            "filters": Provide(api_articles.filters_asked, sync_to_thread=False),
            "policy": Provide(lambda: policy, sync_to_thread=False),
        },
        exception_handlers={Exception: answer_error},
        compression_config=CompressionConfig(
            "gzip", gzip_compress_level=5, exclude=["^/api/v1/events/", "^/api/v1/reclean", "^/pipeline/live"]
        ),
        request_max_body_size=LARGEST_BODY,
        openapi_config=OpenAPIConfig(
            "Copydesk", __version__, path="/api/v1/schema", use_handler_docstrings=True, render_plugins=[]
        ),
        plugins=[RawArticleSchema()],
        logging_config=None,
        debug=False,
    )
    return Measured(Guard(app, policy))
