# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import portal
from . import portal_pay
from . import portal_page
from . import card
from . import authenticate
from . import card_update
