"""Last touches on the template database, run inside `env`."""

env = env  # noqa: F821, PLW0127  -- given by tools/oneshot.py

# Attachments (assets, images) go into the database: then `createdb -T` copies all of
# it, no filestore beside.
env["ir.config_parameter"].set_param("ir_attachment.location", "db")
env["ir.attachment"].force_storage()

company = env.ref("base.main_company")
if not company.chart_template:
    env["account.chart.template"].try_loading(
        "generic_coa", company, install_demo=False
    )
env.cr.commit()
