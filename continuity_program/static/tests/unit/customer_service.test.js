import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { click, dblclick, press, queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame, Deferred } from "@odoo/hoot-mock";
import { browser } from "@web/core/browser/browser";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    mockService,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { registry } from "@web/core/registry";
import { CustomerService } from "@continuity_program/backend/customer_service/customer_service";

describe.current.tags("desktop");
defineMailModels();

const MODEL = "continuity.customer.service";
const CUSTOMERS = ["Anders Berg", "Karen Berg", "Luis Ferreira"].map((name, index) => ({
    id: index + 1,
    name,
    email: "",
    phone: "",
    address: "",
    last_order: false,
}));
const SEARCH = "input[name=customer_search]";

const CARD = {
    id: 7,
    name: "CO00007",
    product: "Book of the Month",
    order_id: 8,
    order: "S00008",
    state: "running",
    state_label: "Running",
    alerts: [],
    next: false,
    parcels: [],
    last: [],
    planned_text: "3 shipments",
    payment: "Visa •••• 4242",
    account: [],
    open: "",
    actions: ["skip", "pause", "release"],
    shipment_id: 2,
    returnable_id: false,
};

function getCustomer(id) {
    return {
        customer: { ...CUSTOMERS[id - 1], owed: "", last_contact: "" },
        banners: [],
        series: [],
        finished: [],
        orders: [],
        more: { series: false, finished: false, orders: false },
        messages: [],
        activities: [],
    };
}

function mountService(state = {}) {
    const props = { action: {}, actionId: 1, updateActionState: () => {}, className: "" };
    return mountWithCleanup(CustomerService, { props: { ...props, state } });
}

async function mountScreen({ customers = CUSTOMERS, canCreate = true, troubles = [] } = {}) {
    onRpc("continuity.run", "get_troubles", () => troubles);
    onRpc(MODEL, "search_customers", ({ args }) => {
        expect.step(`search ${args[0]}`);
        return { customers, has_more: false, can_create: canCreate };
    });
    onRpc(MODEL, "get_customer", ({ args }) => {
        expect.step(`customer ${args[0]}`);
        return getCustomer(args[0]);
    });
    await mountService();
}

/** A server that answers when it is told to. */
function slowServer(model, method) {
    const waiting = [];
    onRpc(model, method, ({ args }) => {
        expect.step(`${method} ${args[0]}`);
        const answer = new Deferred();
        waiting.push(answer);
        return answer;
    });
    return async (value, index = 0) => {
        waiting.splice(index, 1)[0].resolve(value);
        await animationFrame();
    };
}

/** Karen Berg with one series is on the screen; the dialogs of its buttons are noted. */
async function mountCustomer() {
    const dialogs = [];
    mockService("action", {
        doAction(action, { onClose } = {}) {
            expect.step(`open ${action.name}`);
            dialogs.push(onClose);
        },
    });
    onRpc("continuity.run", "get_troubles", () => []);
    onRpc(MODEL, "get_customer", ({ args }) => ({
        ...getCustomer(args[0]),
        series: [CARD],
    }));
    await mountService({ customerId: 2 });
    const answer = slowServer(MODEL, "get_customer");
    return {
        dialogs,
        answer: (values) => answer({ ...getCustomer(2), series: [{ ...CARD, ...values }] }),
    };
}

beforeEach(() => browser.sessionStorage.clear());

test("type, Tab, arrows, Enter: the customer is there, and the next key sells", async () => {
    mockService("action", {
        doAction: (action) => expect.step(`open ${action.res_model} ${action.res_id}`),
    });
    onRpc(MODEL, "create_order", () => ({ id: 9, name: "S00009" }));
    await mountScreen();
    expect(SEARCH).toBeFocused();
    await contains(SEARCH).edit("berg", { confirm: false });
    await press("Tab");
    await animationFrame();
    expect(".modal table[role=grid]").toBeFocused();
    await press("ArrowUp");
    await press("ArrowDown");
    await animationFrame();
    expect("tr[aria-selected=true]").toHaveText(/Karen Berg/);
    expect("table[role=grid]").toHaveAttribute(
        "aria-activedescendant",
        "o_continuity_customer_2"
    );
    await press("Enter");
    await animationFrame();
    expect(".modal").toHaveCount(0);
    expect("h2").toHaveText("Karen Berg");
    expect("button[name=new_order]").toBeFocused();
    await press("Enter");
    await animationFrame();
    expect.verifySteps(["search berg", "customer 2", "open sale.order 9"]);
});

test("on top: the last contact and what he owes; what is to be done is a click away", async () => {
    mockService("action", {
        doAction: (action) => expect.step(`open ${action.res_model} ${action.res_id}`),
    });
    onRpc("continuity.run", "get_troubles", () => []);
    onRpc(MODEL, "get_customer", ({ args }) => {
        const data = getCustomer(args[0]);
        const contact = { owed: "$ 60.00", last_contact: "Sun 10 Jan 2027" };
        const activity = {
            id: 5,
            day: "Fri 8 Jan 2027",
            is_late: true,
            user: "Anna",
            text: "Call Karen back",
            res_model: "sale.order",
            res_id: 7,
            record: "S00007",
        };
        return {
            ...data,
            customer: { ...data.customer, ...contact },
            activities: [activity],
        };
    });
    await mountService({ customerId: 2 });
    expect(".o_continuity_cs_contact").toHaveText("Last contact: Sun 10 Jan 2027");
    expect(".o_continuity_cs_owed").toHaveText("Open: $ 60.00");
    expect(".o_continuity_cs_activity .text-danger").toHaveText(/Fri 8 Jan 2027 · Anna/);
    await contains(".o_continuity_cs_activity a:contains(Call Karen back)").click();
    expect.verifySteps(["open sale.order 7"]);
});

test("what is left out is said, and opened", async () => {
    mockService("action", {
        doAction: ({ res_model, domain }) => expect.step(`${res_model} ${domain[0]}`),
    });
    onRpc("continuity.run", "get_troubles", () => []);
    onRpc(MODEL, "get_customer", ({ args }) => ({
        ...getCustomer(args[0]),
        more: {
            series: {
                text: "20 of 31 are shown. Open all.",
                model: "continuity.order",
                domain: [["partner_id", "child_of", 2]],
            },
            finished: false,
            orders: false,
        },
    }));
    await mountService({ customerId: 2 });
    expect(".o_continuity_cs_more").toHaveText("20 of 31 are shown. Open all.");
    await contains(".o_continuity_cs_more").click();
    expect.verifySteps(["continuity.order partner_id,child_of,2"]);
});

test("what is wrong stands above the screen, and leads to where it is mended", async () => {
    mockService("action", {
        doAction: (action) => expect.step(`open ${action.res_model}`),
    });
    const action = { res_model: "continuity.balance" };
    await mountScreen({
        troubles: [
            { id: 7, text: "Broke off" },
            { id: false, text: "Late" },
            { id: false, text: "Accounts that differ: 3", action },
        ],
    });
    expect(".o_continuity_run_trouble").toHaveCount(3);
    expect(".o_continuity_run_trouble button").toHaveCount(2);
    await contains(".o_continuity_run_trouble:contains(differ) button").click();
    expect.verifySteps(["open continuity.balance"]);
});

test("nobody is found: only what may be done is offered", async () => {
    await mountScreen({ customers: [], canCreate: false });
    await contains(SEARCH).edit("nobody", { confirm: false });
    await contains("button[name=search]").click();
    expect(".o_continuity_cs_nobody").toHaveText("Nobody was found for “nobody”.");
    expect(queryAllTexts(".modal footer button")).toEqual(["Close"]);
    await contains(".modal footer button").click();
    expect(SEARCH).toBeFocused();
    expect.verifySteps(["search nobody"]);
});

test("an empty search asks nobody, and Tab goes on", async () => {
    await mountScreen();
    await contains(SEARCH).edit("  ", { confirm: false });
    await press("Enter");
    await animationFrame();
    expect(".modal").toHaveCount(0);
    expect.verifySteps([]);
});

test("the last five calls, each once, the last one first", async () => {
    await mountScreen();
    const names = [];
    for (const row of [1, 2, 1]) {
        await contains(SEARCH).edit("e", { confirm: false });
        await press("Enter");
        await animationFrame();
        await contains(`.modal tr[data-index="${row}"]`).click();
        await contains(".modal button[name=select]").click();
        names.push(queryAllTexts(".o_continuity_cs_calls a"));
    }
    expect(names.at(-1)).toEqual(["Karen Berg", "Luis Ferreira"]);
    await contains(".o_continuity_cs_calls a:contains(Luis)").click();
    expect("h2").toHaveText("Luis Ferreira");
    expect.verifySteps([
        "search e",
        "customer 2",
        "search e",
        "customer 3",
        "search e",
        "customer 2",
        "customer 3",
    ]);
});

test("what was typed becomes the field it looks like", async () => {
    await mountScreen();
    const screen = CustomerService.prototype;
    expect(screen.getDefaultField("karen@example.com")).toBe("default_email");
    expect(screen.getDefaultField("+1 (206) 555-0142")).toBe("default_phone");
    expect(screen.getDefaultField("Karen Berg 2")).toBe("default_name");
});

// === A SLOW SERVER === //

test("a double click opens one dialog, and the button says that it works", async () => {
    const { dialogs } = await mountCustomer();
    const answer = slowServer("continuity.shipment", "action_open_skip");
    await dblclick("button[name=skip]");
    await animationFrame();
    expect("button[name=skip]").toHaveAttribute("aria-busy", "true");
    expect("button[name=pause]").toHaveAttribute("aria-disabled", "true");
    // Who works by keys is not thrown out of the row
    expect("button[name=skip]").toBeFocused();
    await press("Enter");
    await animationFrame();
    expect.verifySteps(["action_open_skip 2"]);
    await answer({ type: "ir.actions.act_window", name: "Skip" });
    expect("button[name=skip]").toHaveAttribute("aria-busy", "false");
    expect("button[name=pause]").toHaveAttribute("aria-disabled", "false");
    expect(dialogs).toHaveLength(1);
    expect.verifySteps(["open Skip"]);
});

test("what acts at once is sent once", async () => {
    const customer = await mountCustomer();
    const answer = slowServer("continuity.order", "action_release");
    await dblclick("button[name=release]");
    await press("Enter");
    await animationFrame();
    expect.verifySteps(["action_release 7"]);
    await answer({ type: "ir.actions.client", tag: "continuity_done", name: "message" });
    customer.dialogs.pop()();
    await animationFrame();
    expect.verifySteps(["open message", "get_customer 2"]);
    await customer.answer({ actions: ["hold"] });
    expect("button[name=release]").toHaveCount(0);
});

test("a click while the series is read anew waits, and finds what is true then", async () => {
    const { dialogs, answer } = await mountCustomer();
    onRpc("continuity.shipment", "action_open_skip", ({ args }) => {
        expect.step(`skip ${args[0]}`);
        return { type: "ir.actions.act_window", name: "Skip" };
    });
    await contains("button[name=skip]").click();
    expect.verifySteps(["skip 2", "open Skip"]);
    // It closes at once: the next one would be mixed up with it
    expect(dialogs.pop()()).toBe(undefined);
    await animationFrame();
    expect.verifySteps(["get_customer 2"]);
    await click("button[name=skip]");
    await animationFrame();
    expect("button[name=skip]").toHaveAttribute("aria-busy", "true");
    expect.verifySteps([]);
    await answer({ shipment_id: 3 });
    await animationFrame();
    expect.verifySteps(["skip 3", "open Skip"]);
});

test("who works with keys goes on at his button, whatever has moved", async () => {
    const { dialogs, answer } = await mountCustomer();
    onRpc("continuity.order", "action_open_pause", () => ({
        type: "ir.actions.act_window",
        name: "Pause",
    }));
    await contains("button[name=pause]").click();
    await animationFrame();
    document.activeElement.blur();
    dialogs[0]();
    await animationFrame();
    await answer({ actions: ["skip", "pause"] });
    expect("button[name=pause]").toBeFocused();
    document.activeElement.blur();
    dialogs[0]();
    await animationFrame();
    await answer({ actions: ["skip", "resume"] });
    expect(".o_continuity_cs_series h5 > a").toBeFocused();
    await contains("input[name=customer_search]").focus();
    dialogs[0]();
    await animationFrame();
    await answer({ actions: ["skip", "pause"] });
    expect("input[name=customer_search]").toBeFocused();
    expect.verifySteps([
        "open Pause",
        "get_customer 2",
        "get_customer 2",
        "get_customer 2",
    ]);
});

test("what is not offered any more after that is said", async () => {
    const { dialogs, answer } = await mountCustomer();
    onRpc("continuity.shipment", "action_open_skip", () => ({
        type: "ir.actions.act_window",
        name: "Skip",
    }));
    await contains("button[name=skip]").click();
    dialogs.pop()();
    await click("button[name=pause]");
    await answer({ actions: ["resume"] });
    await animationFrame();
    expect.verifySteps(["open Skip", "get_customer 2"]);
    expect(".o_notification").toHaveText(
        /CO00007 has changed: Pause is not offered any more\./
    );
    expect("button[name=resume]").toHaveAttribute("aria-disabled", "false");
});

test("a dialog that is closed because the screen is left reads nothing", async () => {
    const { dialogs } = await mountCustomer();
    onRpc("continuity.shipment", "action_open_skip", () => ({
        type: "ir.actions.act_window",
        name: "Skip",
    }));
    await contains("button[name=skip]").click();
    dialogs.pop()({ noReload: true });
    await animationFrame();
    expect.verifySteps(["open Skip"]);
});

test("what the server refuses frees the buttons", async () => {
    expect.errors(1);
    await mountCustomer();
    onRpc("continuity.order", "action_open_pause", () => {
        throw new Error("No.");
    });
    await contains("button[name=pause]").click();
    await animationFrame();
    expect.verifyErrors(["No."]);
    expect("button[name=pause]").toHaveAttribute("aria-busy", "false");
    expect("button[name=skip]").toHaveAttribute("aria-disabled", "false");
});

test("the customer chosen last is shown, whatever is answered first", async () => {
    const answer = slowServer(MODEL, "get_customer");
    browser.sessionStorage.setItem(
        "continuity_last_calls.7",
        JSON.stringify(CUSTOMERS.map(({ id, name }) => ({ id, name })))
    );
    onRpc("continuity.run", "get_troubles", () => []);
    await mountService();
    await contains(".o_continuity_cs_calls a:contains(Karen)").click();
    await contains(".o_continuity_cs_calls a:contains(Luis)").click();
    expect.verifySteps(["get_customer 2", "get_customer 3"]);
    await answer(getCustomer(3), 1);
    expect("h2").toHaveText("Luis Ferreira");
    await answer(getCustomer(2));
    expect("h2").toHaveText("Luis Ferreira");
    expect(queryAllTexts(".o_continuity_cs_calls a")[0]).toBe("Luis Ferreira");
});

test("Enter twice selects once and opens no second list", async () => {
    await mountScreen();
    await contains(SEARCH).edit("berg", { confirm: false });
    await press("Enter");
    await animationFrame();
    await press("Enter");
    await press("Enter");
    await animationFrame();
    await animationFrame();
    expect(".modal").toHaveCount(0);
    expect("h2").toHaveText("Anders Berg");
    expect.verifySteps(["search berg", "customer 1"]);
});

test("a new order is made once, and for who is chosen", async () => {
    const { dialogs } = await mountCustomer();
    const answer = slowServer(MODEL, "create_order");
    await dblclick("button[name=new_order]");
    await animationFrame();
    expect("button[name=new_order]").toHaveAttribute("aria-busy", "true");
    expect.verifySteps(["create_order 2"]);
    await answer({ id: 9, name: "S00009" });
    expect(dialogs).toHaveLength(1);
    expect.verifySteps(["open S00009"]);
});

test("a screen that reads itself anew is not built anew by its dialogs", async () => {
    const showAnew = registry.category("actions").get("continuity_show_anew");
    onRpc("continuity.run", "get_troubles", () => []);
    const { env } = await mountService();
    expect(showAnew(env).type).toBe("ir.actions.act_window_close");
});

test("what is wrong cannot be said: the screen works all the same", async () => {
    expect.errors(1);
    onRpc("continuity.run", "get_troubles", () => {
        throw new Error("No answer.");
    });
    await mountService();
    await animationFrame();
    expect.verifyErrors(["No answer."]);
    expect(SEARCH).toHaveCount(1);
});
