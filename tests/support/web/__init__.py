"""A web of our own on the loopback: scripted virtual hosts, their faults, and a log that judges who asked what when."""
