"""Hold the contract with others: JSON Schemas of the events, index templates, saved objects."""
