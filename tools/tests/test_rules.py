"""What is a failure: lines of Odoo's log, lines of our code, outdated terms."""

import pytest

from tools import lint, log_rules, pot

INFO = "2026-01-01 00:00:00,000 7 INFO db odoo.modules.loading: loading\n"
WARNING = "2026-01-01 00:00:00,000 7 WARNING db odoo.fields: unknown parameter\n"
TRACEBACK = "Traceback (most recent call last):\n"


def test_warning_and_its_traceback_are_found():
    text = INFO + WARNING + TRACEBACK + INFO
    assert log_rules.unexpected_lines(text) == [WARNING, TRACEBACK]


def test_clean_log():
    assert log_rules.unexpected_lines(INFO + TRACEBACK) == []


@pytest.fixture
def addon(tmp_path):
    """Make an addon that breaks some rules, and one file that may."""
    files = {
        "models/sale_order.py": "self.env.cr.commit()\nreturn date.today()\n",
        "jobs/create_child_orders.py": "self.env.cr.commit()\n",
        "tests/test_x.py": "self.env.cr.commit()\n",
        "views/x.xml": "<tree/>\n",
    }
    for name, text in files.items():
        path = tmp_path / "addon" / name
        path.parent.mkdir(parents=True)
        path.write_text(text)
    return tmp_path / "addon"


def test_broken_house_rules(addon):
    assert [line.split(": ")[:2] for line in lint.broken_rules(addon)] == [
        ["addon/models/sale_order.py:1", "only jobs commit"],
        ["addon/models/sale_order.py:2", "use context_today, Datetime.now"],
        ["addon/views/x.xml:1", "use <list>"],
    ]


def test_view_whose_places_have_no_name(addon):
    (addon / "views" / "y.xml").write_text(
        """<odoo><record id="form" model="ir.ui.view"><field name="arch">
        <form><group><group name="a"/><group/></group><page name="b"/></form>
        </field></record>
        <record id="search" model="ir.ui.view"><field name="arch">
        <search><group/></search></field></record></odoo>"""
    )
    assert list(lint.broken_rules(addon))[-1] == (
        "addon/views/y.xml: form: 2 × <group> without a name"
    )


def write_pot(path, *texts):
    """Write a translation template with these terms."""
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    path.write_text(head + "".join(f'\nmsgid "{t}"\nmsgstr ""\n' for t in texts))
    return path


def test_order_of_terms_does_not_matter(tmp_path):
    exported = write_pot(tmp_path / "exported.pot", "One", "Two")
    committed = write_pot(tmp_path / "committed.pot", "Two", "One")
    assert pot.main(exported, committed) == 0


def test_outdated_template_is_told_and_written(tmp_path, capsys):
    exported = write_pot(tmp_path / "exported.pot", "One", "Two")
    committed = write_pot(tmp_path / "committed.pot", "One", "Old")
    assert pot.main(exported, committed) == 1
    told = capsys.readouterr().out
    assert "+ 'Two'" in told
    assert "- 'Old'" in told
    assert pot.main(exported, committed, "--write") == 0
    assert pot.main(exported, committed) == 0
