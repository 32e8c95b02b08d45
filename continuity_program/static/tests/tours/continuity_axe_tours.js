import { loadJS } from "@web/core/assets";
import { registry } from "@web/core/registry";

import { key, keys } from "./continuity_keys";

const tours = registry.category("web_tour.tours");
/** Where the test has put axe-core. */
const AXE = "/continuity_program/axe.min.js";
const SLOW = 30000;
const IMPACTS = ["serious", "critical"];
const FREE = "body:not(:has(.modal)):not(:has(.o_blockUI))";
/** What axe says of Odoo's own widgets, by rule: nothing of ours makes it better. */
const ODOO = {
    "aria-allowed-attr": ".o-dropdown",
    "aria-dialog-name": ".modal",
    "aria-prohibited-attr": "#o_payment_form i[data-bs-toggle=tooltip]",
    "aria-required-parent": ".o_notebook_headers [role=tab]",
    "autocomplete-valid": ".o_select_menu_input",
    "button-name": ".o-dropdown, .o_button_more",
    "color-contrast": ".o_form_label, .o_form_label *",
};
const found = [];
/** Odoo's messages beside a form. */
const CHATTER = ".o-mail-Chatter";

/**
 * Ask axe-core about a part of the page.
 *
 * @param {string} name what is shown
 * @param {string} trigger what has to be there
 * @param {string} part selector of what is looked at
 */
function look(name, trigger, part) {
    return {
        content: `Ask axe about ${name}`,
        trigger,
        timeout: SLOW,
        async run() {
            await loadJS(AXE);
            const { violations } = await window.axe.run(
                { include: [part], exclude: [CHATTER] },
                { resultTypes: ["violations"], elementRef: true }
            );
            found.push(
                ...violations
                    .filter(({ impact }) => IMPACTS.includes(impact))
                    .flatMap(({ id, nodes }) =>
                        nodes
                            .filter((node) => !(id in ODOO && node.element.matches(ODOO[id])))
                            .map(({ html }) => `${name}: ${id}: ${html.slice(0, 200)}`)
                    )
            );
        },
    };
}

/** All of it is said at once. */
function sayWhatWasFound() {
    return {
        content: "Axe has found nothing",
        trigger: "body",
        run() {
            if (found.length) {
                throw new Error(`axe: ${found.join("\n")}`);
            }
        },
    };
}

function lookAtDialog(name, content = ".o_form_renderer") {
    return look(name, `.modal ${content}`, ".modal");
}

/** Open a dialog of a series, look at it, close it. */
function lookAtButton(button) {
    return [
        { trigger: `${FREE} .o_continuity_cs_series button[name=${button}]`, run: "click" },
        lookAtDialog(`the dialog ${button}`),
        { trigger: ".modal .btn-close", run: "click" },
        { trigger: FREE },
    ];
}

tours.add("continuity_axe_agent", {
    steps: () => [
        look("the empty search", ".o_continuity_cs_search input:focus", ".o_action_manager"),
        keys("Berg"),
        key("Tab"),
        lookAtDialog("the customers found", ".o_continuity_cs_result tbody tr"),
        key("Enter", ".modal tr[aria-selected=true]:contains(Karen Berg)"),
        look("the customer", ".o_continuity_cs_series", ".o_action_manager"),
        ...["skip", "move", "swap", "end", "pause", "cancel"].flatMap(lookAtButton),
        { trigger: `${FREE} button[name=new_order]`, run: "click" },
        { trigger: ".o_selected_row [name=product_template_id] input:focus" },
        keys("88000"),
        key("Tab", ".o-autocomplete--dropdown-item:has(.ui-state-active):contains(88000)"),
        lookAtDialog("the wizard", ".o_continuity_wizard [name=schedule_html] tbody tr"),
        key("Alt+q", ".modal button[name=action_wizard_done]:focus"),
        look(
            "the order",
            `${FREE} button[name=action_continuity_complete]`,
            ".o_form_view"
        ),
        key("Alt+q", `${FREE} button[name=action_continuity_complete]`),
        lookAtDialog("the recap", "button[name=action_submit]"),
        sayWhatWasFound(),
    ],
});

tours.add("continuity_axe_page", {
    steps: () => [
        look("the page", "body[is-ready=true] main", "main"),
        sayWhatWasFound(),
    ],
});
