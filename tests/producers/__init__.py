"""Tests of what all producers share."""
