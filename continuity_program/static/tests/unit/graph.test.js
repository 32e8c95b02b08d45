import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    getChart,
    setupChartJsForTests,
} from "@web/../tests/views/graph/graph_test_helpers";
import {
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

class Retention extends models.Model {
    _name = "retention";

    turn = fields.Integer();
    program = fields.Char();
    rate = fields.Float({ aggregator: "avg" });
    members = fields.Integer({ aggregator: "sum" });
}

defineMailModels();
defineModels([Retention]);
setupChartJsForTests();

/** Tea has nobody in its first turn, and no second one. */
const GROUPS = [
    { turn: 1, program: "Birds", "rate:avg": 0.8, "members:sum": 10 },
    { turn: 1, program: "Tea", "rate:avg": false, "members:sum": 0 },
    { turn: 2, program: "Birds", "rate:avg": 0, "members:sum": 8 },
];

beforeEach(() => {
    onRpc("formatted_read_group", () =>
        GROUPS.map((group) => ({
            ...group,
            __count: 1,
            __extra_domain: [["turn", "=", group.turn]],
        }))
    );
});

async function getData(measure, type) {
    const view = await mountView({
        type: "graph",
        resModel: "retention",
        arch: `
            <graph js_class="continuity_graph" type="${type}">
                <field name="turn" />
                <field name="program" />
                <field name="${measure}" type="measure" />
            </graph>`,
    });
    const { datasets } = getChart(view).data;
    return Object.fromEntries(datasets.map(({ label, data }) => [label, data]));
}

test("no figure draws no point, and 0 is a figure", async () => {
    expect(await getData("rate", "line")).toEqual({
        Birds: [0.8, 0],
        Tea: [null, null],
    });
});

test("rates are not added up above their bars", async () => {
    expect(await getData("rate", "bar")).toEqual({
        Birds: [0.8, 0],
        Tea: [null, null],
    });
});

test("a sum of nothing is 0", async () => {
    expect(await getData("members", "bar")).toEqual({
        Birds: [10, 8],
        Tea: [0, 0],
        Sum: [10, 8],
    });
});
