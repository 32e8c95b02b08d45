import { describe, expect, test } from "@odoo/hoot";
import { dblclick } from "@odoo/hoot-dom";
import { animationFrame, Deferred } from "@odoo/hoot-mock";
import {
    Command,
    contains,
    defineModels,
    fields,
    makeMockServer,
    mockService,
    models,
    mountView,
    onRpc,
    serverState,
} from "@web/../tests/web_test_helpers";
import { saleModels } from "@sale/../tests/sale_test_helpers";

describe.current.tags("desktop");

class SaleOrderLine extends saleModels.SaleOrderLine {
    is_continuity_parent = fields.Boolean();
    virtual_id = fields.Char();
    product_template_attribute_value_ids = fields.Many2many({
        relation: "product.template.attribute.value",
    });
}

class SaleOrder extends saleModels.SaleOrder {
    payment_method = fields.Selection({
        selection: [
            ["card", "Card"],
            ["on_account", "On account"],
        ],
    });
    is_on_account_allowed = fields.Boolean();
}

class ProductTemplateAttributeValue extends models.Model {
    _name = "product.template.attribute.value";

    name = fields.Char();
}

defineModels({ ...saleModels, SaleOrder, SaleOrderLine, ProductTemplateAttributeValue });

const ORDER = /* xml */ `
    <form>
        <field name="order_line" widget="sol_o2m" mode="list">
            <list editable="bottom">
                <field name="product_id" widget="sol_product_many2one"/>
                <field name="name" widget="sol_text" optional="hide"/>
                <field name="virtual_id" column_invisible="1"/>
                <field name="is_continuity_parent" column_invisible="1"/>
            </list>
        </field>
    </form>
`;

/** An order with one line, or none; the form of it is opened. */
async function mountOrder(line, context = {}) {
    const { env } = await makeMockServer();
    const [product] = env["product.product"];
    const values = { product_id: product.id, name: product.name, ...line };
    const resId = env["sale.order"].create({
        partner_id: serverState.partnerId,
        order_line: line ? [Command.create(values)] : [],
    });
    await mountView({ type: "form", resModel: "sale.order", resId, arch: ORDER, context });
    return env["sale.order"].browse(resId)[0].order_line[0];
}

test("the pencil of a program saves the order and opens its wizard", async () => {
    mockService("action", {
        doAction: (action) => expect.step(`open ${action.name}`),
    });
    onRpc("sale.order.line", "action_continuity_wizard", ({ args }) => {
        expect.step(`wizard ${args[0]}`);
        return { type: "ir.actions.act_window", name: "Continuity" };
    });
    const lineId = await mountOrder({ is_continuity_parent: true });
    await contains(".o_data_row td[name=product_id]").click();
    await contains(".o_data_row [name=product_id] .fa-pencil").click();
    await animationFrame();
    expect.verifySteps([`wizard ${lineId}`, "open Continuity"]);
    expect(".o_blockUI").toHaveCount(0);
});

test("a double click on the pencil saves the order once", async () => {
    mockService("action", {
        doAction: (action) => expect.step(`open ${action.name}`),
    });
    const answer = new Deferred();
    onRpc("sale.order.line", "action_continuity_wizard", ({ args }) => {
        expect.step(`wizard ${args[0]}`);
        return answer;
    });
    const lineId = await mountOrder({ is_continuity_parent: true });
    await contains(".o_data_row td[name=product_id]").click();
    await dblclick(".o_data_row [name=product_id] .fa-pencil");
    await animationFrame();
    expect(".o_blockUI").toHaveCount(1);
    answer.resolve({ type: "ir.actions.act_window", name: "Continuity" });
    await animationFrame();
    expect.verifySteps([`wizard ${lineId}`, "open Continuity"]);
});

test("an ordinary line has no pencil", async () => {
    await mountOrder({ is_continuity_parent: false });
    await contains(".o_data_row td[name=product_id]").click();
    expect(".o_data_row [name=product_id] .fa-pencil").toHaveCount(0);
});

test("an order of a call begins in its first line", async () => {
    await mountOrder(null, { continuity_new_call: 1 });
    await animationFrame();
    expect(".o_field_x2many .o_data_row.o_selected_row").toHaveCount(1);
    expect(".o_selected_row [name=product_id] input").toBeFocused();
});

test("any other order begins where Odoo begins", async () => {
    await mountOrder(null);
    await animationFrame();
    expect(".o_field_x2many .o_data_row").toHaveCount(0);
});

test("on account is offered to who may, and stays to be seen", async () => {
    SaleOrder._records = [
        { id: 1, payment_method: "card", is_on_account_allowed: true },
        { id: 2, payment_method: "card", is_on_account_allowed: false },
        { id: 3, payment_method: "on_account", is_on_account_allowed: false },
    ];
    for (const [resId, choices] of [
        [1, 2],
        [2, 1],
        [3, 2],
    ]) {
        await mountView({
            type: "form",
            resModel: "sale.order",
            resId,
            arch: `<form><field name="payment_method" widget="continuity_payment_method"/></form>`,
        });
        expect(`.o_form_view:last [name=payment_method] input[type=radio]`).toHaveCount(choices);
    }
});
