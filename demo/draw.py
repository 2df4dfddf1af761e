"""Draw every demo picture again: `python -m demo.draw [name ...]`."""

import sys
from pathlib import Path
from random import Random

from demo.drawing import indoors, outdoors, science
from demo.drawing.palettes import PALETTES

HERE = Path(__file__).parent / "pictures"
SCENES = {
    scene.__name__: scene
    for scene in (
        outdoors.hills,
        outdoors.hospital,
        outdoors.skyline,
        outdoors.stones,
        outdoors.wing,
        science.cells,
        science.glassware,
        science.helix,
        science.lungs,
        science.pulse,
        science.scan,
        science.waves,
        indoors.chart,
        indoors.corridor,
        indoors.leaves,
        indoors.papers,
        indoors.room,
    )
}


def draw(name: str) -> None:
    """`name` is scene-palette, like `hills-dawn`: the same name, the same picture."""
    scene, palette = name.split("-")
    canvas = SCENES[scene](PALETTES[palette], Random(name))  # noqa: S311  (art, not a secret)
    canvas.save(HERE / f"{name}.webp")


def main(names: list[str]) -> None:
    HERE.mkdir(exist_ok=True)
    for name in names or sorted(path.stem for path in HERE.glob("*.webp")):
        draw(name)


if __name__ == "__main__":
    main(sys.argv[1:])
