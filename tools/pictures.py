"""Draw the icon of the addon and the product pictures of its demo data.

Everything is drawn with Pillow, so no picture comes from anywhere else and each can be
made anew:

    python -m tools.pictures

The results are committed; run this only after changing a drawing.
"""

import math
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

ADDON = Path(__file__).resolve().parent.parent / "continuity_program"
IMAGES = ADDON / "demo" / "images"
ICON = ADDON / "static" / "description" / "icon.png"
SCALE = 4  # drawn larger, then scaled down: smooth edges
SERIF = "DejaVuSerif-Bold.ttf"
SANS = "DejaVuSans-Bold.ttf"

NAVY, NIGHT, CREAM, GOLD = "#14304f", "#0d1f38", "#fbf3e2", "#f2c14e"
SNOW, FROST, SLATE, RED = "#f6f9fb", "#bcd4e6", "#3f5d7d", "#c8423b"
LEAF, MOSS, MEADOW, BARK = "#5f8f4e", "#2f5d3a", "#a7c46c", "#5b4030"
KRAFT, COFFEE = "#c9a06b", "#3d2417"
CLEAR = "#00000000"


class Canvas:
    """A drawing in units of the finished picture."""

    def __init__(self, width, height, background):
        self.size = width, height
        mode = "RGBA" if background == CLEAR else "RGB"
        self.image = Image.new(mode, (width * SCALE, height * SCALE), background)
        # On an opaque picture, half transparent colours are mixed with what is below
        self.draw = ImageDraw.Draw(self.image, "RGBA")

    def box(self, x, y, width, height, fill, radius=0, outline=None, line=1):
        """Draw a rectangle, with round corners if wanted."""
        area = [v * SCALE for v in (x, y, x + width, y + height)]
        self.draw.rounded_rectangle(
            area, radius * SCALE, fill=fill, outline=outline, width=round(line * SCALE)
        )

    def oval(self, x, y, radius_x, radius_y, fill):
        """Draw an oval around its centre."""
        area = (x - radius_x, y - radius_y, x + radius_x, y + radius_y)
        self.draw.ellipse([v * SCALE for v in area], fill=fill)

    def polygon(self, *points, fill):
        """Draw a filled shape through the points."""
        self.draw.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=fill)

    def text(self, x, y, text, size, fill, font=SERIF):
        """Write a text centred on a point."""
        face = ImageFont.truetype(font, round(size * SCALE))
        self.draw.multiline_text(
            (x * SCALE, y * SCALE),
            text,
            fill,
            face,
            "mm",
            spacing=size * SCALE * 0.35,
            align="center",
        )

    def save(self, path, colors=96):
        """Scale down and write a small PNG."""
        image = self.image.resize(self.size, Image.LANCZOS)
        if image.mode == "RGB":
            image = image.quantize(colors, dither=Image.Dither.NONE)
        image.save(path, optimize=True)


# === BOOKS === #


def book(name, title, author, paint, ink=CREAM):
    """Draw a cover: the scene, the title above it, the author below."""
    canvas = Canvas(360, 512, CREAM)
    paint(canvas)
    canvas.box(0, 0, 12, 512, "#00000030")
    canvas.text(186, 84, title, 32, ink)
    canvas.text(186, 482, author, 16, ink, SANS)
    canvas.save(IMAGES / f"{name}.png")


def lighthouse(canvas):
    """Night, the beam over the sea."""
    canvas.box(0, 0, 360, 512, NIGHT)
    canvas.polygon((244, 208), (0, 150), (0, 258), fill="#6b6a4d")
    canvas.polygon((244, 208), (360, 180), (360, 236), fill="#6b6a4d")
    canvas.box(0, 380, 360, 132, NAVY)
    for row in range(4):
        canvas.box(20 + 50 * row, 404 + 14 * row, 90, 3, "#2f527a", 1)
    canvas.polygon(
        (150, 420), (210, 360), (300, 356), (360, 392), (360, 420), fill="#0a1526"
    )
    canvas.polygon((222, 362), (232, 226), (256, 226), (266, 362), fill=CREAM)
    for top in (252, 312):
        canvas.polygon(
            (228, top + 24), (230, top), (258, top), (260, top + 24), fill=RED
        )
    canvas.box(226, 218, 36, 8, RED, 2)
    canvas.box(234, 198, 20, 20, GOLD)
    canvas.polygon((230, 198), (244, 182), (258, 198), fill=RED)


def winter(canvas):
    """Mountains in snow, a road to the moon."""
    canvas.box(0, 0, 360, 512, SLATE)
    canvas.oval(270, 190, 34, 34, SNOW)
    canvas.polygon((-40, 400), (110, 200), (240, 400), fill="#8aa6c1")
    canvas.polygon((68, 256), (110, 200), (146, 256), (120, 246), (104, 264), fill=SNOW)
    canvas.polygon((120, 400), (270, 236), (420, 400), fill=FROST)
    canvas.polygon(
        (226, 284), (270, 236), (314, 284), (284, 274), (262, 292), fill=SNOW
    )
    canvas.polygon((0, 372), (360, 344), (360, 512), (0, 512), fill=SNOW)
    canvas.polygon(
        (120, 512),
        (250, 512),
        (236, 430),
        (262, 366),
        (256, 366),
        (204, 430),
        fill="#8796a6",
    )
    for x, y in ((40, 410), (74, 430), (316, 396), (292, 420)):
        canvas.polygon((x - 16, y + 24), (x, y - 24), (x + 16, y + 24), fill=MOSS)
    canvas.box(0, 462, 360, 50, SLATE)


def orchard(canvas):
    """Hills with apple trees."""
    canvas.box(0, 0, 360, 512, "#f3d9a4")
    canvas.oval(90, 220, 34, 34, "#e8894a")
    canvas.oval(90, 470, 260, 170, MEADOW)
    canvas.oval(320, 500, 260, 190, LEAF)
    for x, y, size in ((96, 320, 34), (238, 338, 46), (316, 300, 28)):
        canvas.box(x - 5, y, 10, size * 1.5, BARK)
        canvas.oval(x, y, size, size * 0.9, MOSS)
        for turn in range(5):
            angle = turn * 2 * math.pi / 5 + 0.5
            canvas.oval(
                x + math.cos(angle) * size * 0.6,
                y + math.sin(angle) * size * 0.5,
                5,
                5,
                RED,
            )
    canvas.box(0, 456, 360, 56, MOSS)


BOOKS = {
    "book_lighthouse": (
        "The Lighthouse\nat Grey Sound",
        "ELINOR MARLOW",
        lighthouse,
        CREAM,
    ),
    "book_winter": ("Winter on the\nCoast Road", "TOMAS HALVARD", winter, CREAM),
    "book_orchard": ("An Orchard\nYear", "RUTH ASHDOWN", orchard, MOSS),
}


# === COFFEE, TEA, BIRDS === #


def coffee(path):
    """Draw a paper bag with a label and a bean."""
    canvas = Canvas(400, 480, "#ffffff")
    canvas.polygon((90, 60), (310, 60), (330, 450), (70, 450), fill=KRAFT)
    canvas.box(90, 36, 220, 40, "#b0854f", 4)
    canvas.polygon((310, 60), (330, 450), (296, 450), (284, 60), fill="#b68c57")
    canvas.box(104, 170, 172, 190, CREAM, 10)
    canvas.oval(190, 228, 34, 26, COFFEE)
    canvas.polygon((160, 236), (186, 222), (220, 218), (194, 234), fill=CREAM)
    canvas.text(190, 292, "HARBOUR\nROAST", 21, COFFEE, SANS)
    canvas.text(190, 338, "whole bean · 1 kg", 13, COFFEE, SANS)
    canvas.save(path)


TEAS = {
    "tea_spring": ("Spring\nBlossom", "#e9a6b8", "#8e3b57"),
    "tea_summer": ("Summer\nMint", "#9ed0a8", "#1f6b46"),
    "tea_autumn": ("Autumn\nChai", "#e0a15e", "#7a3f12"),
    "tea_winter": ("Winter\nOrange", "#9db8d6", "#23446b"),
}


def tea(path, title, light, dark):
    """Draw a tin with a coloured band."""
    canvas = Canvas(400, 480, "#ffffff")
    canvas.oval(200, 430, 120, 26, dark)
    canvas.box(80, 110, 240, 320, dark)
    canvas.box(80, 170, 240, 200, light)
    canvas.oval(200, 110, 120, 26, "#d9d9d9")
    canvas.box(80, 84, 240, 26, "#bdbdbd")
    canvas.oval(200, 84, 120, 26, "#ececec")
    canvas.oval(200, 270, 92, 76, "#ffffff")
    canvas.text(200, 262, title, 26, dark)
    canvas.text(200, 318, "loose leaf · 100 g", 12, dark, SANS)
    canvas.save(path)


# name: back, belly, head
BIRDS = {
    "robin": ("#7a6a4f", "#e2662f", "#7a6a4f"),
    "blackbird": ("#26262b", "#26262b", "#26262b"),
    "blue_tit": ("#3d78b5", "#f1d95b", "#3d78b5"),
    "goldfinch": ("#8a6a44", "#ead9bd", "#b8322a"),
    "house_sparrow": ("#8b5e3c", "#cdc3b4", "#6d6660"),
    "great_tit": ("#5d7f4d", "#f0d64a", "#1d1d22"),
    "wren": ("#8a5a36", "#c9a67e", "#8a5a36"),
    "starling": ("#31343f", "#4a4560", "#31343f"),
    "chaffinch": ("#8d6b52", "#d98f74", "#7d93a8"),
    "greenfinch": ("#7f9440", "#b6c35c", "#7f9440"),
    "nuthatch": ("#6f8ba5", "#e3b27c", "#6f8ba5"),
    "kingfisher": ("#1f7fa8", "#e07f35", "#1f7fa8"),
}


def bird(path, back, belly, head):
    """Draw a figurine on its wooden foot."""
    canvas = Canvas(320, 320, "#ffffff")
    canvas.oval(160, 282, 74, 16, "#a9794c")
    canvas.box(86, 270, 148, 12, "#c0915f", 6)
    for x in (150, 176):
        canvas.box(x, 226, 5, 46, "#4b3a2c")
    canvas.polygon((92, 178), (24, 214), (36, 228), (104, 214), fill=back)
    canvas.oval(156, 178, 78, 60, back)
    canvas.oval(176, 192, 60, 46, belly)
    canvas.oval(214, 122, 46, 42, head)
    canvas.oval(222, 138, 26, 20, belly)
    canvas.polygon((254, 112), (292, 126), (252, 136), fill="#e0a52e")
    canvas.oval(226, 112, 8, 8, "#ffffff")
    canvas.oval(228, 112, 5, 5, "#111111")
    canvas.polygon((92, 168), (176, 160), (150, 212), (104, 206), fill="#00000038")
    canvas.save(path, 64)


# === PARENT PRODUCTS AND THE ICON === #


def loop(canvas, x, y, radius, width, color):
    """Draw a ring of three arrows around a point."""
    for part in range(3):
        begin = part * 120 - 74
        area = [v * SCALE for v in (x - radius, y - radius, x + radius, y + radius)]
        canvas.draw.arc(area, begin, begin + 66, fill=color, width=round(width * SCALE))
        tip = math.radians(begin + 88)
        middle = radius - width / 2
        base = math.radians(begin + 64)
        canvas.polygon(
            (
                x + math.cos(base) * (middle - width),
                y + math.sin(base) * (middle - width),
            ),
            (
                x + math.cos(base) * (middle + width),
                y + math.sin(base) * (middle + width),
            ),
            (x + math.cos(tip) * middle, y + math.sin(tip) * middle),
            fill=color,
        )


def parcel(canvas, x, y, size, front="#e7b36a", tape="#fff4dd"):
    """Draw a parcel around a point: lid, front, tape."""
    half = size / 2
    canvas.box(x - half, y - half * 0.9, size, size * 0.9, front, size * 0.08)
    canvas.box(x - half, y - half * 0.9, size, size * 0.28, "#d1954a", size * 0.08)
    canvas.box(x - size * 0.1, y - half * 0.9, size * 0.2, size * 0.5, tape)


def icon(path):
    """Draw the icon: one order in the middle, a loop of parcels around it."""
    canvas = Canvas(128, 128, CLEAR)
    canvas.box(4, 4, 120, 120, "#1d6f74", 26)
    loop(canvas, 64, 65, 46, 8, "#8fd6cf")
    parcel(canvas, 64, 64, 44)
    canvas.save(path)


def badge(path, source, color):
    """Draw the picture of a parent product: one of its goods, and the loop."""
    canvas = Canvas(400, 480, "#ffffff")
    goods = Image.open(IMAGES / f"{source}.png").convert("RGBA")
    height = 440 * SCALE
    width = min(340 * SCALE, round(goods.width * height / goods.height))
    goods = goods.resize(
        (width, round(goods.height * width / goods.width)), Image.LANCZOS
    )
    canvas.image.paste(goods, (10 * SCALE, (480 * SCALE - goods.height) // 2))
    canvas.oval(320, 400, 74, 74, "#ffffff")
    canvas.oval(320, 400, 68, 68, color)
    loop(canvas, 320, 401, 48, 10, "#ffffff")
    parcel(canvas, 320, 400, 38)
    canvas.save(path)


def logo(path):
    """Draw the sign of the demo company: a lighthouse over an open book."""
    canvas = Canvas(520, 120, "#ffffff")
    canvas.polygon((60, 98), (14, 88), (14, 60), (60, 70), fill=NAVY)
    canvas.polygon((60, 98), (106, 88), (106, 60), (60, 70), fill=SLATE)
    canvas.polygon((52, 70), (55, 34), (65, 34), (68, 70), fill=RED)
    canvas.box(53, 24, 14, 9, GOLD)
    canvas.polygon((50, 24), (60, 14), (70, 24), fill=NAVY)
    canvas.polygon((72, 28), (112, 18), (112, 38), fill=GOLD)
    canvas.text(318, 62, "Harbour Lane Books", 34, NAVY)
    canvas.save(path)


def main():
    """Draw every picture."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    for name, (title, author, paint, ink) in BOOKS.items():
        book(name, title, author, paint, ink)
    coffee(IMAGES / "coffee.png")
    for name, drawing in TEAS.items():
        tea(IMAGES / f"{name}.png", *drawing)
    for name, colors in BIRDS.items():
        bird(IMAGES / f"bird_{name}.png", *colors)
    badge(IMAGES / "club_books.png", "book_lighthouse", "#1d6f74")
    badge(IMAGES / "club_coffee.png", "coffee", COFFEE)
    badge(IMAGES / "club_birds.png", "bird_robin", MOSS)
    badge(IMAGES / "club_tea.png", "tea_spring", "#8e3b57")
    logo(IMAGES / "logo.png")
    icon(ICON)


if __name__ == "__main__":
    main()
