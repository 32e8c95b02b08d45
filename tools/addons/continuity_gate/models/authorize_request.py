# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Authorize.Net is asked by a class of its module, and not by Odoo's own method."""

import os
from urllib.parse import urlsplit

from odoo.addons.payment_authorize.models.authorize_request import AuthorizeAPI

_begin = AuthorizeAPI.__init__


def _begin_at_the_gate(self, provider):
    _begin(self, provider)
    path = urlsplit(self.url).path
    self.url = f"{os.environ['CONTINUITY_GATE']}/authorize{path}"


AuthorizeAPI.__init__ = _begin_at_the_gate
