# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_customer_service
from . import test_program
from . import test_create_child_orders
from . import test_run
from . import test_run_cron
from . import test_process_payments
from . import test_order_entry
from . import test_card_page
from . import test_portal
from . import test_billing_lives
