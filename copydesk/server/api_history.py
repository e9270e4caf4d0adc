"""Answer the API's questions about the past: an article's revisions, what changed between two, and a trace."""

from typing import Annotated

from litestar import get
from litestar.params import QueryParameter

from copydesk.answers.revisions import Difference, RevisionEntry, difference, revision_entries
from copydesk.answers.trace import Trace, trace
from copydesk.server.api_articles import ArticleId, article_asked
from copydesk.server.desk import TheDesk
from copydesk.server.problems import PROBLEMS

RevisionAsked = Annotated[int | None, QueryParameter(description="A revision; without any, the last two are compared.")]
FromRevision = Annotated[int | None, QueryParameter(name="from", description="The earlier revision.")]
Traced = Annotated[
    str, QueryParameter(min_length=1, description="An address, an article's id, a dead letter's handle.")
]


@get("/articles/{article_id:str}/revisions", sync_to_thread=True, operation_id="revisions", responses=PROBLEMS)
def article_revisions(desk: TheDesk, article_id: ArticleId) -> list[RevisionEntry]:
    """List the revisions that changed the article's content, oldest first."""
    return revision_entries(desk.log, desk.index, article_asked(desk, article_id))


@get("/articles/{article_id:str}/diff", sync_to_thread=True, operation_id="diff", responses=PROBLEMS)
def article_difference(
    desk: TheDesk, article_id: ArticleId, earlier: FromRevision = None, to: RevisionAsked = None
) -> Difference:
    """Say what changed between two revisions of the article, sentence by sentence; without any named, the last two."""
    return difference(desk.log, desk.index, article_asked(desk, article_id), earlier, to)


@get("/trace", sync_to_thread=True, operation_id="trace", responses=PROBLEMS)
def trace_document(desk: TheDesk, q: Traced) -> Trace:
    """Say what became of an address or an article: each step from where it was found to where it is, or stopped."""
    return trace(desk.log, desk.index, q)
