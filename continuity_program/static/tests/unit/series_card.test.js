import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    mockService,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { SeriesCard } from "@continuity_program/backend/customer_service/series_card";

describe.current.tags("desktop");
defineMailModels();

const SERIES = {
    id: 7,
    name: "CO00007",
    product: "Book of the Month",
    order_id: 8,
    order: "S00008",
    state: "running",
    state_label: "Running",
    alerts: [],
    next: {
        day: "Fri 10 Sep 2027",
        amount: "$ 14.94",
        products: "A novel",
        product_id: 3,
        until: "Can be changed until Thu 9 Sep 2027.",
    },
    parcels: [
        { id: 1, number: 1, day: "10 Aug", state: "done", state_label: "Done", title: "A" },
        { id: 2, number: 2, day: "10 Sep", state: "planned", state_label: "Planned", title: "B" },
    ],
    last: [],
    planned_text: "3 shipments",
    payment: "Visa •••• 4242",
    account: [{ name: "paid", label: "Paid", amount: "$ 14.94" }],
    open: "",
    actions: ["skip", "pause", "return"],
    shipment_id: 2,
    returnable_id: 1,
};

async function mountCard(values = {}) {
    mockService("action", {
        doAction(action, { onClose }) {
            expect.step(`open ${action.name}`);
            onClose();
        },
    });
    await mountWithCleanup(SeriesCard, {
        props: {
            series: { ...SERIES, ...values },
            isMarked: false,
            busy: "",
            perform: (id, key, callback) => {
                expect.step(key);
                return callback({ ...SERIES, ...values });
            },
            openRecord: (model, id) => expect.step(`record ${model} ${id}`),
            onChanged: (id) => expect.step(`changed ${id}`),
        },
    });
}

test("the server says which buttons there are", async () => {
    await mountCard();
    expect(queryAllTexts(".o_continuity_cs_buttons button")).toEqual([
        "Skip",
        "Pause",
        "Return",
    ]);
    expect(".o_continuity_cs_next").toHaveText(/Fri 10 Sep 2027\s*\$ 14\.94/);
    expect(".o_continuity_cs_account").toHaveText("Paid: $ 14.94");
});

test("a button asks its own record, and the screen is shown anew", async () => {
    onRpc(({ model, method, args }) => {
        if (method.startsWith("action_open_")) {
            expect.step(`${model} ${method} ${args[0]}`);
            return { type: "ir.actions.act_window", name: method };
        }
    });
    await mountCard();
    await contains("button[name=skip]").click();
    await contains("button[name=pause]").click();
    await contains("button[name=return]").click();
    expect.verifySteps([
        "7.skip",
        "continuity.shipment action_open_skip 2",
        "open action_open_skip",
        "changed 7",
        "7.pause",
        "continuity.order action_open_pause 7",
        "open action_open_pause",
        "changed 7",
        "7.return",
        "continuity.shipment action_open_return 1",
        "open action_open_return",
        "changed 7",
    ]);
});

test("resume asks first, then what was done is said", async () => {
    onRpc("continuity.order", "action_resume", () => {
        expect.step("resume");
        return { type: "ir.actions.client", tag: "continuity_done", name: "message" };
    });
    await mountCard({ state: "paused", actions: ["resume"] });
    await contains("button[name=resume]").click();
    await contains(".modal footer button:contains(Cancel)").click();
    expect.verifySteps(["7.resume"]);
    await contains("button[name=resume]").click();
    await contains(".modal footer button.btn-primary").click();
    expect.verifySteps(["7.resume", "7.resume", "resume", "open message", "changed 7"]);
});

test("a quotation goes on where it was sold", async () => {
    await mountCard({ state: "draft", next: false, actions: ["complete"] });
    expect(".o_continuity_cs_next").toHaveCount(0);
    await contains("button[name=complete]").click();
    expect.verifySteps(["7.complete", "record sale.order 8"]);
});

test("parcels are read to who does not see them", async () => {
    await mountCard({ alerts: ["On hold: waits"] });
    expect("[role=list] [role=listitem]").toHaveCount(2);
    expect("[role=listitem]:first").toHaveAttribute("aria-label", "Parcel 1, Done: A");
    expect("article").toHaveAttribute("aria-label", "Book of the Month");
    expect("[role=alert]").toHaveText("On hold: waits");
});
