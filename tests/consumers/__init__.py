"""The stages: what they make of events, and what they remember."""
