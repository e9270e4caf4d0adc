"""People's corrections on the command line: made, listed, followed, explained and taken back."""

import json
from pathlib import Path

from tests.support.command import copydesk

STORY = [
    "Harbour board votes to dredge",
    "The harbour board voted on Tuesday to dredge the northern channel before the winter storms arrive.",
    "Two members opposed the plan, saying that the money was needed for the breakwater instead.",
    "The work is to begin in October and will close the fish quay for three weeks, the board said.",
]
APPEAL = "Please support our independent journalism with a donation today."


def test_a_correction_is_followed_by_the_next_article_and_explained(tmp_path: Path) -> None:
    data = tmp_path / "data"
    for number in (1, 2):
        text = "\n\n".join([*STORY, f"That is decision {number} of the board this year.", APPEAL])
        (tmp_path / f"{number}.txt").write_text(text, encoding="utf-8")
    assert copydesk("run", str(tmp_path / "1.txt"), "--source", "pier.example", data=data).returncode == 0
    said = copydesk("sources", "correct", "add", "pier.example", APPEAL, "--keep", data=data)
    assert said.returncode == 0, said.stderr
    assert copydesk("sources", "pin", "pier.example", STORY[2], data=data).returncode == 0
    assert copydesk("run", str(tmp_path / "2.txt"), "--source", "pier.example", data=data).returncode == 0
    found = json.loads(copydesk("search", "--json", '"decision 2"', data=data).stdout)
    [hit] = found["hits"]
    article = json.loads(copydesk("show", hit["id"], "--json", data=data).stdout)
    assert APPEAL in article["paragraphs"]
    assert STORY[2] not in article["paragraphs"]
    explained = copydesk("explain", hit["id"], data=data).stdout.decode()
    assert "Kept by a correction" in explained
    assert "Cut by a correction" in explained
    listed = json.loads(copydesk("sources", "correct", "list", "--json", data=data).stdout)
    assert {(each["text"], each["decision"]) for each in listed} == {(APPEAL, "keep"), (STORY[2], "cut")}
    assert copydesk("sources", "correct", "remove", "pier.example", APPEAL, data=data).returncode == 0
    assert "Kept by a correction" not in copydesk("explain", hit["id"], data=data).stdout.decode()
    gone = copydesk("sources", "correct", "remove", "pier.example", APPEAL, data=data)
    assert gone.returncode != 0
    assert "sources correct list" in gone.stderr.decode()
