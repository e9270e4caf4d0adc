"""Run the stages that read events: clean articles, and write them to the search index."""
