"""What names a rule or a page that is not there, and what does not."""

import pytest

from tools import references

RULES = """# Dates

## R1 Today

## T01–T12 Base

## D-1 When

## MC1–MC2 Mode C
"""


@pytest.fixture
def checkout(tmp_path):
    """Make a checkout with rules; a function writes further files."""

    def write(name, text):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return tmp_path

    write("docs/rules/dates.md", RULES)
    return write


def test_headings_are_rules(checkout):
    ids = references.rule_ids(checkout("x", "") / "docs" / "rules")
    assert ids == {
        *("R1", "D-1", "MC1", "MC2"),
        *(f"T{number:02d}" for number in range(1, 13)),
    }


@pytest.mark.parametrize(
    "text",
    [
        "# As the company's clock says (R1)",
        "# Rules R1, D-1",
        '"""MC1d: the quotation stays."""',
        '"""T12, the last one."""',
        "N99 = 1  # a name of the code is nobody's rule",
        "# It has two rules, and by design one trap",
        "# An implementation of 5 lines",
    ],
)
def test_what_resolves(checkout, text):
    folder = checkout("continuity_program/models/x.py", text)
    assert not list(references.unresolved_ids(folder))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("# Nobody knows (N15)", "N15"),
        ('"""MC3: nothing."""', "MC3"),
        ("# T13", "T13"),
        ("# see rules N15", "rules N15"),
        ("# rules part G", "rules part G"),
        ("# Spec 6.3: due", "Spec 6.3"),
        ("# spec R1", "spec R1"),
        ("# as in design 4.5", "design 4.5"),
        ("# (implementation 8)", "implementation 8"),
        ("# traps 17", "traps 17"),
        ("# never deleted (style 13)", "style 13"),
        ("# (rules G).", "rules G"),
    ],
)
def test_what_resolves_to_nothing(checkout, text, name):
    folder = checkout("continuity_program/models/x.py", f"x = 1\n{text}\n")
    line = f"continuity_program/models/x.py:2: no rule {name!r} in docs/rules"
    assert line in list(references.unresolved_ids(folder))


def test_lines_of_a_docstring_are_numbered(checkout):
    folder = checkout("tools/x.py", '"""One.\n\nTwo (N15).\n"""\n')
    assert list(references.unresolved_ids(folder)) == [
        "tools/x.py:3: no rule 'N15' in docs/rules"
    ]


def test_all_of_xml_and_pages_is_read(checkout):
    checkout("continuity_program/views/x.xml", "<!-- (N15) -->\n")
    folder = checkout("docs/x.md", "See N16.\n")
    assert len(list(references.unresolved_ids(folder))) == 2


def test_links(checkout):
    checkout("docs/a.md", "# A page, about *this*\n\n[up](../README.md#two-commands)\n")
    text = "# Two commands\n\n[a](docs/a.md#a-page-about-this) [here](#two-commands)\n"
    folder = checkout("README.md", text + "[out](https://example.com/x#y)\n")
    assert not list(references.broken_links(folder))
    checkout("docs/b.md", "[gone](c.md) [no](a.md#nothing) [nor](#here)\n")
    assert [line.split(": ")[1] for line in references.broken_links(folder)] == [
        "broken link [gone](c.md)",
        "broken link [no](a.md#nothing)",
        "broken link [nor](#here)",
    ]


def test_the_book_has_no_broken_link():
    assert not list(references.broken_links(references.CHECKOUT))


def test_names_of_the_code(checkout):
    checkout("continuity_program/models/order.py", "def _activate(self):\n    pass\n")
    text = "`sale.order._activate` in `models/order.py`, tests `test_o*.py`\n"
    folder = checkout("docs/a.md", text)
    checkout("continuity_program/tests/test_order.py", "")
    assert not list(references.missing_names(folder))
    checkout("docs/b.md", "`order._gone`, `models/gone.py`\n")
    assert list(references.missing_names(folder)) == [
        "docs/b.md:1: no _gone in the code",
        "docs/b.md:1: no models/gone.py in the code",
    ]
