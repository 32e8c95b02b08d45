# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Lives nobody thought of: drawn by a seed, written as a line, made smaller.

A life is a line: what is sold, then what happens to it, step by step::

    B EUR incl 2 delivered: ship 0 1; night 31; link 0 0.5 done; reverse 0

What a step is about is a place in whatever there is when it comes: the first invoice,
or what takes its place when there are fewer. So a step can be left out of a life, and
the rest of it can still be played. Nothing here knows Odoo.
"""

import random

#: How it is paid: A to D are the modes; I and J are A and D on account, M is A with
#: manual capture
MODES = "AAABBBCCDDDIJM"
#: Of the company; after the bar that of the order
CURRENCIES = ("EUR", "EUR", "EUR", "JPY", "KWD", "USD/EUR")
#: Prices without or with tax, no tax, without tax and rounded per line
TAXES = ("excl", "excl", "incl", "none", "line")
#: The company pays its taxes in another country than the one it sits in: so often
ABROAD = 7
#: When children are invoiced
INVOICES = ("delivered", "delivered", "manual", "created")
#: The plainest setting; the mode stays as it is
PLAIN = (None, "EUR", "none", "1", "delivered")
#: How it begins: nearly everything that can happen needs a child or an invoice
BEGINNINGS = (
    "night 0",
    "night 0; ship 0 1; night 1",
    "night 0; ship 0 *; night 1",
    "night 0; ship 0 1; bill 0 1",
    "card error; night 0; ship 0 *",
    "lose taken; night 0",
)
PARTS = ("1", "1", "0.5", "0.3")
ANSWERS = ("done", "done", "done", "pending", "cancel", "error")
#: What may happen: how often, and the words of its inputs. `#` is a place.
STEPS = {
    "night": (9, [("1", "3", "21", "31")]),
    "ship": (9, ["#", ("1", "*")]),
    "calloff": (2, ["#"]),
    "bill": (2, ["#", ("1", "1", "0.5", "2")]),
    "link": (4, ["#", PARTS, ANSWERS]),
    "invoicelink": (4, ["#", PARTS, ANSWERS]),
    "register": (3, ["#", PARTS]),
    "bank": (3, ["#", PARTS]),
    "odoorefund": (4, ["#", PARTS]),
    "reverse": (3, ["#"]),
    "modify": (2, ["#"]),
    "note": (2, ["#", ("0.5", "0.2")]),
    "reset": (2, ["#", ("1", "0.5", "2")]),
    "more": (1, ["#"]),
    "writeoff": (1, ["#"]),
    "chargeback": (2, ["#"]),
    "card": (3, [("done", "cancel", "error", "pending")]),
    "newcard": (1, []),
    "lose": (2, [("taken", "nothing")]),
    "answer": (2, ["#", ("done", "cancel")]),
    "late": (1, ["#"]),
    "person": (1, ["#", ("right", "wrong")]),
    "swap": (1, ["#", ("stay", "dearer", "cheaper")]),
    "skip": (1, ["#"]),
    "return": (2, ["#", ("credit", "credit", "replace")]),
    "cancel": (1, []),
    "undo": (1, ["#"]),
    "reopen": (1, ["#"]),
    "pause": (1, []),
    "resume": (1, []),
    "end": (1, ["#"]),
    "post": (3, []),
    "refund": (4, []),
}


def draw(seed, length=20):
    """Draw a life.

    :param int seed: the same seed gives the same life
    :param int length: number of steps
    :return: its line
    :rtype: str
    """
    dice = random.Random(seed)
    words = [dice.choice(MODES), dice.choice(CURRENCIES), dice.choice(TAXES)]
    if not seed % ABROAD:
        words[2] = "abroad"
    words += [str(dice.choice((1, 1, 2, 3))), dice.choice(INVOICES)]
    if dice.random() < 0.08:
        words.append("free")
    names = list(STEPS)
    weights = [STEPS[name][0] for name in names]
    steps = [_draw_step(dice, dice.choices(names, weights)[0]) for _ in range(length)]
    return write(" ".join(words), [dice.choice(BEGINNINGS), *steps])


def _draw_step(dice, name):
    inputs = [
        str(dice.randrange(4)) if choice == "#" else dice.choice(choice)
        for choice in STEPS[name][1]
    ]
    return " ".join([name, *inputs])


def write(setting, steps):
    """Write a life as a line.

    :param str setting: what is sold
    :param Sequence[str] steps: what happens
    :rtype: str
    """
    return f"{setting}: {'; '.join(steps)}"


def read(life):
    """Take a line apart.

    :param str life: see the top of this module
    :return: words of the setting, steps
    :rtype: tuple[list[str], list[str]]
    """
    setting, _colon, steps = life.partition(":")
    return setting.split(), [step.strip() for step in steps.split(";") if step.strip()]


def shrink(life, fails, tries=60):
    """Make a life that fails smaller: leave out what is not needed for that.

    First halves, then smaller and smaller parts, at last single steps; a plainer
    setting, too.

    :param str life: the line
    :param callable fails: plays a line; says whether it still fails
    :param int tries: so many lives are played at most
    :return: the smallest that failed
    :rtype: str
    """
    setting, steps = life.partition(":")[0], read(life)[1]
    size = max(1, len(steps) // 2)
    while tries and size:
        place, has_shrunk = 0, False
        while tries and place < len(steps):
            shorter = steps[:place] + steps[place + size :]
            tries -= 1
            if fails(write(setting, shorter)):
                steps, has_shrunk = shorter, True
            else:
                place += size
        size = size if has_shrunk and size == 1 else size // 2
    for place, word in enumerate(PLAIN):
        words = setting.split()
        if tries and word and words[place] != word:
            words[place], tries = word, tries - 1
            if fails(write(" ".join(words), steps)):
                setting = " ".join(words)
    return write(setting, steps)
