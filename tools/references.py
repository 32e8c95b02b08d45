"""Is everything there that is named? Ids of rules, links of pages, names of the code.

    python -m tools.references       what names a rule, page, file or method in vain

A rule is a heading in `docs/rules/` that begins with its id, such as `## BR9 When a
child may leave`, or with the ids of a table, such as `## T01–T12 Base`.
"""

import io
import re
import sys
import tokenize

from tools.environment import CHECKOUT

RULES = CHECKOUT / "docs" / "rules"
#: Where ids are looked for; pages of the book name them, too
FOLDERS = ("continuity_program*", "tools", "bench", "docs")
SUFFIXES = (".py", ".xml", ".js", ".md", ".csv")
#: Files that may still name what is not there, and the tests of this rule, which do
EXEMPT = ("tools/tests/test_references.py",)
FAMILIES = r"BR|C|D-|F|H|M[ABCD]|N|R|T|V|X"
#: An id alone: of a known family. A step of a life has a letter behind it: MC1d.
ID = re.compile(rf"\b((?:{FAMILIES})\d{{1,2}})[a-z]?\b")
#: A place in a page, by the name of the page: a rule, or what no reader has
NAMED = re.compile(
    r"\b(?P<page>rules?|spec|design|implementation|traps?|style)\s+"
    r"(?P<what>part [A-I]\b|[A-Z]{1,2}-?\d[\w.]*|\d[\w.-]*|[A-I](?=[),.:;]))",
    re.IGNORECASE,
)
#: A heading, and the id or the range of ids it begins with
HEADING = re.compile(r"^#+ (?P<first>(?:[A-Z]{1,2}-?)\d+)(?:–(?P<last>[A-Z]{1,2}\d+))?")
LINK = re.compile(r"\[[^\]]*\]\((?P<page>[^)#\s]*)(?:#(?P<anchor>[^)\s]*))?\)")
ELSEWHERE = ("http:", "https:", "mailto:")
#: A method or a file of ours, as the pages of the book write it: `order._activate`
METHOD = re.compile(r"`[\w.<>]*?\b((?:_|action_)[a-z]\w+)`")
FILE = re.compile(r"`((?:[\w*]+/)*[\w*]*\.(?:py|md|xml))`")
#: It names what is Odoo's
ABOUT_ODOO = "odoo.md"


def main():
    """Print what is named and not there.

    :return: exit code
    """
    found = [
        *unresolved_ids(CHECKOUT),
        *broken_links(CHECKOUT),
        *missing_names(CHECKOUT),
    ]
    print(*found, sep="\n")
    return bool(found)


# === IDS === #


def unresolved_ids(checkout):
    """Yield the lines that name a rule without a heading, and what they name.

    :param pathlib.Path checkout: the folder with the addons and `docs/rules`
    """
    known = rule_ids(checkout / "docs" / "rules")
    for path in _files(checkout):
        inside = path.relative_to(checkout).as_posix()
        if inside in EXEMPT:
            continue
        for number, line in _prose(path):
            for name in _named(line, known):
                yield f"{inside}:{number}: no rule {name!r} in docs/rules"


def rule_ids(folder):
    """Return the ids that headings of the rules begin with.

    :param pathlib.Path folder: with the pages of the rules
    :rtype: set[str]
    """
    ids = set()
    for page in folder.glob("*.md"):
        for line in page.read_text().splitlines():
            if match := HEADING.match(line):
                ids.update(_ids_of(match["first"], match["last"] or match["first"]))
    return ids


def _ids_of(first, last):
    """Return all ids of a range; numbers are as wide as the first one."""
    family = first.rstrip("0123456789")
    digits = first[len(family) :]
    numbers = range(int(digits), int(last[len(family) :]) + 1)
    return [f"{family}{number:0{len(digits)}d}" for number in numbers]


def _named(line, known):
    """Return what a line names that is no rule."""
    places = NAMED.finditer(line)
    unknown = [place[0] for place in places if not _is_rule(place, known)]
    alone = [name for name in ID.findall(line) if name not in known]
    return dict.fromkeys([*unknown, *alone])


def _is_rule(place, known):
    match = ID.match(place["what"])
    is_named_rule = place["page"].lower() in ("rule", "rules")
    return is_named_rule and bool(match) and match[1] in known


def _files(checkout):
    for folder in FOLDERS:
        for root in sorted(checkout.glob(folder)):
            yield from (
                path for path in sorted(root.rglob("*")) if path.suffix in SUFFIXES
            )


def _prose(path):
    """Yield numbered lines; of Python comments and strings, but no names in code."""
    text = path.read_text()
    if path.suffix != ".py":
        yield from enumerate(text.splitlines(), 1)
        return
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in (tokenize.COMMENT, tokenize.STRING):
            yield from enumerate(token.string.splitlines(), token.start[0])


# === LINKS === #


def broken_links(checkout):
    """Yield the links between pages of the checkout that lead nowhere.

    :param pathlib.Path checkout: the folder with `docs`
    """
    pages = [*sorted(checkout.glob("*.md")), *sorted(checkout.rglob("docs/**/*.md"))]
    anchors = {page: set(_anchors(page)) for page in pages}
    for page in pages:
        text = page.read_text()
        for match in LINK.finditer(text):
            if not _leads_somewhere(page, match["page"], match["anchor"], anchors):
                inside = page.relative_to(checkout).as_posix()
                number = text.count("\n", 0, match.start()) + 1
                yield f"{inside}:{number}: broken link {match[0]}"


def _leads_somewhere(page, target, anchor, anchors):
    if target.startswith(ELSEWHERE):
        return True
    path = (page.parent / target).resolve() if target else page
    if not path.exists():
        return False
    return not anchor or path not in anchors or anchor in anchors[path]


def _anchors(page):
    """Yield the anchors of a page's headings, as GitHub makes them."""
    for line in page.read_text().splitlines():
        if match := re.match(r"#+ +(.*)", line):
            words = re.sub(r"[^\w\- ]", "", match[1].strip().lower())
            yield words.replace(" ", "-")


# === NAMES OF THE CODE === #


def missing_names(checkout):
    """Yield the methods and files that pages of the book name and nobody finds.

    :param pathlib.Path checkout: the folder with the addons and `docs`
    """
    files = [*_files(checkout), *checkout.glob("*.md")]
    code = [path.read_text() for path in files if path.suffix == ".py"]
    words = set(re.findall(r"\w+", "\n".join(code)))
    for page in sorted(checkout.rglob("docs/**/*.md")):
        if page.name == ABOUT_ODOO:
            continue
        inside = page.relative_to(checkout).as_posix()
        for number, line in enumerate(page.read_text().splitlines(), 1):
            missing = [name for name in METHOD.findall(line) if name not in words]
            missing += [
                name for name in FILE.findall(line) if not _is_file(name, files)
            ]
            yield from (f"{inside}:{number}: no {name} in the code" for name in missing)


def _is_file(name, files):
    return any(path.match(name) for path in files)


if __name__ == "__main__":
    sys.exit(main())
