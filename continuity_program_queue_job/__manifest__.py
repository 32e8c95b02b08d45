# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Continuity Programs: Job Queue",
    "summary": "Long runs are worked off in chunks, by as many machines as there are",
    "version": "19.0.1.1.0",
    "category": "Sales/Sales",
    "author": "Continuity Program maintainers",
    "license": "LGPL-3",
    "development_status": "Beta",
    "depends": ["continuity_program", "queue_job"],
    "data": [
        "security/ir.model.access.csv",
        "security/continuity_run_chunk_rules.xml",
        "data/queue_job_data.xml",
        "views/continuity_run_views.xml",
    ],
    "auto_install": True,
}
