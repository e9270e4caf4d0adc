"""Keep the index on Elasticsearch, through elasticsearch-py."""
