"""Tests of the library: what `import copydesk` offers."""
