import { RelationalModel } from "@web/model/relational_model/relational_model";
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

registry.category("views").add("continuity_dialog_form", {
    ...formView,
    Model: DialogModel,
});
