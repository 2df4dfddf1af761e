"""A small paint box on top of Pillow: soft shapes, gradients, glows.

Coordinates are those of a 1600 x 900 picture; everything is drawn at twice that size and
scaled down at the end, which is what makes the edges smooth.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT, SCALE = 1600, 900, 2
SIZE = (WIDTH * SCALE, HEIGHT * SCALE)

Colour = tuple[int, int, int]
Point = tuple[float, float]


def rgb(code: str) -> Colour:
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """`share` of the second colour in the first."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def ramp(stops: Sequence[Colour], size: tuple[int, int]) -> Image.Image:
    """A gradient from the first colour on top to the last at the foot."""
    strip = Image.new("RGB", (1, len(stops)))
    strip.putdata(list(stops))
    # Interpolate between pixel centres, so that the first and last colours are reached.
    box = (0, 0.5, 1, len(stops) - 0.5) if len(stops) > 1 else None
    return strip.resize(size, Image.Resampling.BILINEAR, box=box)


class Pen:
    """Draws on a mask in picture coordinates."""

    def __init__(self, mask: Image.Image) -> None:
        self.draw = ImageDraw.Draw(mask)

    def polygon(self, points: Sequence[Point], strength: int = 255) -> None:
        self.draw.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=strength)

    def ellipse(self, x: float, y: float, rx: float, ry: float, strength: int = 255) -> None:
        box = ((x - rx) * SCALE, (y - ry) * SCALE, (x + rx) * SCALE, (y + ry) * SCALE)
        self.draw.ellipse(box, fill=strength)

    def ring(self, x: float, y: float, rx: float, ry: float, width: float) -> None:
        box = ((x - rx) * SCALE, (y - ry) * SCALE, (x + rx) * SCALE, (y + ry) * SCALE)
        self.draw.ellipse(box, outline=255, width=max(1, round(width * SCALE)))

    def rect(
        self, x: float, y: float, w: float, h: float, radius: float = 0, strength: int = 255
    ) -> None:
        box = (x * SCALE, y * SCALE, (x + w) * SCALE, (y + h) * SCALE)
        self.draw.rounded_rectangle(box, radius * SCALE, fill=strength)

    def line(self, points: Sequence[Point], width: float, strength: int = 255) -> None:
        scaled = [(x * SCALE, y * SCALE) for x, y in points]
        self.draw.line(scaled, fill=strength, width=max(1, round(width * SCALE)), joint="curve")


class Canvas:
    def __init__(self, *sky: Colour) -> None:
        self.image = ramp(sky, SIZE)

    @contextmanager
    def paint(self, *fill: Colour, opacity: float = 1, blur: float = 0) -> Iterator[Pen]:
        """Fill what the pen draws with one colour, or with a gradient over its own height."""
        mask = Image.new("L", SIZE)
        yield Pen(mask)
        if blur:
            mask = mask.filter(ImageFilter.GaussianBlur(blur * SCALE))
        box = mask.getbbox()
        if box is None:
            return
        mask = mask.crop(box)
        if opacity < 1:
            mask = mask.point([round(value * opacity) for value in range(256)])
        size = (box[2] - box[0], box[3] - box[1])
        colour = ramp(fill, size) if len(fill) > 1 else Image.new("RGB", size, fill[0])
        self.image.paste(colour, box[:2], mask)

    def glow(self, x: float, y: float, radius: float, colour: Colour, opacity: float = 1) -> None:
        """Light around a point, fading to nothing at the radius."""
        side = round(radius * 2 * SCALE)
        fade = [round(max(0.0, 1 - value / 180) ** 2 * 255 * opacity) for value in range(256)]
        mask = Image.radial_gradient("L").resize((side, side)).point(fade)
        corner = (round((x - radius) * SCALE), round((y - radius) * SCALE))
        self.image.paste(Image.new("RGB", (side, side), colour), corner, mask)

    def mirror(self, horizon: float, *, opacity: float, blur: float) -> None:
        """Let what stands above the horizon be seen in the water below it."""
        line = round(horizon * SCALE)
        depth = SIZE[1] - line
        above = self.image.crop((0, line - depth, SIZE[0], line))
        below = above.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        below = below.filter(ImageFilter.BoxBlur((blur * SCALE, blur * SCALE / 3)))
        water = self.image.crop((0, line, *SIZE))
        self.image.paste(Image.blend(water, below, opacity), (0, line))

    def save(self, path: Path) -> None:
        picture = self.image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        picture.save(path, quality=86, method=6)
