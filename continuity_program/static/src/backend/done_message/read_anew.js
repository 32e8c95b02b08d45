import { registry } from "@web/core/registry";

/** A screen that reads itself anew adds to the list how it does. */
export const READ_ANEW = "CONTINUITY:READ-ANEW";

/**
 * @returns {Function[]} how the screen that is shown reads itself anew; none if Odoo has
 *   to build it anew
 */
export function getReaders(env) {
    const readers = [];
    env.bus.trigger(READ_ANEW, readers);
    return readers;
}

/**
 * What a dialog did is to be seen behind it. A screen that is built anew loses what is
 * clicked meanwhile, so one that can reads itself anew when the dialog closes.
 */
function showAnew(env) {
    return getReaders(env).length
        ? { type: "ir.actions.act_window_close" }
        : { type: "ir.actions.client", tag: "soft_reload" };
}

registry.category("actions").add("continuity_show_anew", showAnew);
