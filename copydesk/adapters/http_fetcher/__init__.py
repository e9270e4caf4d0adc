"""The fetcher over HTTP, through httpx and httpcore, with every address checked before it is connected to."""
