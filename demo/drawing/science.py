"""Scenes too small to see: cells, strands, scans, waves."""

import math
from random import Random

from demo.drawing.canvas import HEIGHT, WIDTH, Canvas, Point, mix
from demo.drawing.palettes import Palette


def _bokeh(canvas: Canvas, p: Palette, rnd: Random, count: int) -> None:
    for _ in range(count):
        canvas.glow(
            rnd.uniform(0, WIDTH),
            rnd.uniform(0, HEIGHT),
            rnd.uniform(60, 260),
            rnd.choice((p.light, p.accent, p.far)),
            rnd.uniform(0.08, 0.22),
        )


def _cell(
    canvas: Canvas, p: Palette, rnd: Random, x: float, y: float, r: float, blur: float
) -> None:
    body = mix(p.mid, p.far, rnd.uniform(0.1, 0.6))
    canvas.glow(x, y, r * 1.5, p.light, 0.25)
    with canvas.paint(mix(body, p.light, 0.55), body, opacity=0.55, blur=blur) as pen:
        pen.ellipse(x, y, r, r)
    with canvas.paint(p.light, opacity=0.55, blur=blur + 1) as pen:
        pen.ring(x, y, r, r, r * 0.05)
    core_x, core_y = (x + r * rnd.uniform(-0.15, 0.15), y + r * rnd.uniform(-0.15, 0.15))
    core = mix(p.near, p.mid, 0.35)
    with canvas.paint(mix(core, p.light, 0.25), core, opacity=0.7, blur=blur + 2) as pen:
        pen.ellipse(core_x, core_y, r * 0.52, r * 0.5)
    grains = [
        (
            core_x + rnd.gauss(0, 0.2) * r,
            core_y + rnd.gauss(0, 0.2) * r,
            r * rnd.uniform(0.02, 0.07),
        )
        for _ in range(14)
    ]
    with canvas.paint(p.light, opacity=0.3, blur=blur + 1.5) as pen:
        for a, b, c in grains:
            pen.ellipse(a, b, c, c)
    canvas.glow(x - r * 0.38, y - r * 0.42, r * 0.5, p.light, 0.55)


def _receptors(canvas: Canvas, p: Palette, x: float, y: float, r: float, count: int) -> None:
    """The engineered antennae of a T cell."""
    angles = [turn / count * math.tau for turn in range(count)]
    with canvas.paint(p.accent, opacity=0.95, blur=0.6) as pen:
        for angle in angles:
            cos, sin = (math.cos(angle), math.sin(angle))
            pen.line(
                [
                    (x + cos * r * 0.98, y + sin * r * 0.98),
                    (x + cos * r * 1.13, y + sin * r * 1.13),
                ],
                r * 0.022,
            )
            pen.ellipse(x + cos * r * 1.16, y + sin * r * 1.16, r * 0.045, r * 0.045)


def cells(p: Palette, rnd: Random) -> Canvas:
    canvas = Canvas(mix(p.near, p.mid, 0.2), mix(p.near, p.mid, 0.75), p.mid)
    _bokeh(canvas, p, rnd, 16)
    for _ in range(9):
        _cell(canvas, p, rnd, rnd.uniform(0, WIDTH), rnd.uniform(0, HEIGHT), rnd.uniform(34, 84), 9)
    _cell(canvas, p, rnd, 1130, 420, 270, 0)
    for x, y, r in ((690, 330, 128), (800, 640, 104), (1500, 730, 118), (1440, 150, 92)):
        _cell(canvas, p, rnd, x + rnd.uniform(-30, 30), y + rnd.uniform(-20, 20), r, 0)
    for x, y, r in ((395, 560, 150), (215, 235, 84)):
        _cell(canvas, p, rnd, x, y, r, 0)
        _receptors(canvas, p, x, y, r, 22)
    _cell(canvas, p, rnd, 60, 880, 210, 22)
    return canvas


def helix(p: Palette, rnd: Random) -> Canvas:
    canvas = Canvas(mix(p.high, p.near, 0.55), mix(p.near, p.mid, 0.5), p.near)
    _bokeh(canvas, p, rnd, 14)
    phase = rnd.uniform(0, 3)

    def at(step: float, side: int) -> tuple[float, float, float]:
        """A point of one strand, and how near it is (-1 far, 1 near)."""
        angle = step * 0.052 + phase + (math.pi if side else 0)
        return (
            1750 - step * 9.4 + 70 * math.sin(angle),
            1000 - step * 5.6 + 185 * math.sin(angle),
            math.cos(angle),
        )

    steps = range(-10, 215)
    for step in steps[::4]:
        ax, ay, depth = at(step, 0)
        bx, by, _ = at(step, 1)
        middle = ((ax + bx) / 2, (ay + by) / 2)
        with canvas.paint(p.far, opacity=0.55) as pen:
            pen.line([(ax, ay), middle], 7)
        with canvas.paint(p.accent, opacity=0.55) as pen:
            pen.line([(bx, by), middle], 7)
    beads = sorted(
        ((at(step, side), side) for step in steps for side in (0, 1)), key=lambda bead: bead[0][2]
    )
    for (x, y, depth), side in beads:
        size = 13 + 6 * depth
        tone = mix(p.mid, p.light if side else p.accent, 0.35 + 0.3 * (depth + 1) / 2)
        with canvas.paint(mix(tone, p.light, 0.45), mix(tone, p.near, 0.25), opacity=0.95) as pen:
            pen.ellipse(x, y, size, size)
    return canvas


def waves(p: Palette, rnd: Random) -> Canvas:
    canvas = Canvas(p.high, p.low, mix(p.low, p.far, 0.6))
    canvas.glow(rnd.uniform(500, 1100), 380, 620, p.light, 0.8)
    for layer in range(9):
        base, lift = (360 + layer * 52, rnd.uniform(50, 90))
        frequency, shift = (rnd.uniform(0.7, 1.3), rnd.uniform(0, 6))
        crest: list[Point] = [
            (
                x,
                base
                + lift
                * math.sin(x / WIDTH * math.tau * frequency + shift)
                * math.cos(x / WIDTH * 3 + layer * 0.4),
            )
            for x in range(-10, WIDTH + 21, 8)
        ]
        tone = mix(mix(p.far, p.mid, layer / 6 if layer < 6 else 1), p.near, max(0, layer - 5) / 5)
        with canvas.paint(mix(tone, p.light, 0.35), tone, opacity=0.5) as pen:
            pen.polygon([*crest, (WIDTH + 20, 910), (-10, 910)])
        with canvas.paint(p.light, opacity=0.55, blur=0.6) as pen:
            pen.line(crest, 2)
    return canvas


def pulse(p: Palette, rnd: Random) -> Canvas:
    """A quiet heart trace on a deep ground."""
    canvas = Canvas(mix(p.near, p.mid, 0.15), mix(p.near, p.mid, 0.5), p.near)
    canvas.glow(1150, 430, 640, p.mid, 0.9)
    grid = mix(p.mid, p.light, 0.35)
    with canvas.paint(grid, opacity=0.16) as pen:
        for x in range(0, WIDTH, 50):
            pen.line([(x, 0), (x, HEIGHT)], 1)
        for y in range(0, HEIGHT, 50):
            pen.line([(0, y), (WIDTH, y)], 1)
    beat = (
        (0, 0),
        (40, 0),
        (62, -26),
        (84, 0),
        (112, 0),
        (124, 34),
        (146, -250),
        (168, 110),
        (184, 0),
        (226, 0),
        (262, -52),
        (300, 0),
        (380, 0),
    )
    for baseline, strength, blur, width, scale in (
        (330, 0.22, 6, 7, 0.7),
        (660, 0.22, 6, 7, 0.6),
        (490, 1, 0, 5, 1),
    ):
        start = rnd.uniform(-380, -120)
        trace = [
            (start + turn * 380 + x, baseline + y * scale) for turn in range(6) for x, y in beat
        ]
        with canvas.paint(p.accent, opacity=strength * 0.3, blur=18) as pen:
            pen.line(trace, 26)
        with canvas.paint(mix(p.accent, p.light, 0.45), opacity=strength, blur=blur) as pen:
            pen.line(trace, width)
    with canvas.paint(p.near, opacity=0.12) as pen:
        pen.rect(0, 0, WIDTH, 900)
    return canvas


def _lobe(rnd: Random, x: float, y: float, rx: float, ry: float, wobble: float) -> list[Point]:
    waves_ = [(rnd.uniform(0.3, 1) * wobble, count, rnd.uniform(0, 6)) for count in (3, 5, 8, 13)]
    points = []
    for turn in range(181):
        angle = turn / 180 * math.tau
        radius = 1 + sum((size * math.sin(angle * count + phase) for size, count, phase in waves_))
        points.append((x + rx * radius * math.cos(angle), y + ry * radius * math.sin(angle)))
    return points


def scan(p: Palette, rnd: Random) -> Canvas:
    """A slice through something round and living, as a scanner would draw it."""
    canvas = Canvas(mix(p.near, (0, 0, 0), 0.35), p.near, mix(p.near, (0, 0, 0), 0.3))
    x, y = (820.0, 450.0)
    canvas.glow(x, y, 640, p.mid, 0.75)
    with canvas.paint(
        mix(p.mid, p.near, 0.2), mix(p.near, p.mid, 0.35), opacity=0.8, blur=3
    ) as pen:
        pen.ellipse(x, y, 372, 396)
    with canvas.paint(p.light, opacity=0.7, blur=2) as pen:
        pen.ring(x, y, 372, 396, 15)
    for side in (-1, 1):
        for depth in range(9):
            size = 1 - depth * 0.1
            outline = _lobe(rnd, x + side * (176 - depth * 4), y, 160 * size, 330 * size, 0.034)
            with canvas.paint(
                mix(p.far, p.accent, depth / 9), opacity=0.42 + depth * 0.035, blur=2.2
            ) as pen:
                pen.line(outline, 7 - depth * 0.45)
    with canvas.paint(p.light, opacity=0.4, blur=2) as pen:
        pen.rect(x - 1.5, 70, 3, 760)
    level = rnd.uniform(330, 560)
    with canvas.paint(p.accent, opacity=0.2, blur=26) as pen:
        pen.rect(300, level - 50, 1040, 100)
    with canvas.paint(mix(p.accent, p.light, 0.6), opacity=0.9) as pen:
        pen.rect(270, level - 1.5, 1100, 3)
    for side_x in (110, 1390):
        for row in range(3):
            top = 140 + row * 215
            with canvas.paint(p.mid, opacity=0.4) as pen:
                pen.rect(side_x, top, 130, 160, 14)
            for ring_ in range(3):
                with canvas.paint(p.far, opacity=0.6, blur=1) as pen:
                    pen.ring(side_x + 65, top + 80, 44 - ring_ * 13, 54 - ring_ * 15, 3)
    return canvas


def lungs(p: Palette, rnd: Random) -> Canvas:
    """A tree that breathes: the airways, branching until they are too thin to draw."""
    canvas = Canvas(p.low, mix(p.low, p.far, 0.45), mix(p.far, p.mid, 0.2))
    canvas.glow(800, 470, 720, p.light, 0.9)
    twigs: list[tuple[Point, Point, float, int]] = []

    def grow(x: float, y: float, angle: float, length: float, width: float, depth: int) -> None:
        end = (x + math.cos(angle) * length * 0.75, y + math.sin(angle) * length)
        twigs.append(((x, y), end, width, depth))
        if depth == 8:
            return
        for turn in (-1, 1):
            grow(
                *end,
                angle * 0.9 + math.pi * 0.05 + turn * rnd.uniform(0.2, 0.52),
                length * rnd.uniform(0.74, 0.86),
                width * 0.7,
                depth + 1,
            )

    for side in (-1, 1):
        grow(800 + side * 4, 270, math.pi / 2 - side * 0.95, 150, 26, 1)
    for depth in range(8, 0, -1):
        here = [twig for twig in twigs if twig[3] == depth]
        tone = mix(p.near, p.accent, depth / 9)
        with canvas.paint(tone, opacity=0.82) as pen:
            for start, end, width, _ in here:
                pen.line([start, end], width)
                pen.ellipse(*end, width / 2, width / 2)
    tips = [(twig[1], rnd.uniform(5, 15)) for twig in twigs if twig[3] == 8]
    with canvas.paint(p.accent, mix(p.accent, p.mid, 0.5), opacity=0.36) as pen:
        for at, r in tips:
            pen.ellipse(*at, r, r)
    with canvas.paint(mix(p.near, p.mid, 0.3), p.near) as pen:
        pen.rect(783, 90, 34, 224, 15)
    with canvas.paint(p.far, opacity=0.5) as pen:
        for row in range(7):
            pen.rect(783, 108 + row * 26, 34, 6)
    return canvas


def glassware(p: Palette, rnd: Random) -> Canvas:
    canvas = Canvas(p.high, p.low, p.low)
    canvas.glow(540, 330, 700, p.light, 0.9)
    bench = 700
    with canvas.paint(p.far, opacity=0.6, blur=5) as pen:
        pen.rect(0, 130, WIDTH, 12)
    for x in range(90, WIDTH, 150):
        height = rnd.uniform(120, 330)
        with canvas.paint(p.far, opacity=0.35, blur=13) as pen:
            pen.rect(x, bench - height, 92, height, 10)
    for x, kind in (
        (300, "tube"),
        (410, "tube"),
        (520, "tube"),
        (760, "flask"),
        (1060, "beaker"),
        (1330, "flask"),
    ):
        _vessel(canvas, p, rnd, x, bench, kind)
    canvas.mirror(bench, opacity=0.5, blur=6)
    with canvas.paint(p.light, mix(p.far, p.mid, 0.4), opacity=0.4) as pen:
        pen.rect(0, bench, WIDTH, 200)
    with canvas.paint(p.light, opacity=0.8) as pen:
        pen.rect(0, bench - 1, WIDTH, 4)
    return canvas


def _vessel(canvas: Canvas, p: Palette, rnd: Random, x: float, foot: float, kind: str) -> None:
    tone = rnd.choice((p.accent, p.mid, mix(p.accent, p.mid, 0.5)))
    if kind == "tube":
        glass = [
            (x - 32, foot - 330),
            (x + 32, foot - 330),
            (x + 32, foot - 26),
            (x + 22, foot - 4),
            (x - 22, foot - 4),
            (x - 32, foot - 26),
        ]
        top = foot - rnd.uniform(120, 240)
        drink = [
            (x - 26, top),
            (x + 26, top),
            (x + 26, foot - 28),
            (x + 18, foot - 9),
            (x - 18, foot - 9),
            (x - 26, foot - 28),
        ]
    elif kind == "flask":
        glass = [
            (x - 36, foot - 390),
            (x + 36, foot - 390),
            (x + 36, foot - 250),
            (x + 150, foot - 30),
            (x + 138, foot),
            (x - 138, foot),
            (x - 150, foot - 30),
            (x - 36, foot - 250),
        ]
        drink = [
            (x - 82, foot - 150),
            (x + 82, foot - 150),
            (x + 142, foot - 30),
            (x + 132, foot - 7),
            (x - 132, foot - 7),
            (x - 142, foot - 30),
        ]
    else:
        glass = [(x - 105, foot - 300), (x + 105, foot - 300), (x + 100, foot), (x - 100, foot)]
        drink = [(x - 98, foot - 175), (x + 98, foot - 175), (x + 95, foot - 7), (x - 95, foot - 7)]
    with canvas.paint(p.light, mix(p.light, p.far, 0.4), opacity=0.55) as pen:
        pen.polygon(glass)
    with canvas.paint(mix(tone, p.light, 0.4), tone, opacity=0.85) as pen:
        pen.polygon(drink)
    with canvas.paint(p.light, opacity=0.95) as pen:
        pen.line([*glass, glass[0]], 3.4)
    with canvas.paint(p.mid, opacity=0.5) as pen:
        pen.line([*glass, glass[0]], 1.4)
    left = min(point[0] for point in drink)
    with canvas.paint(p.light, opacity=0.7, blur=1) as pen:
        pen.rect(x + (left - x) * 0.35, foot - 110, 7, 84, 3)
    for _ in range(6):
        bubble = (x + rnd.uniform(-18, 18), foot - rnd.uniform(24, 110), rnd.uniform(2, 6))
        with canvas.paint(p.light, opacity=0.6) as pen:
            pen.ellipse(bubble[0], bubble[1], bubble[2], bubble[2])
