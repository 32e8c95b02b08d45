import { describe, expect, test } from "@odoo/hoot";
import { animationFrame } from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    mockService,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";

describe.current.tags("desktop");
defineMailModels();

class Swap extends models.Model {
    _name = "swap";

    product = fields.Char();
    _records = [{ id: 1, product: false }];
}

defineModels({ Swap });

async function mountDialog() {
    mockService("action", {
        doActionButton: (params) => expect.step(params.name),
    });
    onRpc("swap", "web_save", () => expect.step("saved"));
    await mountView({
        type: "form",
        resModel: "swap",
        resId: 1,
        arch: `
            <form js_class="continuity_dialog_form">
                <field name="product" required="1"/>
                <button name="action_apply" type="object" string="Swap"/>
                <button name="action_back" type="object" string="Discard"/>
            </form>`,
    });
}

test("what is missing is asked for by its field, when the button is pressed", async () => {
    await mountDialog();
    expect(".o_field_invalid").toHaveCount(0);
    await contains("button[name=action_apply]").click();
    await animationFrame();
    expect(".o_field_invalid").toHaveCount(1);
    expect.verifySteps([]);
});

test("a dialog that is not filled in can be discarded", async () => {
    await mountDialog();
    await contains("button[name=action_back]").click();
    await animationFrame();
    expect.verifySteps(["action_back"]);
});

test("what was typed is not kept by Discard", async () => {
    await mountDialog();
    await contains("[name=product] input").edit("A book", { confirm: false });
    await contains("button[name=action_back]").click();
    await animationFrame();
    expect.verifySteps(["action_back"]);
});
