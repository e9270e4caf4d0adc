"""What feeds and pages share of the web: hosts and their delays, robots.txt, tidy links."""
