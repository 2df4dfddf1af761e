"""Moods. Each goes from the light of the sky to the darkest foreground."""

from typing import NamedTuple

from demo.drawing.canvas import Colour, rgb


class Palette(NamedTuple):
    high: Colour  # top of the sky
    low: Colour  # at the horizon
    far: Colour
    mid: Colour
    near: Colour
    light: Colour  # lamps, sun, highlights
    accent: Colour


def _palette(*codes: str) -> Palette:
    return Palette(*(rgb(code) for code in codes))


PALETTES = {
    "dawn": _palette("#a9c9d6", "#fbe3cf", "#c3cfd3", "#6f97a1", "#1f4b56", "#fff4e2", "#e79b78"),
    "mist": _palette("#cfe0e1", "#f1f5f1", "#bcd2d1", "#6fa09f", "#17464c", "#ffffff", "#e0a96d"),
    "dusk": _palette("#5a6f9b", "#f0cfc4", "#a79bb8", "#5f6490", "#232c52", "#ffe9c9", "#e88f7d"),
    "sage": _palette("#dbe6d6", "#f8f3e4", "#bccfb4", "#7b9f82", "#2a4a3c", "#fffbe8", "#d9a05b"),
    "sand": _palette("#d7dfdc", "#f9ead5", "#e2cdb1", "#b78f6c", "#55402f", "#fff6e3", "#3f7f86"),
    "night": _palette("#0f2740", "#3f6d86", "#2d5672", "#1c3f5a", "#0b1d33", "#ffe2ae", "#6fc2bd"),
    "rose": _palette("#e3d3d8", "#fbeee6", "#dcb9b9", "#a9788a", "#4b2f4a", "#fff7f0", "#3c8588"),
    "ice": _palette("#b9d3e6", "#eef6fa", "#a8c6da", "#5c8fb3", "#183e60", "#ffffff", "#f0a67e"),
}
