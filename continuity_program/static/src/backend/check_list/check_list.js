import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { useBusy } from "../busy/busy";

/** What is ready and what is missing, each point with the way to mend it. */
export class CheckListField extends Component {
    static template = "continuity_program.CheckListField";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.busy = useBusy();
    }

    get checks() {
        return this.props.record.data[this.props.name] || [];
    }

    mend({ key }) {
        const { resModel, resId } = this.props.record;
        return this.busy.run(key, async () => {
            const action = await this.orm.call(resModel, "action_open_check", [
                [resId],
                key,
            ]);
            await this.action.doAction(action);
        });
    }
}

registry.category("fields").add("continuity_check_list", {
    component: CheckListField,
    supportedTypes: ["json"],
});
