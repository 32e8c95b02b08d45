"""pytest plugin: what a browser loads is bundled once, before the first tour.

A test rolls back what it has made: each tour would bundle all scripts and styles anew,
which takes six seconds.
"""

import pytest

#: Of the back end and of the portal, with what starts a tour
BUNDLES = (
    "web.assets_web",
    "web.assets_web_print",
    "web.assets_frontend",
    "web.assets_frontend_lazy",
    "web.assets_frontend_minimal",
    "web.assets_tests",
)


def pytest_collection_modifyitems(items):
    """Ask for the bundles where a browser may be started."""
    for item in items:
        if hasattr(item.cls, "start_tour"):
            item.fixturenames.insert(0, bundles.__name__)


@pytest.fixture(scope="session")
def bundles(load_registry):  # noqa: ARG001  -- has to come first
    """Bundle scripts and styles in the database of this worker, and commit them."""
    import odoo.api
    from odoo.modules.registry import Registry
    from odoo.tests.common import get_db_name

    with Registry(get_db_name()).cursor() as cr:
        env = odoo.api.Environment(cr, odoo.api.SUPERUSER_ID, {})
        for name in BUNDLES:
            bundle = env["ir.qweb"]._get_asset_bundle(name, css=True, js=True)
            bundle.js()
            bundle.css()
