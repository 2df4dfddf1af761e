"""Scenes under the open sky."""

import math
from random import Random

from demo.drawing.canvas import HEIGHT, WIDTH, Canvas, Pen, Point, mix
from demo.drawing.palettes import Palette


def ridge(rnd: Random, base: float, height: float, roughness: float = 1) -> list[Point]:
    """A line of hills from the left edge to the right: waves laid on waves."""
    waves = [
        (height * 0.6**octave, (0.7 + rnd.random()) * 1.9**octave * roughness, rnd.uniform(0, 6))
        for octave in range(5)
    ]
    return [
        (x, base - sum((a * math.sin(x / WIDTH * math.tau * f + p) for a, f, p in waves)))
        for x in range(-20, WIDTH + 41, 10)
    ]


def ground(points: list[Point]) -> list[Point]:
    return [*points, (WIDTH + 40, HEIGHT + 10), (-20, HEIGHT + 10)]


def sun(canvas: Canvas, p: Palette, x: float, y: float, radius: float) -> None:
    canvas.glow(x, y, radius * 9, p.light, 0.7)
    canvas.glow(x, y, radius * 3.2, p.light, 0.8)
    with canvas.paint(p.light, opacity=0.95, blur=1) as pen:
        pen.ellipse(x, y, radius, radius)


def clouds(canvas: Canvas, p: Palette, rnd: Random, count: int, low: float, high: float) -> None:
    for _ in range(count):
        x, y, length = (rnd.uniform(0, WIDTH), rnd.uniform(low, high), rnd.uniform(140, 420))
        with canvas.paint(p.light, opacity=rnd.uniform(0.25, 0.5), blur=7) as pen:
            pen.rect(x - length / 2, y, length, 10, 5)
            pen.rect(x - length / 3, y - 12, length / 2, 12, 6)
            pen.rect(x - length / 5, y + 14, length / 1.6, 7, 3)


def conifer(pen: Pen, x: float, foot: float, height: float) -> None:
    for level in range(4):
        top = foot - height + level * height * 0.2
        half = height * (0.09 + 0.055 * level)
        pen.polygon([(x, top), (x + half, top + height * 0.38), (x - half, top + height * 0.38)])
    pen.rect(x - height * 0.02, foot - height * 0.1, height * 0.04, height * 0.14)


def tree(canvas: Canvas, p: Palette, x: float, foot: float, size: float) -> None:
    with canvas.paint(p.near) as pen:
        pen.rect(x - size * 0.035, foot - size * 0.6, size * 0.07, size * 0.6)
    leaf = mix(p.mid, p.near, 0.45)
    with canvas.paint(mix(leaf, p.low, 0.28), leaf, opacity=0.97) as pen:
        pen.ellipse(x, foot - size * 0.95, size * 0.36, size * 0.44)
        pen.ellipse(x - size * 0.22, foot - size * 0.72, size * 0.26, size * 0.27)
        pen.ellipse(x + size * 0.22, foot - size * 0.74, size * 0.27, size * 0.28)


def hills(p: Palette, rnd: Random) -> Canvas:
    canvas = Canvas(p.high, mix(p.high, p.low, 0.6), p.low, p.low)
    sun(canvas, p, rnd.uniform(350, 1250), rnd.uniform(240, 330), 52)
    clouds(canvas, p, rnd, 6, 90, 320)
    tones = [mix(p.low, p.far, 0.75), p.far, mix(p.far, p.mid, 0.6), p.mid, mix(p.mid, p.near, 0.6)]
    for layer, tone in enumerate(tones):
        points = ridge(rnd, 420 + layer * 92, 46 + layer * 3, 0.8 + layer * 0.1)
        with canvas.paint(tone, mix(tone, p.low, 0.55), mix(tone, p.low, 0.7)) as pen:
            pen.polygon(ground(points))
    front = ridge(rnd, 850, 26, 0.7)
    spots = [point for point in front[::2] if rnd.random() < 0.5]
    with canvas.paint(mix(p.near, p.mid, 0.25), p.near) as pen:
        for x, y in spots:
            conifer(pen, x, y + 16, rnd.uniform(60, 170))
    with canvas.paint(p.near, mix(p.near, (0, 0, 0), 0.25)) as pen:
        pen.polygon(ground(front))
    return canvas


def block(pen: Pen, rnd: Random, x: float, width: float, foot: float, height: float) -> None:
    """One house of a skyline; now and then a dome, a step or a spire on top."""
    pen.rect(x, foot - height, width, height + 200)
    kind = rnd.random()
    if kind < 0.16:
        pen.ellipse(x + width / 2, foot - height, width * 0.38, width * 0.38)
        pen.rect(x + width / 2 - 2, foot - height - width * 0.6, 4, width * 0.4)
    elif kind < 0.45:
        pen.rect(x + width * 0.2, foot - height * 1.12, width * 0.6, height * 0.2)
    elif kind < 0.55:
        middle = x + width / 2
        pen.polygon(
            [
                (middle - 9, foot - height),
                (middle + 9, foot - height),
                (middle, foot - height * 1.5),
            ]
        )


def skyline(p: Palette, rnd: Random) -> Canvas:
    canvas = Canvas(p.high, mix(p.high, p.low, 0.5), p.low, p.low)
    horizon = 610
    sun(canvas, p, rnd.uniform(400, 1200), 360, 58)
    clouds(canvas, p, rnd, 7, 80, 330)
    for tone, tall, haze in (
        (mix(p.low, p.far, 0.8), 300, 0.5),
        (mix(p.far, p.mid, 0.5), 230, 0.45),
        (mix(p.mid, p.near, 0.35), 150, 0.3),
    ):
        houses: list[tuple[float, float, float]] = []
        x = -30.0
        while x < WIDTH + 30:
            width = rnd.uniform(42, 120)
            houses.append((x, width, rnd.uniform(tall * 0.35, tall)))
            x += width + rnd.choice((0, 0, 6, 26))
        with canvas.paint(tone, mix(tone, p.low, haze), mix(tone, p.low, haze)) as pen:
            for left, width, height in houses:
                block(pen, rnd, left, width, horizon, height)
    lit = mix(p.light, p.accent, 0.25)
    spots = [(rnd.uniform(0, WIDTH), rnd.uniform(horizon - 120, horizon - 12)) for _ in range(150)]
    with canvas.paint(lit, opacity=0.6) as pen:
        for x, y in spots:
            pen.rect(x, y, 5, 8)
    canvas.mirror(horizon, opacity=0.72, blur=7)
    with canvas.paint(mix(p.mid, p.near, 0.7), blur=1.5) as pen:
        pen.rect(0, horizon - 3, WIDTH, 9)
    for _ in range(46):
        x, y = (rnd.uniform(-100, WIDTH), horizon + rnd.random() ** 1.6 * 280)
        length = rnd.uniform(40, 260)
        with canvas.paint(p.light, opacity=rnd.uniform(0.1, 0.35), blur=0.8) as pen:
            pen.rect(x, y, length, 2.2, 1)
    bank = ridge(rnd, 872, 12, 0.5)
    with canvas.paint(mix(p.near, p.mid, 0.15), p.near) as pen:
        pen.polygon(ground(bank))
    return canvas


def facade(
    canvas: Canvas, p: Palette, rnd: Random, box: tuple[float, float, float, float], floors: int
) -> None:
    """A building front: lit wall, shaded foot, rows of windows, some with the light on."""
    x, y, w, h = box
    wall = mix(p.light, p.far, 0.3)
    with canvas.paint(wall, mix(wall, p.mid, 0.35)) as pen:
        pen.rect(x, y, w, h)
    with canvas.paint(mix(wall, p.mid, 0.55)) as pen:
        pen.rect(x, y, w, 9)
    with canvas.paint(p.near, opacity=0.1) as pen:
        pen.rect(x + w * 0.82, y, w * 0.18, h)
    step = (h - 40) / floors
    columns = max(3, round(w / 62))
    pitch = (w - 44) / columns
    panes = [
        (x + 22 + pitch * column + pitch * 0.13, y + 30 + step * floor)
        for floor in range(floors)
        for column in range(columns)
    ]
    lit = [pane for pane in panes if rnd.random() < 0.28]
    size = (pitch * 0.74, step * 0.58)
    with canvas.paint(mix(p.mid, p.high, 0.25), mix(p.mid, p.near, 0.35)) as pen:
        for pane in panes:
            pen.rect(*pane, *size, 3)
    with canvas.paint(
        mix(p.light, p.accent, 0.12), mix(p.light, p.accent, 0.3), opacity=0.92
    ) as pen:
        for pane in lit:
            pen.rect(*pane, *size, 3)
    with canvas.paint(wall, opacity=0.7) as pen:
        for px, py in panes:
            pen.rect(px, py + size[1] * 0.47, size[0], 2.4)


def hospital(p: Palette, rnd: Random) -> Canvas:
    canvas = Canvas(p.high, mix(p.high, p.low, 0.55), p.low, p.low)
    sun(canvas, p, rnd.choice((230, 1390)), 250, 46)
    clouds(canvas, p, rnd, 6, 70, 300)
    back = ridge(rnd, 600, 42, 0.8)
    with canvas.paint(mix(p.low, p.far, 0.9), mix(p.low, p.far, 0.4)) as pen:
        pen.polygon(ground(back))
    near_back = ridge(rnd, 665, 24, 1.1)
    with canvas.paint(mix(p.far, p.mid, 0.5), p.far) as pen:
        pen.polygon(ground(near_back))
    left = rnd.uniform(330, 470)
    facade(canvas, p, rnd, (left + 430, 330, 350, 420), 6)
    facade(canvas, p, rnd, (left, 225, 430, 525), 8)
    facade(canvas, p, rnd, (left - 210, 560, 900, 190), 2)
    door = left + 190
    canvas.glow(door + 90, 700, 300, p.light, 0.55)
    with canvas.paint(p.light, mix(p.light, p.accent, 0.35)) as pen:
        pen.rect(door, 640, 180, 112)
    with canvas.paint(mix(p.mid, p.near, 0.5)) as pen:
        for step in range(5):
            pen.rect(door + step * 45 - 2, 640, 4, 112)
    with canvas.paint(mix(p.mid, p.near, 0.65)) as pen:
        pen.rect(door - 46, 622, 272, 18, 4)
    with canvas.paint(p.accent) as pen:
        pen.rect(left + 164, 258, 102, 12, 6)
    lawn = mix(p.mid, p.near, 0.35)
    with canvas.paint(mix(lawn, p.far, 0.4), lawn) as pen:
        pen.rect(-10, 748, WIDTH + 20, 160)
    with canvas.paint(mix(p.light, p.far, 0.35), mix(p.far, p.mid, 0.3)) as pen:
        pen.polygon([(door + 30, 750), (door + 150, 750), (door + 420, 905), (door - 240, 905)])
    for x, size in ((90, 210), (210, 150), (left + 905, 240), (left + 1030, 160), (1540, 220)):
        tree(canvas, p, x + rnd.uniform(-24, 24), 790 + size * 0.06, size)
    hedge = ridge(rnd, 884, 7, 3)
    with canvas.paint(p.near, opacity=0.95) as pen:
        pen.polygon(ground(hedge))
    return canvas


def stones(p: Palette, rnd: Random) -> Canvas:
    canvas = Canvas(p.high, mix(p.high, p.low, 0.6), p.low)
    sun(canvas, p, rnd.uniform(250, 560), 300, 60)
    far = ridge(rnd, 520, 30, 0.7)
    with canvas.paint(mix(p.low, p.far, 0.85), p.low) as pen:
        pen.polygon(ground(far))
    canvas.mirror(560, opacity=0.85, blur=9)
    x, foot, width = (rnd.uniform(980, 1120), 800.0, 210.0)
    for _ in range(5):
        height = width * rnd.uniform(0.34, 0.42)
        lean = rnd.uniform(-14, 14)
        tone = mix(p.mid, p.near, rnd.uniform(0.1, 0.7))
        with canvas.paint(mix(tone, p.light, 0.5), tone, mix(tone, p.near, 0.7)) as pen:
            pen.ellipse(x + lean, foot - height / 2, width / 2, height / 2)
        foot -= height * 0.93
        width *= rnd.uniform(0.72, 0.86)
    for radius in (150, 250, 370, 520):
        with canvas.paint(p.light, opacity=0.55 - radius / 1200, blur=1) as pen:
            pen.ring(x, 812, radius, radius * 0.14, 2.4)
    return canvas


def wing(p: Palette, rnd: Random) -> Canvas:
    """Out of the window of an aeroplane, above the clouds."""
    canvas = Canvas(mix(p.high, p.mid, 0.25), p.high, p.low, p.low)
    sun(canvas, p, 1130, 330, 44)
    for layer in range(6):
        points = ridge(rnd, 560 + layer * 60, 22, 1.4)
        tone = mix(p.light, p.low, 0.5 - layer * 0.08)
        with canvas.paint(tone, mix(tone, p.far, 0.6), opacity=0.8, blur=10) as pen:
            pen.polygon(ground(points))
    metal = mix(p.mid, p.light, 0.55)
    with canvas.paint(mix(metal, p.light, 0.6), metal, mix(metal, p.near, 0.45)) as pen:
        pen.polygon(
            [(-20, 800), (-20, 640), (860, 508), (905, 430), (930, 426), (915, 520), (700, 590)]
        )
    with canvas.paint(p.accent) as pen:
        pen.polygon([(868, 508), (905, 430), (930, 426), (915, 516)])
    with canvas.paint(p.near, opacity=0.3) as pen:
        pen.line([(-20, 700), (760, 560)], 2)
    frame = mix(p.near, p.mid, 0.3)
    with canvas.paint(mix(frame, p.far, 0.28), frame) as pen:
        pen.rect(-10, -10, WIDTH + 20, HEIGHT + 20)
        pen.rect(190, 40, 1220, 820, 330, strength=0)
    with canvas.paint(mix(frame, p.light, 0.55), mix(frame, p.light, 0.15), blur=2) as pen:
        pen.rect(168, 18, 1264, 864, 350)
        pen.rect(196, 46, 1208, 808, 326, strength=0)
    return canvas
