"""The picture of the rooms: what is a room, and which way leads from one to another."""

import pytest

from tools import rooms

FILES = {
    "continuity_program/__init__.py": "from . import models",
    "continuity_program/planning/dates.py": "",
    "continuity_program/models/order.py": (
        "from .. import planning\n"
        "class Order:\n"
        "    _name = 'continuity.order'\n"
        "    def run(self):\n"
        "        return self.env['continuity.job'], self.env['sale.order']\n"
    ),
    "continuity_program/jobs/job.py": (
        "from ..models.order import X\n"
        "class Job:\n"
        "    _name = 'continuity.job'\n"
        "    def run(self):\n"
        "        return self.env['continuity.order']\n"
    ),
    "continuity_program/tests/test_x.py": "from ..planning import dates\n",
    "continuity_program_stock/models/order.py": (
        "class Order:\n    _inherit = ['continuity.order', 'mail.thread']\n"
    ),
}


@pytest.fixture
def checkout(tmp_path):
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_rooms_and_ways(checkout):
    lines = [line.strip() for line in rooms.draw(checkout).splitlines()]
    assert [line for line in lines if "[" in line] == [
        'jobs["jobs"]',
        'models["models"]',
        'planning["planning"]',
        'continuity_program_stock["continuity_program_stock"]',
    ]
    assert [line for line in lines if ">" in line] == [
        "continuity_program_stock ==> models",
        "jobs --> models",
        "models -.-> jobs",
        "models --> planning",
    ]


def test_more_files_change_nothing(checkout):
    before = rooms.draw(checkout)
    (checkout / "continuity_program/models/other.py").write_text("x = 1\n")
    assert rooms.draw(checkout) == before


def test_folders_inside_a_room(checkout):
    """They are the room: what they import is counted from where they stand."""
    file = checkout / "continuity_program/models/odoo/sales/order.py"
    file.parent.mkdir(parents=True)
    file.write_text("from ...jobs import x\nfrom .... import planning\n")
    lines = [line.strip() for line in rooms.draw(checkout).splitlines()]
    assert 'models/odoo["models/odoo"]' in lines
    assert [line for line in lines if line.startswith("models/odoo -")] == [
        "models/odoo --> models",
        "models/odoo --> planning",
    ]


def test_the_picture_stands_between_its_marks():
    page = f"head\n{rooms.BEGIN}\nold\n{rooms.END}\nfoot\n"
    assert rooms.put(page, "new\n") == f"head\n{rooms.BEGIN}\nnew\n{rooms.END}\nfoot\n"
