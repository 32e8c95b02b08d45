"""How fast are the jobs, beside the plain Odoo calls and a peer? See README.md."""
