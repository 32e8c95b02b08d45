"""From samples to tables: medians, spread, ratios, Markdown. Knows nothing of Odoo."""

import statistics

#: What is measured of one case, in the order of the columns
MEASURES = ("wall", "cpu", "queries", "peak_mb")
HEADER = (
    "work",
    "due",
    "orders in database",
    "side",
    "records",
    "ms per record",
    "spread",
    "CPU ms per record",
    "queries per record",
    "peak MB",
    "wall / floor",
    "CPU / floor",
)


def summarize(samples):
    """Condense the samples of one case.

    :param list[dict] samples: `records` and the figures named in `MEASURES`; wall and
        CPU in seconds
    :return: medians, wall, CPU and queries per record (ms), and `spread`, half the
        range of the wall time as a share of its median
    :rtype: dict
    """
    if not samples:
        raise ValueError("nothing was measured")
    walls = [sample["wall"] / sample["records"] * 1000 for sample in samples]
    middle = statistics.median(walls)
    return {
        "records": samples[0]["records"],
        "rounds": len(samples),
        "wall": middle,
        "spread": (max(walls) - min(walls)) / 2 / middle if middle else 0.0,
        "cpu": statistics.median(s["cpu"] / s["records"] * 1000 for s in samples),
        "queries": statistics.median(s["queries"] / s["records"] for s in samples),
        "peak_mb": statistics.median(s["peak_mb"] for s in samples),
    }


def ratio(figure, floor):
    """Return how many times the floor a figure is, as a text; – without a floor."""
    return f"{figure / floor:.2f}" if floor else "–"


def markdown(header, rows):
    """Return a Markdown table.

    :param tuple header: titles
    :param list rows: texts or numbers, as many as titles
    :rtype: str
    """
    lines = [header, ["---"] * len(header), *rows]
    return "".join(f"| {' | '.join(map(str, line))} |\n" for line in lines)


def main_table(results):
    """Return the table of all cases, each beside its floor.

    :param list[dict] results: `work`, `due`, `size`, `side`, `samples`
    :rtype: str
    """
    floors = {
        (result["work"], result["due"], result["size"]): summarize(result["samples"])
        for result in results
        if result["side"] == "floor"
    }
    # What stands beside the peer is the smallest floor of its work.
    first = {work: floor for (work, *_size), floor in reversed(floors.items())}
    rows = []
    for result in results:
        key = result["work"], result["due"], result["size"]
        is_peer = result["side"] == "peer"
        floor = first.get(result["work"]) if is_peer else floors.get(key)
        rows.append(_row(result, floor))
    return markdown(HEADER, rows)


def _row(result, floor):
    figures = summarize(result["samples"])
    return (
        result["work"],
        result["due"],
        result["size"],
        result["side"],
        figures["records"],
        _milliseconds(figures["wall"]),
        _spread(figures),
        _milliseconds(figures["cpu"]),
        f"{figures['queries']:.2f}",
        f"{figures['peak_mb']:.0f}",
        ratio(figures["wall"], floor and floor["wall"]),
        ratio(figures["cpu"], floor and floor["cpu"]),
    )


def _milliseconds(figure):
    return f"{figure:.2f}" if figure >= 1 else f"{figure:.4f}"


def _spread(figures):
    if figures["rounds"] == 1:
        return "one round"
    return f"± {figures['spread']:.0%}"


def replace_between(text, name, body):
    """Put a table between its two markers.

    :param str text: the document
    :param str name: name in the markers `<!-- NAME -->` and `<!-- /NAME -->`
    :param str body: what comes between
    :rtype: str
    :raise ValueError: the document lacks a marker
    """
    begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
    if begin not in text or end not in text:
        raise ValueError(f"the markers of {name} are missing")
    head, rest = text.split(begin, 1)
    return head + begin + body + end + rest.split(end, 1)[1]


def workers_table(workers):
    """Return the table of one process beside two.

    :param list[dict] workers: `processes`, `wall` (s), `records`, `doubles`; one
        process and two in turn, once per round
    :rtype: str
    """
    by_count = {}
    for worker in workers:
        by_count.setdefault(worker["processes"], []).append(worker)
    alone = statistics.median(worker["wall"] for worker in by_count[1])
    return markdown(
        ("processes", "rounds", "records", "done twice", "seconds", "wall / one"),
        [_workers_row(count, found, alone) for count, found in by_count.items()],
    )


def _workers_row(count, found, alone):
    walls = [worker["wall"] for worker in found]
    middle = statistics.median(walls)
    return (
        count,
        len(found),
        min(worker["records"] for worker in found),
        sum(worker["doubles"] for worker in found),
        f"{middle:.1f} ({min(walls):.1f} to {max(walls):.1f})",
        ratio(middle, alone),
    )
