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


def _addon(tmp_path, **files):
    for name, text in files.items():
        path = tmp_path / "models" / name.replace("__", "/")
        path = path.with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_hook_in_its_room(tmp_path):
    """A hook of Odoo stands once, in its room."""
    assert not list(house.misplaced(_addon(tmp_path, odoo__sale_order=HOOK)))


def test_hook_elsewhere(tmp_path):
    """A hook elsewhere is told with its place, and that it stands twice."""
    addon = _addon(tmp_path, odoo__sale_order=HOOK, sale_order_more=HOOK)
    found = list(house.misplaced(addon))
    assert len(found) == 2
    assert "models/sale_order_more.py:5: sale.order.write is Odoo's" in found[0]
    assert found[1].endswith(
        "sale.order.write stands in models/odoo/sale_order.py,"
        " models/sale_order_more.py"
    )


def test_own_models(tmp_path):
    """What our models override of each other is ours; of the ORM it stands once."""
    text = HOOK.replace("sale.order", "continuity.order")
    assert not list(house.misplaced(_addon(tmp_path, order=text)))
    twice = list(house.misplaced(_addon(tmp_path, order=text, more=text)))
    assert len(twice) == 1
    assert "continuity.order.write stands in" in twice[0]


def test_sudo_has_its_reason(tmp_path):
    """A comment within three lines is the reason."""
    text = "# Sellers may not read it\nx = y.sudo()\n\n\n\n\nz = y.sudo()\n"
    assert house.sudos(_addon(tmp_path, order=text)) == (2, 1)
