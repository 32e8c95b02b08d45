import { onMounted } from "@odoo/owl";
import { patch } from "@web/core/utils/patch";
import { SaleOrderLineOne2Many } from "@sale/js/sale_order_line_field/sale_order_line_field";

patch(SaleOrderLineOne2Many.prototype, {
    setup() {
        super.setup();
        // An order of a call begins with its first item: the cursor is there.
        const { context, data } = this.props.record;
        if (
            context.continuity_new_call &&
            this.props.name === "order_line" &&
            this.props.viewMode === "list"
        ) {
            onMounted(() => {
                if (!data.order_line.count) {
                    this.onAdd({ editable: "bottom" });
                }
            });
        }
    },
});
