import { RelationalModel } from "@web/model/relational_model/relational_model";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";
import { registry } from "@web/core/registry";

/**
 * A dialog that stands on the server before anybody has typed: what was marked stays
 * there. The web client checks such a record as soon as it is shown, and so what is
 * required was red at once. As in a new record, it is when a button is pressed.
 */
export class DialogRecord extends RelationalModel.Record {
    _setData() {
        super._setData(...arguments);
        if (!this._parentRecord) {
            this._unsetRequiredFields.clear();
            this._invalidFields.clear();
        }
    }
}

export class DialogModel extends RelationalModel {
    static Record = DialogRecord;
}

/** *Discard* where it leads back to another dialog: only the server knows to which. */
const DISCARD = "action_back";

export class DialogController extends FormController {
    /** What is discarded need not be complete, and nothing of it is kept. */
    async beforeExecuteActionButton(clickParams) {
        if (clickParams.name === DISCARD) {
            await this.model.root.discard();
            return true;
        }
        return super.beforeExecuteActionButton(...arguments);
    }
}

registry.category("views").add("continuity_dialog_form", {
    ...formView,
    Controller: DialogController,
    Model: DialogModel,
});
