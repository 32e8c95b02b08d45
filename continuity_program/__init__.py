# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import controllers, demo, jobs, models, planning, report, wizard
from .hooks import uninstall_hook
