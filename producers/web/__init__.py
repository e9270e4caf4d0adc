"""Share the web between feeds and pages: hosts and their delays, robots.txt, tidy links."""
