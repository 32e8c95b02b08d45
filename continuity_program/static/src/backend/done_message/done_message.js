import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

import { getReaders } from "./read_anew";

/** Long enough to be read and regretted. */
const SECONDS = 12;

async function undoDialog(env, { model, id }) {
    const { action, notification, orm, ui } = env.services;
    let message;
    ui.block();
    try {
        message = await orm.call(model, "action_undo", [[id]]);
    } finally {
        ui.unblock();
    }
    notification.add(message, { type: "info" });
    const readers = getReaders(env);
    if (readers.length) {
        readers.forEach((read) => read());
    } else {
        await action.doAction({ type: "ir.actions.client", tag: "soft_reload" });
    }
}

/**
 * How a dialog ends: it says what was done and goes on. *Undo* stands in the message, so
 * that nobody has to look for the way back.
 */
function showDone(env, { params }) {
    let isUndone = false;
    const undo = {
        name: _t("Undo"),
        icon: "fa-undo",
        onClick: async () => {
            // A double click comes before the message is gone
            if (!isUndone) {
                isUndone = true;
                close();
                await undoDialog(env, params.undo);
            }
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
