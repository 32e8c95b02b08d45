import { _t } from "@web/core/l10n/translation";
import { uuid } from "@web/core/utils/strings";
import { patch } from "@web/core/utils/patch";
import {
    saleOrderLineProductField,
    SaleOrderLineProductField,
} from "@sale/js/sale_product_field";

const COMPLETE = ".o_form_statusbar button[name=action_continuity_complete]";

// The field works in every view of order lines, also in one that does not list it.
saleOrderLineProductField.fieldDependencies.push({
    name: "is_continuity_parent",
    type: "boolean",
});

patch(SaleOrderLineProductField.prototype, {
    get isContinuityParent() {
        return Boolean(this.props.record.data.is_continuity_parent);
    },

    /** @override A parent line has a pencil: it opens the Continuity wizard. */
    get hasConfigurationButton() {
        return super.hasConfigurationButton || this.isContinuityParent;
    },

    /** @override */
    get configurationButtonHelp() {
        return this.isContinuityParent ? _t("Continuity") : super.configurationButtonHelp;
    },

    /** @override */
    onEditConfiguration() {
        if (this.isContinuityParent) {
            return this._openContinuityWizard();
        }
        return super.onEditConfiguration(...arguments);
    },

    /** @override */
    async _onProductUpdate() {
        // Everything `this` knows is taken now: saving replaces the line by its saved
        // record, which destroys this component (and super may wait for a server).
        const { record } = this.props;
        const services = this.env.services;
        await super._onProductUpdate(...arguments);
        // A variant chosen directly in the list is still waiting for its onchange.
        await record.model.mutex.getUnlockedDef();
        if (record.data.is_continuity_parent) {
            await openContinuityWizard(record, services);
        }
    },

    _openContinuityWizard() {
        return openContinuityWizard(this.props.record, this.env.services);
    },
});

/** Forms whose order is being saved: a double click on the pencil saves it once. */
const opening = new WeakSet();

/**
 * Save the order and open the Continuity wizard on one of its lines.
 *
 * The services come from the environment, not from `useService`: those would never answer
 * once the component of the unsaved line is destroyed. The line is found again by its
 * `virtual_id`, because a new line has no id before it is saved.
 *
 * @param {Object} record - the line
 * @param {{orm: Object, action: Object, ui: Object}} services
 */
export async function openContinuityWizard(record, { orm, action, ui }) {
    const { model } = record;
    const { root } = model;
    if (opening.has(model)) {
        return;
    }
    opening.add(model);
    // Saving replaces the row that has the focus: a key that came meanwhile would go to
    // a line that is no more, and the item would be lost.
    document.activeElement?.blur();
    ui.block();
    let wizard;
    try {
        const lineId = await saveLine(record);
        wizard =
            lineId &&
            (await orm.call("sale.order.line", "action_continuity_wizard", [[lineId]]));
    } finally {
        ui.unblock();
        opening.delete(model);
    }
    if (wizard) {
        await action.doAction(wizard, {
            onClose: async () => {
                await root.load();
                // Next comes the summary
                document.querySelector(COMPLETE)?.focus();
            },
        });
    }
}

/**
 * @param {Object} record - the line
 * @returns {Promise<number|undefined>} its id; none when Odoo has said what is missing
 */
async function saveLine(record) {
    const { root } = record.model;
    if (record.resId) {
        return (await root.save()) ? record.resId : undefined;
    }
    const virtualId = uuid();
    await record.update({ virtual_id: virtualId });
    if (await root.save()) {
        return root.data.order_line.records.find(
            (line) => line.data.virtual_id === virtualId
        )?.resId;
    }
}
