import { Component, onWillStart } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";

import { useBusy } from "../busy/busy";

/**
 * Which processes broke off and do not work yet, and which accounts wait for a person,
 * above a screen that lives by them.
 */
export class RunTroubles extends Component {
    static template = "continuity_program.RunTroubles";
    static props = {};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.busy = useBusy();
        this.troubles = [];
        onWillStart(() => this.read());
    }

    /** The screen below is worked with, also when nobody can say what is wrong. */
    async read() {
        try {
            this.troubles = await this.orm.call("continuity.run", "get_troubles", []);
        } catch (error) {
            Promise.reject(error);
        }
    }

    open(trouble) {
        const run = {
            type: "ir.actions.act_window",
            res_model: "continuity.run",
            res_id: trouble.id,
            views: [[false, "form"]],
        };
        return this.busy.run("open", () => this.action.doAction(trouble.action || run));
    }
}
