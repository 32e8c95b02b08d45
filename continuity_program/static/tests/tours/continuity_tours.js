import { registry } from "@web/core/registry";

import {
    addCreditCard,
    complete,
    createChildOrders,
    discardWizard,
    fillCardPage,
    newSalesOrder,
    openCustomerService,
    openPencil,
    processPayments,
    seeBadge,
    seeWizard,
    selectCustomer,
    submit,
    submitDeclined,
    typeProduct,
} from "./continuity_tour_utils";

const tours = registry.category("web_tour.tours");

/** The walk-through: from the search to the first child order. */
function walkThrough({ code, headline, due, payments, declined = [] }) {
    const memory = {};
    return [
        ...openCustomerService(),
        ...selectCustomer("Karen", "Karen Berg"),
        ...newSalesOrder(memory),
        ...typeProduct(code, true),
        ...seeWizard(headline),
        ...discardWizard(),
        ...seeBadge(),
        ...openPencil(code),
        ...seeWizard(headline),
        ...discardWizard(),
        ...complete(),
        ...seeWizard(headline),
        ...declined,
        ...addCreditCard(),
        ...submit(due),
        ...processPayments(code, payments),
        ...createChildOrders(code, memory, "1 child order created"),
        ...createChildOrders(code, memory, "0 child orders created"),
    ];
}

tours.add("continuity_walk_through_a", {
    steps: () =>
        walkThrough({
            code: "88000",
            headline: "3 shipments, $ 90.00 in all",
            due: "$ 30.00",
            payments: "0 processed",
        }),
});

tours.add("continuity_walk_through_c", {
    steps: () =>
        walkThrough({
            code: "88001",
            headline: "Today $ 90.00",
            due: "$ 90.00",
            payments: "0 processed",
            declined: submitDeclined(),
        }),
});

function chooseCustomer(name) {
    return [
        {
            content: "Choose the customer",
            trigger: ".o_form_view [name=partner_id] input",
            run: `edit ${name}`,
        },
        {
            trigger: `.o-autocomplete--dropdown-item:contains(/^${name}/)`,
            run: "click",
        },
    ];
}

const HEADLINE = "3 shipments, $ 90.00 in all";

tours.add("continuity_wizard_after_configured_line", {
    steps: () => [
        ...chooseCustomer("Karen Berg"),
        ...typeProduct("Bookmark"),
        {
            content: "The configurator of the ordinary product",
            trigger: ".modal .o_sale_product_configurator_table:contains(Colour)",
        },
        {
            trigger: ".modal footer button:text(Confirm)",
            run: "click",
        },
        { trigger: ".o_data_row:contains(Bookmark)" },
        ...typeProduct("88000"),
        ...seeWizard(HEADLINE),
        ...discardWizard(),
        ...seeBadge(),
    ],
});

tours.add("continuity_wizard_without_customer", {
    steps: () => [
        ...typeProduct("88000"),
        {
            content: "Odoo marks the customer as missing; no wizard opens",
            trigger: ".o_form_view .o_field_invalid[name=partner_id]",
        },
        ...chooseCustomer("Karen Berg"),
        ...openPencil("88000"),
        ...seeWizard(HEADLINE),
        ...discardWizard(),
    ],
});

tours.add("continuity_card_by_link", {
    steps: () => [
        { trigger: "body[is-ready=true]" },
        ...fillCardPage(),
        {
            content: "The card is stored",
            trigger: ".o_continuity_card_page[data-card-stored] .alert-success:contains(•••• 4242)",
        },
    ],
});
