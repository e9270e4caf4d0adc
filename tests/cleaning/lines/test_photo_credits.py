"""A photo line splits into caption and credit, and an ordinary sentence is none."""

import pytest

from copydesk.cleaning.lines.photo_credits import read_credit


@pytest.mark.parametrize(
    ("line", "caption", "credit"),
    [
        (
            "The mayor outside the library. Jane Roe / Nordlicht",
            "The mayor outside the library.",
            "Jane Roe / Nordlicht",
        ),
        ("Foto: Jane Roe / dpa", None, "Jane Roe / dpa"),
        ("Der Hafen am Morgen. © Getty Images", "Der Hafen am Morgen.", "Getty Images"),
        ("(AP Photo/Jane Roe)", None, "Jane Roe"),
        ("The harbour. Photo by Jane Roe", "The harbour.", "Jane Roe"),
        ("Photo Jane Roe", None, "Jane Roe"),
        ("Crédit photo Marc Dubreuil", None, "Marc Dubreuil"),
        ("Foto Ana Lind", None, "Ana Lind"),
        ("Image: Town museum/Archive", None, "Town museum/Archive"),
        ("Immagine: museo di Marle/Archivio", None, "museo di Marle/Archivio"),
        ("Fot. Jan Lis/Archiwum", None, "Jan Lis/Archiwum"),
        ("Image courtesy of the Harbour Museum", None, "the Harbour Museum"),
        ("Courtesy of the Harbour Museum", None, "Harbour Museum"),
        ("Photos: Jane Roe and John Doe", None, "Jane Roe and John Doe"),
    ],
)
def test_a_photo_line_splits_into_caption_and_credit(line: str, caption: str | None, credit: str) -> None:
    found = read_credit(line)
    assert found is not None
    assert (found.caption, found.credit) == (caption, credit)


@pytest.mark.parametrize(
    "line",
    [
        "The shop is open 24/7 and/or whenever somebody knocks.",
        "© 2024 Example Media. All rights reserved.",
        "He said the ratio was 3/4 in the north and 1/2 in the south.",
        "Photo finish at the harbour",
        "Courtesy of the mayor, the tea is free on Saturdays.",
        "Courtesy of Kings",
        "Cortesía de Reyes",
        "Image: that was the word which the mayor used nine times.",
        "Bilder aus dem Archiv hängen jetzt im Hafen.",
        "Photo Jane Roe showed to the court on Monday.",
        "Sentence with a slash in the last word like his/her",
    ],
)
def test_a_slash_or_a_sign_alone_is_no_photo_line(line: str) -> None:
    assert read_credit(line) is None
