"""The index on Elasticsearch, through elasticsearch-py."""
