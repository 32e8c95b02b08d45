"""Export the translation templates of addons, run inside `env`: FOLDER ADDON …"""

from pathlib import Path

from odoo.tools.translate import trans_export

env = env  # noqa: F821, PLW0127  -- given by tools/oneshot.py
folder, *addons = arguments  # noqa: F821

for addon in addons:
    with open(Path(folder, f"{addon}.pot"), "wb") as file:
        trans_export(None, [addon], file, "po", env)
