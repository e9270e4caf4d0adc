"""Tell pages that are no article, with the reason: walls, lists, empty shells."""
