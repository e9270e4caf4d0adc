"""Read what people have: files of many kinds, packed or not, as rows, links and refusals."""
