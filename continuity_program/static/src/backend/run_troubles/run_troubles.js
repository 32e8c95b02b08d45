import { Component, onWillStart } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";

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
        this.troubles = [];
        onWillStart(async () => {
            this.troubles = await this.orm.call("continuity.run", "get_troubles", []);
        });
    }

    open(trouble) {
        if (trouble.action) {
            return this.action.doAction(trouble.action);
        }
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "continuity.run",
            res_id: trouble.id,
            views: [[false, "form"]],
        });
    }
}
