import { ListController } from "@web/views/list/list_controller";
import { listView } from "@web/views/list/list_view";
import { registry } from "@web/core/registry";

import { RunTroubles } from "../run_troubles/run_troubles";

/**
 * A list that says above it which processes broke off and do not work yet, and which
 * accounts wait for a person.
 */
export class RunListController extends ListController {
    static template = "continuity_program.RunListView";
    static components = { ...ListController.components, RunTroubles };
}

registry.category("views").add("continuity_run_list", {
    ...listView,
    Controller: RunListController,
});
