import { registry } from "@web/core/registry";

import { addCardToOrder, createChildOrders, processPayments } from "./continuity_tour_utils";

const tours = registry.category("web_tour.tours");
const MENU = "continuity_program.continuity";

function openWorkList() {
    return [
        {
            content: "Orders",
            trigger: `.o_menu_sections [data-menu-xmlid="${MENU}_orders_menu"]`,
            run: "click",
        },
        {
            content: "Payments to look after",
            trigger: `.o-dropdown--menu [data-menu-xmlid="${MENU}_payment_attention_menu"]`,
            run: "click",
        },
    ];
}

/** @param {string} reason of the group, with the number of its rows */
function openGroup(reason) {
    return [
        {
            content: `Open the group ${reason}`,
            trigger: `.o_list_view .o_group_header:contains(${reason})`,
            run: "click",
        },
    ];
}

/** Odoo keeps a group that was opened until the list is opened anew. */
function seeEmptyGroup(reason) {
    return [
        {
            content: `Nothing is left in ${reason}`,
            trigger: `.o_list_view .o_group_header:contains(${reason} (0))`,
        },
    ];
}

/** A charge without an answer, and a declined one whose card was mended. */
tours.add("continuity_payments_to_look_after", {
    steps: () => [
        ...openWorkList(),
        ...openGroup("No answer (1)"),
        {
            content: "It was paid",
            trigger: ".o_data_row button[name=action_open_paid]:has(.fa-check)",
            run: "click",
        },
        {
            content: "The reference of the provider",
            trigger: ".modal [name=provider_reference] input",
            run: "edit pi_12345",
        },
        {
            content: "Say so",
            trigger: ".modal footer button[name=action_answer]:visible",
            run: "click",
        },
        { trigger: "body:not(:has(.modal))" },
        ...seeEmptyGroup("No answer"),
        ...openGroup("Declined (1)"),
        {
            content: "Charge now",
            trigger: ".o_data_row button[name=action_charge_now]",
            run: "click",
        },
        {
            content: "Really",
            trigger: ".modal footer .btn-primary",
            run: "click",
        },
        {
            content: "The list is opened anew: nothing is left to do",
            trigger: ".o_view_nocontent:contains(Nothing to look after)",
        },
    ],
});

/** Mode D: declined, on hold, a new card, paid, shipped. */
tours.add("continuity_mode_d_declined", {
    steps: () => [
        ...openWorkList(),
        ...openGroup("Declined (1)"),
        {
            content: "Open the continuity order",
            trigger: ".o_data_row button[name=action_open_order]",
            run: "click",
        },
        {
            content: "It is on hold",
            trigger:
                ".o_form_view .o_statusbar_status button[data-value=on_hold].o_arrow_button_current",
        },
        ...addCardToOrder(),
        {
            content: "The hold is gone",
            trigger:
                ".o_form_view .o_statusbar_status button[data-value=running].o_arrow_button_current",
        },
        ...processPayments("88002", "1 charged"),
        ...createChildOrders("88002", null, "1 child order created"),
    ],
});
