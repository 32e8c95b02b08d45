import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { press, queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { browser } from "@web/core/browser/browser";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    mockService,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
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

function getCustomer(id) {
    return {
        customer: { ...CUSTOMERS[id - 1] },
        banners: [],
        series: [],
        finished: [],
        orders: [],
        messages: [],
    };
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
    await mountWithCleanup(CustomerService, {
        props: { action: {}, actionId: 1, updateActionState: () => {}, className: "" },
    });
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
