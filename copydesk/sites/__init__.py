"""Read rules for single sites; the files that come with Copydesk stand beside the reader."""
