# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_adyen_capture
from . import test_mollie
from . import test_recorded
from . import test_stripe_bank
from . import test_stripe_charge
from . import test_stripe_customer
from . import test_stripe_dispute
from . import test_stripe_killed
from . import test_stripe_lost
from . import test_stripe_message
from . import test_stripe_refund
