# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_customer_service
from . import test_program
from . import test_order_entry
