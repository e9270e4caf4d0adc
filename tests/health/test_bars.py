"""The alarms keep their bars on a made stream, smaller than those that are measured."""

from bench.bench_health import measure_alarms


def test_planted_changes_are_found_in_time_and_few_alarms_are_false() -> None:
    score = measure_alarms(seed=7, sources=36, days=60, planted=9)
    assert score.found.total() >= 8, [*score.late, *score.missed]
    assert len(score.false) <= 1.5 * score.source_years
