"""`sites check --source` says what rules would change of the articles that are there, before they are used."""

from pathlib import Path

from tests.support.command import copydesk
from tests.support.past import report

RULES = 'hosts = ["a.example"]\ndrop_text = ["harbour note"]\n'


def test_rules_are_tried_on_the_articles_of_a_source(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"{number}.txt").write_text(report(number).content)
    data, rules = tmp_path / "data", tmp_path / "rules"
    rules.mkdir()
    (rules / "a.toml").write_text(RULES)
    run = copydesk("run", *sorted(tmp_path.glob("*.txt")), "--source", "a.example", data=data)
    assert run.returncode == 0, run.stderr
    said = copydesk("sites", "check", rules, "--source", "a.example", data=data)
    assert said.returncode == 0, said.stderr
    lines = said.stdout.decode().splitlines()
    assert lines[:2] == [
        "a.toml: a.example",
        "Cleaning again with these rules would change 3 of 3 articles of a.example.",
    ]
    assert all("text lost (+0 -" in line for line in lines[2:])
    assert len(lines) == 5
    found = copydesk("search", "harbour note", "--json", data=data)
    assert b'"total":3' in found.stdout, "nothing is changed by looking"
    nobody = copydesk("sites", "check", rules, "--source", "nobody.example", data=data)
    assert nobody.returncode == 1
    assert b"nobody.example" in nobody.stderr
    other = copydesk("sites", "check", "--source", "a.example", data=data)
    assert b"no rules are for a.example" in other.stderr
    assert b"would change 3 of 3" in other.stdout, "the note was learned meanwhile"
