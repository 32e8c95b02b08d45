import { describe, expect, test } from "@odoo/hoot";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { formatRatio } from "@continuity_program/backend/ratio/ratio";
import { defineModels, fields, models, mountView } from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");
defineMailModels();

class Figure extends models.Model {
    _name = "figure";

    turn = fields.Integer({ aggregator: null });
    rate = fields.Float({ string: "Step %", aggregator: "avg" });
    before = fields.Integer({ string: "Before" });

    _records = [
        { id: 1, turn: 1, rate: 0, before: 0 },
        { id: 2, turn: 2, rate: 0, before: 4 },
        { id: 3, turn: 3, rate: 0.75, before: 4 },
    ];
}
defineModels([Figure]);

test("a ratio without a figure is empty, and 0 % is 0 %", async () => {
    await mountView({
        type: "list",
        resModel: "figure",
        arch: `<list>
            <field name="turn"/>
            <field name="rate" widget="continuity_ratio" invisible="not before"/>
            <field name="before"/>
        </list>`,
    });
    const cells = ".o_data_row td[name=rate]";
    expect(`${cells}:eq(0)`).toHaveText("");
    expect(`${cells}:eq(1)`).toHaveText("0%");
    expect(`${cells}:eq(2)`).toHaveText("75%");
});

test("a group of nobody has no ratio", () => {
    expect(formatRatio(false)).toBe("");
    expect(formatRatio(null)).toBe("");
    expect(formatRatio(undefined)).toBe("");
    expect(formatRatio(0)).toBe("0%");
    expect(formatRatio(0.5)).toBe("50%");
});
