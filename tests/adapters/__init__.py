"""What single adapters do beyond the contracts."""
