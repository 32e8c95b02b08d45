import { registry } from "@web/core/registry";

import { key, keys, tabTo } from "./continuity_keys";
import { seeBadge, seeWizard } from "./continuity_tour_utils";

/** The walk-through of the call center by keys alone, from the menu to the second run. */

const SLOW = 30000;
const FREE = "body:not(:has(.modal)):not(:has(.o_blockUI))";
const FRAME = ".o_continuity_card_dialog :iframe";
const CARD = "4242424242424242";
const HEADLINE = "3 shipments, $ 90.00 in all";

function nobodyTakesTheMouse() {
    const refuse = (ev) => {
        throw new Error(`The mouse was used: ${ev.target.outerHTML.slice(0, 200)}`);
    };
    return {
        content: "Nobody takes the mouse",
        trigger: "body",
        run: () => window.addEventListener("pointerdown", refuse, true),
    };
}

/** A menu is found by its name. */
function openByKeys(menu) {
    return [
        key("Control+k", FREE),
        { trigger: ".o_command_palette_search input:focus", timeout: SLOW },
        keys(`/${menu}`),
        key("Enter", `.o_command.focused:contains(${menu})`),
    ];
}

function typeFound(text) {
    return [
        keys(text),
        key("Tab", `.o-autocomplete--dropdown-item:has(.ui-state-active):contains(${text})`),
        { trigger: "body:not(:has(.o-autocomplete--dropdown-menu))" },
    ];
}

/** Start a process for one item. */
function runByKeys(menu, message) {
    return [
        ...openByKeys(menu),
        { trigger: ".modal [name=product_id] input:focus", timeout: SLOW },
        ...typeFound("88000"),
        key("Alt+q", ".modal button[name=action_run]"),
        {
            content: `The run says ${message}`,
            trigger: `.o_form_view [name=message]:contains(${message})`,
            timeout: SLOW,
        },
    ];
}

function seeFocusOnFrame() {
    const { activeElement } = document;
    if (!activeElement?.matches(".o_continuity_card_dialog iframe")) {
        throw new Error(`The form has no focus, but ${activeElement?.outerHTML}`);
    }
}

/** Tab goes on to an element of the form; see below. */
function focusInFrame(selector, run = () => {}) {
    return {
        content: `Tab to ${selector} of the form`,
        trigger: `${FRAME} ${selector}:visible`,
        timeout: SLOW,
        run() {
            if (this.anchor.tabIndex < 0) {
                throw new Error(`Tab does not stop at ${selector}`);
            }
            this.anchor.focus();
            run(this.anchor);
        },
    };
}

/**
 * Keys that a page sends do nothing in a frame, nor in a list of the browser's own:
 * there a step does what the key would.
 */
function addCardByKeys() {
    const save = "button[name=o_payment_submit_button]:enabled";
    const expiry = ".o_continuity_expiry_form";
    return [
        tabTo(".modal .o_continuity_wizard button[name=action_add_card]"),
        key("Enter", "button[name=action_add_card]:focus"),
        { trigger: `${FRAME} body[is-ready=true]`, timeout: SLOW },
        {
            content: "The form has the focus",
            trigger: `${FRAME} #customer_input:visible`,
            run: seeFocusOnFrame,
        },
        focusInFrame("#customer_input"),
        keys(CARD),
        focusInFrame(save, (button) => button.click()),
        {
            content: "Until when it is valid: the form has the focus again",
            trigger: `${FRAME} ${expiry} select[name=month]`,
            timeout: SLOW,
            run: seeFocusOnFrame,
        },
        focusInFrame(`${expiry} select[name=month]`, (list) => (list.value = "12")),
        focusInFrame(`${expiry} select[name=year]`, (list) => (list.selectedIndex = 6)),
        focusInFrame(`${expiry} button[type=submit]`, (button) => button.click()),
        {
            content: "The dialog closes and the card is chosen",
            trigger: ".modal .o_continuity_wizard [name=payment_token_id] input:value(4242)",
            timeout: SLOW,
        },
    ];
}

registry.category("web_tour.tours").add("continuity_walk_through_keys", {
    steps: () => [
        nobodyTakesTheMouse(),
        { trigger: ".o_list_view .o_searchview_input" },
        ...openByKeys("Continuity"),
        { trigger: ".o_continuity_cs_search input:focus", timeout: SLOW },
        keys("Berg Karen"),
        key("Tab"),
        key("ArrowDown", ".modal tr[aria-selected=true]"),
        key("ArrowUp", ".modal tr[aria-selected=true]"),
        key("Enter", ".modal tr[aria-selected=true]:contains(Karen Berg)"),
        key("Enter", "button[name=new_order]:focus"),
        { trigger: ".o_selected_row [name=product_template_id] input:focus" },
        ...typeFound("88000"),
        ...seeWizard(HEADLINE),
        key("Alt+x", ".modal:has(.o_continuity_wizard)"),
        ...seeBadge(),
        // The fields of the order: behind its buttons, and before its lines
        tabTo(".o_form_view [name=partner_id] input", 12),
        tabTo(".o_form_view [name=payment_term_id] input"),
        key("Alt+q", `${FREE} button[name=action_continuity_complete]`),
        ...seeWizard(HEADLINE),
        { trigger: ".modal [name=payment_token_id] input:focus" },
        ...addCardByKeys(),
        key("Alt+q", ".modal button[name=action_wizard_done]:focus"),
        { trigger: ".modal [name=amount_today]:contains($ 30.00)", timeout: SLOW },
        // It begins with what is read aloud; the tick is behind it, and Tab leads back
        { trigger: ".modal .modal-body[role=region][aria-label]:focus" },
        tabTo(".modal [name=is_read] input"),
        key("Space", ".modal [name=is_read] input:focus"),
        { trigger: ".modal [name=is_read] input:checked" },
        tabTo(".modal .modal-body"),
        key("Alt+q", ".modal button[name=action_submit]"),
        {
            trigger: ".o_notification:contains(submitted) button:text(Next call)",
            timeout: SLOW,
        },
        ...runByKeys("Process continuity payments", "0 processed"),
        ...runByKeys("Create continuity child orders", "1 child order created"),
        ...runByKeys("Create continuity child orders", "0 child orders created"),
    ],
});
