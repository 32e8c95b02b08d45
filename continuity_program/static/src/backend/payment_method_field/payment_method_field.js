import { registry } from "@web/core/registry";
import { RadioField, radioField } from "@web/views/fields/radio/radio_field";

/**
 * The payment method of a continuity order. *On account* is offered only to
 * customers who may; what was chosen before stays to be seen.
 */
export class ContinuityPaymentMethodField extends RadioField {
    get items() {
        const mayBill = this.props.record.data.is_on_account_allowed;
        return super.items.filter(
            ([value]) => value !== "on_account" || mayBill || this.value === value
        );
    }
}

export const continuityPaymentMethodField = {
    ...radioField,
    component: ContinuityPaymentMethodField,
    supportedTypes: ["selection"],
    fieldDependencies: [{ name: "is_on_account_allowed", type: "boolean", readonly: true }],
};

registry.category("fields").add("continuity_payment_method", continuityPaymentMethodField);
