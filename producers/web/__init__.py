"""Hold what feeds and pages share of the web: delays per host, robots.txt, outage detection, links, plain text."""
