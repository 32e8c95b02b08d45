import { describe, expect, test } from "@odoo/hoot";
import { queryOne } from "@odoo/hoot-dom";
import { startInteraction } from "@web/../tests/public/helpers";
import { ContinuitySendOnce } from "@continuity_program/frontend/send_once";

describe.current.tags("interaction_dev");

test("a form of the customer is sent once", async () => {
    await startInteraction(
        ContinuitySendOnce,
        `<form class="o_continuity_send_once"><button type="submit">Pay now</button></form>`
    );
    const submit = () => {
        const ev = new Event("submit", { cancelable: true });
        queryOne("form").dispatchEvent(ev);
        return !ev.defaultPrevented;
    };
    expect(submit()).toBe(true);
    expect("button").toHaveClass("o_btn_loading");
    expect(submit()).toBe(false);
    // Back by the browser's own button
    window.dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
    expect("button").not.toHaveClass("o_btn_loading");
    expect(submit()).toBe(true);
});
