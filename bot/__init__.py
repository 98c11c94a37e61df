"""Doors and wiring: settings, the terminal, and the one place that builds every part."""
