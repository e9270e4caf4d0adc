"""A run that is to end gives up what does not answer, after as long as it was told to bear it."""

from copydesk.app.wait_limit import WaitLimit


def test_patience_ends_after_one_unbroken_wait() -> None:
    now = [0.0]
    patience = WaitLimit(10.0, lambda: now[0])
    for moment, waiting, over in (
        (0, "x", False),
        (9, "x", False),
        (9.5, "", False),
        (12, "x", False),
        (22, "y", True),
    ):
        now[0] = moment
        assert patience.is_over(waiting) is over


def test_what_waits_for_ever_is_never_over() -> None:
    now = [0.0]
    patience = WaitLimit(None, lambda: now[0])
    assert not patience.is_over("x")
    now[0] = 1e9
    assert not patience.is_over("x")
