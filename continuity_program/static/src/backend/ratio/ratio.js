import { registry } from "@web/core/registry";
import { formatPercentage } from "@web/views/fields/formatters";
import { percentageField } from "@web/views/fields/percentage/percentage_field";

/**
 * A ratio of which there is no figure yet is not 0 %: a group of nobody has none. Odoo
 * sends `false` for it, and its own percentage makes 0 of that.
 */
export function formatRatio(value, options) {
    return typeof value === "number" ? formatPercentage(value, options) : "";
}
formatRatio.extractOptions = formatPercentage.extractOptions;

registry.category("formatters").add("continuity_ratio", formatRatio);
registry.category("fields").add("continuity_ratio", percentageField);
