import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { dblclick } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, Deferred } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    defineModels,
    fields,
    makeDialogMockEnv,
    mockService,
    models,
    mountView,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { CardDialog } from "@continuity_program/backend/card_dialog/card_dialog";
import { RunTroubles } from "@continuity_program/backend/run_troubles/run_troubles";

describe.current.tags("desktop");
defineMailModels();

class Parameters extends models.Model {
    _name = "continuity.parameters";

    checks = fields.Json();

    _records = [
        {
            id: 1,
            checks: [
                { key: "card", text: "No provider", is_done: false, action: 1, label: "Open" },
                { key: "tax", text: "No tax", is_done: false, action: 1, label: "Open it" },
            ],
        },
    ];
}

class Run extends models.Model {
    _name = "continuity.run";

    state = fields.Char();
    progress = fields.Float();

    _records = [{ id: 1, state: "running", progress: 0 }];
}

defineModels([Parameters, Run]);

beforeEach(() => {
    mockService("action", { doAction: (action) => expect.step(`open ${action.name}`) });
});

test("a link is mailed once", async () => {
    const answer = new Deferred();
    onRpc("continuity.order", "action_send_card_link", () => {
        expect.step("mail");
        return answer;
    });
    const props = {
        close: () => {},
        title: "Add credit card",
        continuity_order_id: 7,
        url: "about:blank",
        email: "karen.berg@example.com",
    };
    await mountWithCleanup(CardDialog, { env: await makeDialogMockEnv(), props });
    await dblclick("button[name=send_link]");
    await animationFrame();
    expect("button[name=send_link]").toHaveAttribute("aria-busy", "true");
    answer.resolve({ name: "Sent" });
    await animationFrame();
    expect("button[name=send_link]").toHaveAttribute("aria-busy", "false");
    expect.verifySteps(["mail", "open Sent"]);
});

test("what is missing is opened once", async () => {
    const answer = new Deferred();
    onRpc("continuity.parameters", "action_open_check", ({ args }) => {
        expect.step(args[1]);
        return answer;
    });
    await mountView({
        type: "form",
        resModel: "continuity.parameters",
        resId: 1,
        arch: `<form><field name="checks" widget="continuity_check_list"/></form>`,
    });
    await dblclick("[data-check=card] button");
    await animationFrame();
    expect("[data-check=card] button").toHaveAttribute("aria-busy", "true");
    expect("[data-check=tax] button").toHaveClass("disabled");
    answer.resolve({ name: "Providers" });
    await animationFrame();
    expect.verifySteps(["card", "open Providers"]);
});

test("what broke off is opened once", async () => {
    const answer = new Deferred();
    mockService("action", {
        doAction: () => {
            expect.step("open");
            return answer;
        },
    });
    onRpc("continuity.run", "get_troubles", () => [{ id: 7, text: "Broke off" }]);
    await mountWithCleanup(RunTroubles, { props: {} });
    await dblclick(".o_continuity_run_trouble button");
    expect.verifySteps(["open"]);
});

test("a lost request is asked again, what is refused is said once", async () => {
    expect.errors(1);
    const data = { name: "odoo.exceptions.AccessError", message: "You may not." };
    const error = { code: 0, message: "Odoo Server Error", data };
    const answers = [
        new Response("", { status: 502 }),
        new Response(JSON.stringify({ jsonrpc: "2.0", error })),
    ];
    onRpc(
        "/web/dataset/call_kw/continuity.run/read",
        () => {
            expect.step("ask");
            return answers.shift();
        },
        { pure: true }
    );
    await mountView({
        type: "form",
        resModel: "continuity.run",
        resId: 1,
        arch: `
            <form>
                <field name="state"/>
                <field name="progress" widget="continuity_run_progress"/>
            </form>`,
    });
    await advanceTime(2100);
    await advanceTime(10000);
    expect.verifySteps(["ask", "ask"]);
    expect.verifyErrors([/Odoo Server Error/]);
});
