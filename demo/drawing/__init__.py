"""Draws the demo pictures: calm scenes, the same ones on every machine."""
