import { useEnv, useState } from "@odoo/owl";
import { useBus } from "@web/core/utils/hooks";

/**
 * One thing at a time: as long as one is under way nothing else is begun, so that a
 * double click sends nothing twice, and its button says that it works.
 *
 * The buttons are not disabled: one that is loses the focus, and who works by keys would
 * have to look for the place where he was.
 *
 * @returns {{ key: string, run: (key: string, callback: Function) => Promise }} `key` is
 *   what is under way, or empty; `run` begins something, unless something is under way
 */
export function useBusy() {
    const busy = useState({ key: "", run });
    // An action whose place is taken by another one never answers
    useBus(useEnv().bus, "ACTION_MANAGER:UI-UPDATED", () => {
        busy.key = "";
    });

    async function run(key, callback) {
        if (busy.key) {
            return;
        }
        busy.key = key;
        try {
            return await callback();
        } finally {
            busy.key = "";
        }
    }
    return busy;
}
