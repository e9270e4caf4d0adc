"""Rules for single sites: the files that come with Copydesk, and their reader."""
