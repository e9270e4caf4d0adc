"""Find the main text of a page among its blocks, with a classifier trained on other sites."""
