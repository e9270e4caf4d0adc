"""What command line and server both say."""
