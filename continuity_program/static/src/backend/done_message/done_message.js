import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

/** Long enough to be read and regretted. */
const SECONDS = 12;

async function undoDialog(env, { model, id }) {
    const message = await env.services.orm.call(model, "action_undo", [[id]]);
    env.services.notification.add(message, { type: "info" });
    env.bus.trigger("CONTINUITY:UNDONE");
    await env.services.action.doAction({
        type: "ir.actions.client",
        tag: "soft_reload",
    });
}

/**
 * How a dialog ends: it says what was done and goes on. *Undo* stands in the message, so
 * that nobody has to look for the way back.
 */
function showDone(env, { params }) {
    const undo = {
        name: _t("Undo"),
        icon: "fa-undo",
        onClick: async () => {
            close();
            await undoDialog(env, params.undo);
        },
    };
    const close = env.services.notification.add(params.message, {
        type: "success",
        className: "o_continuity_done",
        autocloseDelay: SECONDS * 1000,
        buttons: params.undo ? [undo] : [],
    });
    return params.next;
}

registry.category("actions").add("continuity_done", showDone);
