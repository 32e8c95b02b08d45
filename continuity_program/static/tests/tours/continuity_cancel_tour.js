import { registry } from "@web/core/registry";

/** Cancel in the middle: figures, draft credit note, posted, rows reduced, refund. */
registry.category("web_tour.tours").add("continuity_cancel_upfront", {
    steps: () => [
        {
            content: "Cancel the running order",
            trigger: ".o_form_view button[name=action_open_cancel]",
            run: "click",
        },
        {
            content: "The dialog says what comes back before it happens",
            trigger: ".modal [name=effect_html]:contains(30.00 back to the customer)",
        },
        {
            content: "Instalments that fall away stand in it, too",
            trigger: ".modal [name=effect_html] tr:contains(P3)",
        },
        {
            content: "A reason that is counted, and the customer's own words",
            trigger: ".modal [name=end_reason_id] input",
            run: "click",
        },
        {
            trigger: ".o_select_menu_item:contains(Moved away, ill or deceased)",
            run: "click",
        },
        {
            trigger: ".modal [name=reason] input",
            run: "edit Moved abroad",
        },
        {
            trigger: ".modal button[name=action_apply]:visible",
            run: "click",
        },
        {
            content: "The order has ended, the documents are one click away",
            trigger: "body:not(:has(.modal)) [name=end_reason]:contains(Moved abroad)",
        },
        {
            trigger: "button[name=action_view_moves]",
            run: "click",
        },
        {
            content: "The draft credit note",
            trigger: ".o_list_view .o_data_row:contains(Draft) td[name=name]",
            run: "click",
        },
        {
            trigger: ".o_form_view button[name=action_post]:visible",
            run: "click",
        },
        {
            content: "Posted",
            trigger: ".o_arrow_button_current[data-value=posted]",
        },
        {
            content: "Back to the order",
            trigger: ".o_breadcrumb .o_back_button, .breadcrumb-item:first a",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row",
        },
        {
            trigger: ".o_breadcrumb .o_back_button, .breadcrumb-item:first a",
            run: "click",
        },
        {
            content: "The refund is proposed",
            trigger: ".o_form_view [name=amount_to_refund]:contains(30.00)",
        },
        {
            trigger: ".o_form_view button[name=action_refund]",
            run: "click",
        },
        {
            trigger: ".modal footer .btn-primary",
            run: "click",
        },
        {
            content: "It was made through the provider",
            trigger: ".o_notification:contains(Refunded)",
        },
        {
            trigger: ".o_form_view:not(:has(button[name=action_refund]))",
        },
    ],
});
