"""What the server takes for the nightly figures, and for each screen of *Insight*."""

import time
from xml.etree import ElementTree

from bench import history

#: The kinds of figures, in the order of the night
FIGURES = (
    ("continuity.retention", "_refresh_company"),
    ("continuity.forecast.check", "_check_company"),
    ("continuity.forecast", "_refresh_company"),
    ("continuity.overview", "_refresh_company"),
)
#: The screens: actions of the addon
SCREENS = (
    "continuity_overview_action",
    "continuity_forecast_line_action",
    "continuity_forecast_check_action",
    "continuity_cash_line_action",
    "continuity_retention_action",
    "continuity_value_action",
    "continuity_churn_report_action",
    "continuity_churn_month_action",
    "continuity_save_report_action",
    "continuity_exception_action",
    "continuity_acquisition_cost_action",
    "continuity_prepayment_report_action",
    "continuity_prepayment_rollforward_action",
    "continuity_dunning_report_action",
    "continuity_run_report_action",
    "continuity_late_report_action",
)
#: Costs that are entered, for the list of them
COSTS = 50


def measure(env, user):
    """Give the members a past, make the figures and open the screens.

    :param env: environment of the copied database
    :param res.users user: who opens the screens
    :return: rows of each ledger, and name and seconds of each step
    :rtype: dict
    """
    rows = history.live(env)
    _enter_costs(env)
    # As after an import: nobody has counted the tables but the product itself
    env.cr.commit()
    times = [("Refresh, the whole process", _time(lambda: _run(env)))]
    for model, method in FIGURES:
        times.append(
            (
                f"Refresh, {model}",
                _time(lambda m=model, n=method: getattr(env[m], n)(env.company)),
            )
        )
    env.cr.commit()
    for name in SCREENS:
        times += _open(env(user=user), name)
    times += _open_figures(env(user=user))
    return {"rows": rows, "times": times}


def _run(env):
    run = env["continuity.run"].execute("refresh_insight", commit=True)
    if run.failed_count or run.state != "done":
        raise SystemExit(f"refresh_insight: {run.message}")


def _enter_costs(env):
    months = [f"2026-{month:02}-01" for month in range(1, 13)]
    programs = env["continuity.program"].search([])
    env["continuity.acquisition.cost"].create(
        [
            {"program_id": program.id, "month": month, "kind": "spent", "amount": 900.0}
            for program in programs
            for month in months
        ][:COSTS]
    )


def _time(work):
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _open(env, name):
    """Open each view of an action as the web client does: its first filters on.

    :return: name and seconds of each view
    :rtype: list[tuple[str, float]]
    """
    action = env["ir.actions.act_window"]._for_xml_id(f"continuity_program.{name}")
    model = env[action["res_model"]]
    domain = _get_domain(env, action)
    readers = {"list": _read, "kanban": _read, "pivot": _group, "graph": _group}
    times = []
    for mode in action["view_mode"].split(","):
        if mode in readers:
            arch = ElementTree.fromstring(model.get_view(view_type=mode)["arch"])
            env.invalidate_all()
            spent = _time(lambda m=mode, a=arch: readers[m](model, domain, a))
            times.append((f"{action['name']}, {mode}", spent))
    return times


def _open_figures(env):
    """Open the list behind each figure of the overview.

    :return: name and seconds of each list
    :rtype: list[tuple[str, float]]
    """
    row = env["continuity.overview"].search([("program_id", "=", False)], limit=1)
    times = []
    for key in row._get_doors():
        action = row.action_open(key)
        model = env[action["res_model"]]
        arch = ElementTree.fromstring(model.get_view(view_type="list")["arch"])
        env.invalidate_all()
        spent = _time(lambda m=model, d=action["domain"], a=arch: _read(m, d, a))
        times.append((f"Overview, behind *{key}*", spent))
    return times


def _get_domain(env, action):
    from odoo.fields import Domain
    from odoo.tools.safe_eval import safe_eval

    names = {"uid": env.uid, "active_id": False}
    domain = Domain(safe_eval(action["domain"] or "[]", names))
    search = env[action["res_model"]].get_view(view_type="search")["arch"]
    filters = {
        one.get("name"): one.get("domain")
        for one in ElementTree.fromstring(search).iter("filter")
    }
    for key, value in safe_eval(action["context"] or "{}", names).items():
        wanted = filters.get(key.removeprefix("search_default_"))
        if value and wanted:
            domain &= Domain(safe_eval(wanted, names))
    return domain


def _read(model, domain, arch):
    names = {field.get("name") for field in arch.iter("field")}
    model.web_search_read(domain, {name: {} for name in names}, limit=80)


def _group(model, domain, arch):
    fields = [field for field in arch if field.get("type") or field.get("interval")]
    measures = [f.get("name") for f in fields if f.get("type") == "measure"]
    groups = [
        f"{f.get('name')}:{f.get('interval')}" if f.get("interval") else f.get("name")
        for f in fields
        if f.get("type") != "measure"
    ]
    aggregates = [
        f"{name}:{model._fields[name].aggregator or 'sum'}" for name in measures
    ]
    model.formatted_read_group(domain, groups, ["__count", *aggregates])
