"""What `tools/house.py` finds."""

from tools import house

HOOK = """
class SaleOrder(models.Model):
    _inherit = "sale.order"

    def write(self, vals):
        return super().write(vals)

    def _continuity_step(self):
        return True
"""

FIELD = """
class ContinuityOrder(models.Model):
    _name = "continuity.order"
    _inherit = ["continuity.order", "continuity.some.mixin"]

    note = fields.Char()
"""


def _addon(tmp_path, **files):
    for name, text in files.items():
        path = tmp_path / "models" / name.replace("__", "/")
        path = path.with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_hook_in_its_room(tmp_path):
    """A hook of Odoo stands once, in its room."""
    assert not list(house.misplaced(_addon(tmp_path, odoo__sales__sale_order=HOOK)))


def test_hook_elsewhere(tmp_path):
    """A hook elsewhere is told with its place, and that it stands twice."""
    addon = _addon(tmp_path, odoo__sales__sale=HOOK, sale_order_more=HOOK)
    (found,) = house.misplaced(addon)
    assert "models/sale_order_more.py:5: sale.order.write is Odoo's" in found
    (twice, _step) = house.doubles(addon)
    assert (
        "sale.order.write stands in models/odoo/sales/sale.py,"
        " models/sale_order_more.py"
    ) in twice


def test_own_models(tmp_path):
    """What our models override of Odoo is theirs; each method stands once."""
    text = HOOK.replace("sale.order", "continuity.order")
    addon = _addon(tmp_path, order=text)
    assert not list(house.misplaced(addon))
    assert not list(house.doubles(addon))
    # In another folder, and without a call of what it overrides
    path = addon / "jobs" / "more.py"
    path.parent.mkdir()
    path.write_text(text.replace("super()", "other"))
    write, step = house.doubles(addon)
    assert "continuity.order.write stands in jobs/more.py, models/order.py" in write
    assert "continuity.order._continuity_step stands in" in step
    # A field, too
    path.write_text(FIELD)
    (addon / "models" / "field.py").write_text(FIELD)
    assert len(list(house.doubles(addon))) == 1
    (addon / "models" / "field.py").unlink()
    # What an addon of its own says is its own business, and so are tests
    path.unlink()
    (addon / "tests").mkdir()
    (addon / "tests" / "more.py").write_text(text)
    assert not list(house.doubles(addon))


def test_sudo_has_its_reason(tmp_path):
    """A comment within three lines is the reason, and a `#` in a text is none."""
    text = "# Sellers may not read it\nx = y.sudo()\n\n\n\n\nz = '#', y.sudo()\n"
    addon = _addon(tmp_path, order=text)
    assert house.sudos(addon) == (2, 1)
    (found,) = house.bare_sudos(addon)
    assert found.startswith(f"{tmp_path.name}/models/order.py:7: sudo() without")


def test_sudo_of_a_line(tmp_path):
    """The line of the call counts, not where its statement begins."""
    text = "x = (\n    y\n    # Nobody may\n    .a()\n    .b()\n    .sudo()\n)\n"
    assert house.sudos(_addon(tmp_path, order=text)) == (1, 0)
    text = "# Nobody may\nx = (\n    y\n    .a()\n    .sudo()\n)\n"
    assert house.sudos(_addon(tmp_path, order=text)) == (1, 1)


def test_sudo_handed_on(tmp_path):
    """Rights that the caller has, or that are given back, are not lifted."""
    text = "a = b.sudo(self.env.su)\n\n\n\n\nc = d.sudo(False)\n"
    assert house.sudos(_addon(tmp_path, order=text)) == (0, 0)
    assert house.sudos(_addon(tmp_path, order="a = b.sudo(True)\n")) == (1, 1)


def test_sudo_of_a_method(tmp_path):
    """Above its first statement, or in its docstring, a method says it for all."""
    rest = "    a = 1\n    b = 2\n    c = 3\n    d = 4\n    return x.sudo()\n"
    doc = '    """Do it."""\n'
    reason = "    # Customers read no payments\n"
    told = '    """Do it.\n\n    :return: in sudo: customers read none\n    """\n'
    for body, bare in (
        (doc + rest, 1),
        (doc + reason + rest, 0),
        (reason + rest, 0),
        (told + rest, 0),
        (told.replace("sudo: ", "sudo; ") + rest, 1),
    ):
        addon = _addon(tmp_path, order=f"def f(x):\n{body}\n\ny = 1\n")
        assert house.sudos(addon) == (1, bare), body
    other = f"def f(x):\n{doc}{reason}{rest}\n\ndef g(x):\n{doc}{rest}"
    assert house.sudos(_addon(tmp_path, order=other)) == (2, 1)


def test_sudo_of_a_file(tmp_path):
    """A file whose methods have one reason says it once."""
    call = "\n\n\n\nx = y.sudo()\n"
    told = '"""Mails.\n\nWorks in sudo: the company writes what customers cause.\n"""'
    assert house.sudos(_addon(tmp_path, order=told + call)) == (1, 0)
    assert house.sudos(_addon(tmp_path, order='"""Mails."""' + call)) == (1, 1)


def test_sudo_of_tests(tmp_path):
    """Tests may do what they like."""
    addon = _addon(tmp_path, order="x = 1\n")
    (addon / "tests").mkdir()
    (addon / "tests" / "test_x.py").write_text("y = x.sudo()\n")
    assert house.sudos(addon) == (0, 0)


def test_sudo_is_named(tmp_path):
    """What is in sudo says so; what is asked of it is no record."""
    text = "x_sudo = y.sudo()\nz = y.sudo()\nn = y.sudo().search_count([])\n"
    (found,) = house.misnamed_sudos(_addon(tmp_path, order=text))
    assert "models/order.py:2: z is in sudo: call it z_sudo" in found


def test_test_that_odoo_does_not_run(tmp_path):
    """Odoo runs what is imported; what needs a developer's packages is ours alone."""
    folder = tmp_path / "tests"
    folder.mkdir()
    (folder / "__init__.py").write_text("from . import test_order\n")
    case = '@tagged("post_install")\nclass TestIt(TransactionCase):\n'
    (folder / "test_order.py").write_text(case)
    (folder / "test_lives.py").write_text(f"from hypothesis import given\n{case}")
    (folder / "test_pure.py").write_text("def test_pure():\n")
    assert not list(house.unlisted_tests(tmp_path))
    (folder / "test_new.py").write_text(case)
    (found,) = house.unlisted_tests(tmp_path)
    assert found.endswith("tests/__init__.py: test_new is not imported")
    # In a room, too
    room = folder / "room"
    room.mkdir()
    (folder / "test_new.py").rename(room / "test_new.py")
    (found,) = house.unlisted_tests(tmp_path)
    assert found.endswith("tests/__init__.py: test_new is not imported")
    (folder / "__init__.py").write_text(
        "from . import test_order\nfrom .room import test_new\n"
    )
    assert not list(house.unlisted_tests(tmp_path))


def test_test_that_takes_of_another_one(tmp_path):
    """What two tests need is in neither of them; the list of tests is no such thing."""
    folder = tmp_path / "tests" / "room"
    folder.mkdir(parents=True)
    (tmp_path / "tests" / "__init__.py").write_text("from .room import test_old\n")
    (folder / "case.py").write_text("from ..common import Common\n")
    (folder / "test_old.py").write_text("from .case import Case\n")
    assert not list(house.borrowing(tmp_path))
    words = (
        "from .test_old import OldCase",
        "from ..other.test_old import (",
        "from odoo.addons.x.tests.room.test_old import OldCase",
    )
    for line in words:
        (folder / "test_new.py").write_text(f"import re\n\n{line}\n")
        (found,) = house.borrowing(tmp_path)
        assert "tests/room/test_new.py: from " in found
    # No import, but a text
    (folder / "test_new.py").write_text("text = 'from .test_old import OldCase'\n")
    assert not list(house.borrowing(tmp_path))


def test_room_that_is_full(tmp_path):
    """Sixteen files in a room, its list among them; one more is told."""
    room = {f"late__part_{number}": "" for number in range(16)}
    addon = _addon(tmp_path, **room)
    assert not list(house.too_large(addon))
    (addon / "models" / "late" / "__init__.py").write_text("")
    (found,) = house.too_large(addon)
    assert found.endswith("most files in one folder of models: 17, at most 16")
