"""The tests, in folders that mirror the code; a package, so that they share `tests.support` and `tests.contracts`."""
