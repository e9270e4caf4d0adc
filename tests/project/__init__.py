"""Tests of the project itself: its layers, its schemas, its package, its documents."""
