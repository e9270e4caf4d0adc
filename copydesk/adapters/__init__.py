"""One file per technology behind the ports; only these files import that technology's library."""
