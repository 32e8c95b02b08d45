import { describe, expect, test } from "@odoo/hoot";
import { dblclick } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    getService,
    mockService,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { registry } from "@web/core/registry";
import { READ_ANEW } from "@continuity_program/backend/done_message/read_anew";
import { WebClient } from "@web/webclient/webclient";

describe.current.tags("desktop");
defineMailModels();

const getAction = (tag) => registry.category("actions").get(tag);

test("what was done is said, and taken back by a button", async () => {
    onRpc("continuity.undo", "action_undo", ({ args }) => {
        expect.step(`undo ${args[0]}`);
        return "It is as it was.";
    });
    const webClient = await mountWithCleanup(WebClient);
    const { env } = webClient;
    env.bus.addEventListener(READ_ANEW, ({ detail: readers }) =>
        readers.push(() => expect.step("read anew"))
    );
    const next = { type: "ir.actions.act_window_close" };
    expect(
        getAction("continuity_done")(env, {
            params: { message: "Skipped.", undo: { model: "continuity.undo", id: 5 }, next },
        })
    ).toBe(next);
    await animationFrame();
    expect(".o_continuity_done").toHaveText(/Skipped\./);
    await dblclick(".o_continuity_done button:contains(Undo)");
    await animationFrame();
    expect(".o_continuity_done").toHaveCount(0);
    expect(".o_notification").toHaveText(/It is as it was\./);
    expect(".o_blockUI").toHaveCount(0);
    expect.verifySteps(["undo 5", "read anew"]);
});

test("a screen that cannot read itself anew is built anew", async () => {
    const { env } = await mountWithCleanup(WebClient);
    expect(getAction("continuity_show_anew")(env).tag).toBe("soft_reload");
    env.bus.addEventListener(READ_ANEW, ({ detail: readers }) => readers.push(() => {}));
    expect(getAction("continuity_show_anew")(env).type).toBe("ir.actions.act_window_close");
});

test("what cannot be taken back offers nothing", async () => {
    await mountWithCleanup(WebClient);
    const env = { services: { notification: getService("notification") } };
    getAction("continuity_done")(env, { params: { message: "Ended." } });
    await animationFrame();
    expect(".o_continuity_done").toHaveText(/Ended\./);
    expect(".o_continuity_done button:contains(Undo)").toHaveCount(0);
});

test("submitted: the recap closes, and the next call is one key away", async () => {
    mockService("action", { doAction: (action) => expect.step(action) });
    await mountWithCleanup(WebClient);
    const env = {
        services: { action: getService("action"), notification: getService("notification") },
    };
    expect(
        getAction("continuity_submitted")(env, {
            params: { title: "S00013 submitted", message: "$ 90.00 charged" },
        }).type
    ).toBe("ir.actions.act_window_close");
    await animationFrame();
    expect(".o_notification").toHaveText(/S00013 submitted/);
    await contains(".o_notification button:contains(Next call)").click();
    expect.verifySteps(["continuity_program.continuity_customer_service_action"]);
    expect(".o_notification").toHaveCount(0);
});
