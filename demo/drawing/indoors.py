"""Scenes within four walls, and on top of a desk."""

import math
from random import Random

from demo.drawing.canvas import HEIGHT, WIDTH, Canvas, Point, mix
from demo.drawing.outdoors import ground, ridge
from demo.drawing.palettes import Palette


def corridor(p: Palette, rnd: Random) -> Canvas:
    """One-point perspective, doors on the left, daylight from the right."""
    wall = mix(p.low, p.far, 0.35)
    canvas = Canvas(wall, p.low)
    vx, vy = (800 + rnd.uniform(-90, 90), 400.0)

    def at(side: float, height: float, depth: float) -> Point:
        """A point of the box: side and height in -1..1, depth 0 at the eye to 1 at the end."""
        near = 1 / (1 + depth * 7)
        return (vx + side * 1150 * near, vy + height * 620 * near)

    def slab(*corners: tuple[float, float, float]) -> list[Point]:
        return [at(*corner) for corner in corners]

    with canvas.paint(mix(p.light, p.far, 0.22), p.light) as pen:
        pen.polygon(slab((-1, -1, 0), (1, -1, 0), (1, -1, 1), (-1, -1, 1)))
    with canvas.paint(mix(p.light, p.far, 0.5), mix(p.far, p.mid, 0.45)) as pen:
        pen.polygon(slab((-1, 1, 0), (1, 1, 0), (1, 1, 1), (-1, 1, 1)))
    with canvas.paint(mix(wall, p.mid, 0.12), mix(wall, p.mid, 0.34)) as pen:
        pen.polygon(slab((-1, -1, 0), (-1, 1, 0), (-1, 1, 1), (-1, -1, 1)))
    with canvas.paint(mix(p.low, p.light, 0.4), mix(p.low, p.far, 0.45)) as pen:
        pen.polygon(slab((1, -1, 0), (1, 1, 0), (1, 1, 1), (1, -1, 1)))
    with canvas.paint(p.light, mix(p.light, p.far, 0.25)) as pen:
        pen.polygon(slab((-1, -1, 1), (1, -1, 1), (1, 1, 1), (-1, 1, 1)))
    depths = [0.04, 0.16, 0.31, 0.5, 0.74]
    for depth in depths:
        deep = depth + 0.075
        with canvas.paint(p.light) as pen:
            pen.polygon(
                slab(
                    (-0.2, -0.99, depth),
                    (0.2, -0.99, depth),
                    (0.2, -0.99, deep),
                    (-0.2, -0.99, deep),
                )
            )
        with canvas.paint(mix(p.mid, p.near, 0.15), mix(p.mid, p.near, 0.5)) as pen:
            pen.polygon(slab((-1, -0.5, depth), (-1, -0.5, deep), (-1, 1, deep), (-1, 1, depth)))
        with canvas.paint(p.light, p.low, opacity=0.75) as pen:
            pen.polygon(
                slab(
                    (-1, -0.3, depth + 0.02),
                    (-1, -0.3, deep - 0.02),
                    (-1, 0.1, deep - 0.02),
                    (-1, 0.1, depth + 0.02),
                )
            )
        with canvas.paint(p.light, mix(p.high, p.light, 0.4), p.low) as pen:
            pen.polygon(
                slab(
                    (1, -0.75, depth),
                    (1, -0.75, deep + 0.03),
                    (1, 0.35, deep + 0.03),
                    (1, 0.35, depth),
                )
            )
        with canvas.paint(p.light, opacity=0.62, blur=5) as pen:
            pen.polygon(
                slab(
                    (0.85, 0.995, depth),
                    (0.85, 0.995, deep + 0.03),
                    (-0.35, 0.995, deep + 0.03 + 0.06),
                    (-0.35, 0.995, depth + 0.04),
                )
            )
    for side in (-1, 1):
        with canvas.paint(p.accent, opacity=0.8) as pen:
            pen.polygon(slab((side, 0.42, 0), (side, 0.42, 1), (side, 0.49, 1), (side, 0.49, 0)))
    canvas.glow(vx, vy, 420, p.light, 0.95)
    canvas.glow(1500, 300, 620, p.light, 0.4)
    return canvas


def room(p: Palette, rnd: Random) -> Canvas:
    """A made bed, a wide window, hills outside."""
    wall = mix(p.low, p.far, 0.28)
    canvas = Canvas(mix(wall, p.far, 0.3), wall, wall)
    view = Canvas(p.high, p.low, p.low)
    view.glow(900, 330, 420, p.light, 0.9)
    for layer in range(4):
        points = ridge(rnd, 430 + layer * 70, 34, 0.9)
        tone = mix(p.far, p.mid, layer / 3)
        with view.paint(tone, mix(tone, p.low, 0.5)) as pen:
            pen.polygon(ground(points))
    left, top, width, height = (560, 110, 830, 450)
    box = (left * 2, top * 2, (left + width) * 2, (top + height) * 2)
    canvas.image.paste(
        view.image.crop((600, 300, 600 + box[2] - box[0], 300 + box[3] - box[1])), box[:2]
    )
    frame = mix(p.light, p.far, 0.12)
    with canvas.paint(frame) as pen:
        for x in (left - 16, left + width / 3 - 7, left + width * 2 / 3 - 7, left + width):
            pen.rect(x, top - 16, 15, height + 32)
        pen.rect(left - 16, top - 16, width + 31, 16)
        pen.rect(left - 40, top + height, width + 80, 22, 4)
    for x, lean in ((left - 96, 1), (left + width + 4, -1)):
        with canvas.paint(
            mix(p.light, p.accent, 0.22), mix(p.light, p.accent, 0.42), opacity=0.88
        ) as pen:
            pen.polygon(
                [(x, 80), (x + 96, 80), (x + 96 - 20 * (lean < 0), 700), (x + 20 * (lean > 0), 700)]
            )
        with canvas.paint(p.mid, opacity=0.16, blur=3) as pen:
            for fold in range(4):
                pen.rect(x + 14 + fold * 20, 80, 5, 620)
    with canvas.paint(mix(p.far, p.mid, 0.35), mix(p.mid, p.near, 0.2)) as pen:
        pen.rect(0, 730, WIDTH, 180)
    with canvas.paint(p.light, opacity=0.4, blur=10) as pen:
        pen.polygon([(640, 742), (1340, 742), (1500, 905), (620, 905)])
    with canvas.paint(mix(p.mid, p.near, 0.55)) as pen:
        pen.rect(60, 420, 26, 420, 10)
    with canvas.paint(p.light, mix(p.light, p.far, 0.6)) as pen:
        pen.rect(74, 640, 700, 150, 26)
    with canvas.paint(mix(p.accent, p.light, 0.5), mix(p.accent, p.light, 0.1)) as pen:
        pen.rect(330, 610, 446, 172, 32)
    with canvas.paint(p.light, mix(p.light, p.far, 0.2)) as pen:
        pen.rect(330, 610, 446, 42, 20)
    with canvas.paint(p.light, mix(p.light, p.far, 0.45)) as pen:
        pen.rect(104, 566, 200, 92, 40)
    with canvas.paint(mix(p.mid, p.near, 0.55)) as pen:
        pen.rect(742, 560, 22, 270, 10)
    with canvas.paint(p.near) as pen:
        for x in (92, 720):
            pen.rect(x, 784, 16, 74, 6)
    with canvas.paint(p.near, opacity=0.25, blur=8) as pen:
        pen.rect(60, 856, 740, 14, 7)
    _plant(canvas, p, rnd, 1490, 770)
    return canvas


def _plant(canvas: Canvas, p: Palette, rnd: Random, x: float, foot: float) -> None:
    for turn in range(11):
        angle = -math.pi / 2 + (turn - 5) * 0.2 + rnd.uniform(-0.06, 0.06)
        length = rnd.uniform(170, 260)
        blade = leaf((x, foot - 60), angle, length, 26)
        tone = mix(p.mid, p.near, rnd.uniform(0.1, 0.6))
        with canvas.paint(mix(tone, p.light, 0.3), tone, opacity=0.95) as pen:
            pen.polygon(blade)
    with canvas.paint(p.light, mix(p.accent, p.far, 0.5)) as pen:
        pen.polygon(
            [(x - 62, foot - 74), (x + 62, foot - 74), (x + 44, foot + 40), (x - 44, foot + 40)]
        )


def leaf(root: Point, angle: float, length: float, width: float) -> list[Point]:
    """An almond shape that grows from its root."""
    cos, sin = (math.cos(angle), math.sin(angle))
    sides: list[list[Point]] = [[], []]
    for side, points in zip((-1, 1), sides, strict=True):
        for step in range(21):
            along = step / 20
            out = side * width * math.sin(math.pi * along**0.8)
            points.append(
                (
                    root[0] + cos * along * length - sin * out,
                    root[1] + sin * along * length + cos * out,
                )
            )
    return sides[0] + sides[1][::-1]


def leaves(p: Palette, rnd: Random) -> Canvas:
    canvas = Canvas(p.low, mix(p.low, p.high, 0.5), p.high)
    canvas.glow(rnd.uniform(1000, 1300), 230, 700, p.light, 0.9)
    for depth, (count, blur) in enumerate(((5, 14), (5, 5), (5, 0))):
        for _ in range(count):
            x, lean = (rnd.uniform(-50, WIDTH + 50), rnd.uniform(-0.35, 0.35))
            tone = mix(mix(p.far, p.mid, depth / 2), p.near, rnd.uniform(0, 0.3) * depth)
            height = rnd.uniform(420, 760)
            stem = [
                (x + math.sin(step / 14) * 46 * lean + lean * step * 9, 920 - height * step / 30)
                for step in range(31)
            ]
            with canvas.paint(tone, opacity=0.85, blur=blur) as pen:
                pen.line(stem, 5)
            for step in range(5, 30, 3):
                for side in (-1, 1):
                    size = (1.12 - step / 34) * rnd.uniform(120, 190)
                    blade = leaf(
                        stem[step],
                        -math.pi / 2 + side * rnd.uniform(0.75, 1.05) + lean,
                        size,
                        size * 0.17,
                    )
                    with canvas.paint(
                        mix(tone, p.light, 0.32), tone, opacity=0.82, blur=blur
                    ) as pen:
                        pen.polygon(blade)
    return canvas


def _turned(x: float, y: float, w: float, h: float, angle: float) -> list[Point]:
    cos, sin = (math.cos(angle), math.sin(angle))
    corners = ((-w / 2, -h / 2), (w / 2, -h / 2), (w / 2, h / 2), (-w / 2, h / 2))
    return [(x + a * cos - b * sin, y + a * sin + b * cos) for a, b in corners]


def _sheet(
    canvas: Canvas, p: Palette, x: float, y: float, w: float, h: float, angle: float
) -> None:
    with canvas.paint(p.near, opacity=0.28, blur=18) as pen:
        pen.polygon(_turned(x + 12, y + 20, w, h, angle))
    with canvas.paint(p.light, mix(p.light, p.low, 0.6)) as pen:
        pen.polygon(_turned(x, y, w, h, angle))
    cos, sin = (math.cos(angle), math.sin(angle))
    with canvas.paint(p.mid, opacity=0.33) as pen:
        for row in range(int((h - 130) // 30)):
            offset, length = (-h / 2 + 110 + row * 30, (w - 90) * (0.55 if row % 5 == 4 else 0.92))
            start, end = (-w / 2 + 45, -w / 2 + 45 + length)
            pen.line(
                [
                    (x + start * cos - offset * sin, y + start * sin + offset * cos),
                    (x + end * cos - offset * sin, y + end * sin + offset * cos),
                ],
                6,
            )
    head = -h / 2 + 62
    with canvas.paint(p.accent, opacity=0.9) as pen:
        pen.line(
            [
                (x + (-w / 2 + 45) * cos - head * sin, y + (-w / 2 + 45) * sin + head * cos),
                (x - 20 * cos - head * sin, y - 20 * sin + head * cos),
            ],
            15,
        )


def papers(p: Palette, rnd: Random) -> Canvas:
    """A desk from above: the paperwork, a pen, a cup of tea."""
    desk = mix(p.far, p.mid, 0.35)
    canvas = Canvas(mix(desk, p.low, 0.5), desk, mix(desk, p.near, 0.12))
    canvas.glow(420, 120, 900, p.light, 0.5)
    _sheet(canvas, p, 560, 520, 470, 640, -0.16 + rnd.uniform(-0.03, 0.03))
    _sheet(canvas, p, 800, 470, 470, 640, 0.07 + rnd.uniform(-0.03, 0.03))
    book = (1210, 560, 250, 350, -0.14)
    with canvas.paint(p.near, opacity=0.35, blur=16) as pen:
        pen.polygon(_turned(book[0] + 12, book[1] + 18, *book[2:]))
    with canvas.paint(mix(p.near, p.mid, 0.25), p.near) as pen:
        pen.polygon(_turned(*book))
    with canvas.paint(p.accent) as pen:
        pen.ring(1205, 540, 58, 58, 4)
    with canvas.paint(p.accent) as pen:
        pen.ring(1205, 540, 26, 58, 3)
    with canvas.paint(p.accent) as pen:
        pen.line([(1148, 548), (1262, 532)], 3)
    with canvas.paint(p.accent, opacity=0.85) as pen:
        pen.line([(1160, 662), (1282, 645)], 8)
    with canvas.paint(p.near, opacity=0.22, blur=9) as pen:
        pen.line([(980, 716), (1106, 356)], 26)
    with canvas.paint(mix(p.accent, p.light, 0.15), p.accent) as pen:
        pen.line([(964, 700), (1088, 344)], 17)
    with canvas.paint(p.near) as pen:
        pen.polygon([(956, 697), (972, 703), (953, 728)])
    with canvas.paint(p.near, opacity=0.26, blur=22) as pen:
        pen.ellipse(1400, 268, 158, 158)
    for radius, tone in (
        (150, p.light),
        (138, mix(p.light, p.far, 0.35)),
        (96, p.light),
        (84, mix(p.accent, p.near, 0.35)),
    ):
        with canvas.paint(mix(tone, p.light, 0.15), tone) as pen:
            pen.ellipse(1385, 245, radius, radius)
    canvas.glow(1360, 215, 74, p.light, 0.4)
    for turn in range(7):
        blade = leaf((90, 130), 0.1 + turn * 0.24, rnd.uniform(230, 330), 38)
        with canvas.paint(p.near, opacity=0.2, blur=10) as pen:
            pen.polygon([(x + 10, y + 18) for x, y in blade])
        with canvas.paint(mix(p.mid, p.low, 0.3), mix(p.mid, p.near, 0.4)) as pen:
            pen.polygon(blade)
    return canvas


def chart(p: Palette, rnd: Random) -> Canvas:
    """A map with a route: contour lines, water, two places and the way between them."""
    canvas = Canvas(mix(p.light, p.low, 0.7), p.low, mix(p.low, p.far, 0.3))
    waves = [(rnd.uniform(60, 150), rnd.uniform(0.5, 2.4), rnd.uniform(0, 6)) for _ in range(4)]

    def shore(offset: float) -> list[Point]:
        return [
            (
                x,
                250
                + x * 0.16
                + offset
                + sum(
                    (a * math.sin(x / WIDTH * math.tau * f + s + offset / 420) for a, f, s in waves)
                ),
            )
            for x in range(-20, WIDTH + 41, 10)
        ]

    for step in range(14):
        tone = mix(mix(p.low, p.far, 0.6), mix(p.far, p.mid, 0.55), step / 13)
        with canvas.paint(tone, opacity=0.3) as pen:
            pen.polygon(ground(shore(step * 58 - 60)))
        with canvas.paint(p.light, opacity=0.75) as pen:
            pen.line(shore(step * 58 - 60), 1.6)
    with canvas.paint(p.mid, opacity=0.25) as pen:
        for column in range(100, WIDTH, 200):
            pen.line([(column, 0), (column, HEIGHT)], 1)
        for row in range(50, HEIGHT, 200):
            pen.line([(0, row), (WIDTH, row)], 1)
    start, end = ((330.0, 640.0), (1230.0, 330.0))
    bend = (790.0, 130.0)
    way = [
        (
            (1 - t) ** 2 * start[0] + 2 * t * (1 - t) * bend[0] + t * t * end[0],
            (1 - t) ** 2 * start[1] + 2 * t * (1 - t) * bend[1] + t * t * end[1],
        )
        for t in (step / 60 for step in range(61))
    ]
    with canvas.paint(p.near, opacity=0.14, blur=8) as pen:
        pen.line([(x + 6, y + 26) for x, y in way], 7)
    with canvas.paint(p.near, opacity=0.9) as pen:
        for i in range(0, 60, 2):
            pen.line(way[i : i + 2], 7)
    for (x, y), tone in ((start, mix(p.near, p.mid, 0.3)), (end, p.accent)):
        canvas.glow(x, y, 170, p.light, 0.8)
        with canvas.paint(p.near, opacity=0.35, blur=6) as pen:
            pen.ellipse(x + 14, y + 4, 34, 12)
        with canvas.paint(mix(tone, p.light, 0.2), tone) as pen:
            pen.ellipse(x, y - 78, 46, 46)
            pen.polygon([(x - 42, y - 60), (x + 42, y - 60), (x, y)])
        with canvas.paint(p.light) as pen:
            pen.ellipse(x, y - 78, 19, 19)
    return canvas
