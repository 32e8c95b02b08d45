import { registry } from "@web/core/registry";
import { GraphModel } from "@web/views/graph/graph_model";
import { graphView } from "@web/views/graph/graph_view";

/** A sum of nothing is 0; a mean, a ratio or a maximum of nothing is no figure. */
const SUMS = ["sum", "count", "count_distinct"];

/**
 * A graph that draws no point where there is no figure: a rate of nobody is not 0 %.
 *
 * Odoo sends `false` for such a figure, and fills up groups that do not exist with 0.
 */
export class ContinuityGraphModel extends GraphModel {
    /** @override */
    _getData() {
        const data = super._getData(...arguments);
        if (!this.isSum) {
            for (const dataset of data.datasets) {
                dataset.data = dataset.data.map((value, index) =>
                    // A group that does not exist has no domain
                    value === false || !dataset.domains[index].length ? null : value
                );
            }
        }
        return data;
    }

    /** @override Means are not added up to a line above the bars either. */
    _getLineOverlayDataset() {
        return this.isSum ? super._getLineOverlayDataset() : null;
    }

    get isSum() {
        const { fields, measure } = this.metaData;
        return measure === "__count" || SUMS.includes(fields[measure].aggregator);
    }
}

registry.category("views").add("continuity_graph", {
    ...graphView,
    Model: ContinuityGraphModel,
});
