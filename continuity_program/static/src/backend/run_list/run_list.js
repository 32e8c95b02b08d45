import { ListController } from "@web/views/list/list_controller";
import { listView } from "@web/views/list/list_view";
import { onWillStart } from "@odoo/owl";
import { registry } from "@web/core/registry";

/** The list of runs says above it which processes broke off and do not work yet. */
export class RunListController extends ListController {
    static template = "continuity_program.RunListView";

    setup() {
        super.setup();
        this.troubles = [];
        onWillStart(async () => {
            this.troubles = await this.orm.call("continuity.run", "get_troubles", []);
        });
    }

    openTrouble(trouble) {
        return this.actionService.doAction({
            type: "ir.actions.act_window",
            res_model: "continuity.run",
            res_id: trouble.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("views").add("continuity_run_list", {
    ...listView,
    Controller: RunListController,
});
