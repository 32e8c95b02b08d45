import { stepUtils } from "@web_tour/tour_utils";

/** Steps of the call-center walk-through, named after its rows. */

// Money and pages of other modules: a busy machine needs longer than ten seconds
const SLOW = 30000;
const MENU = "continuity_program.continuity";

export function openCustomerService() {
    return [
        stepUtils.showAppsMenuItem(),
        {
            content: "1 Open the app: it opens Customer service",
            trigger: `.o_app[data-menu-xmlid="${MENU}_menu_root"]`,
            run: "click",
        },
        {
            content: "1 The search field has the focus",
            trigger: ".o_continuity_cs_search input",
            run() {
                if (document.activeElement !== this.anchor) {
                    throw new Error("The search field has no focus");
                }
            },
        },
    ];
}

export function selectCustomer(term, name) {
    return [
        {
            content: `2 Type ${term}`,
            trigger: ".o_continuity_cs_search input",
            run: `edit ${term}`,
        },
        {
            content: "2 Tab opens the result list",
            trigger: ".o_continuity_cs_search input",
            run: "press Tab",
        },
        {
            content: "3 Mark the row",
            trigger: `.modal .o_continuity_cs_result tbody tr:has(strong:text(${name}))`,
            run: "click",
        },
        {
            trigger: `.modal tr.table-primary:has(strong:text(${name}))`,
        },
        {
            content: "4 Select",
            trigger: ".modal button[name=select]",
            run: "click",
        },
        {
            content: "4 She is the current customer",
            trigger: `.o_continuity_cs_customer h2:contains(${name})`,
        },
    ];
}

/** @param {Object} memory gets `order`, the number of the order */
export function newSalesOrder(memory) {
    return [
        {
            content: "5 New sales order",
            trigger: ".o_continuity_cs_customer button[name=new_order]",
            run: "click",
        },
        {
            content: "5 It is saved: note the number",
            trigger: ".o_form_view .oe_title [name=name]:contains(/S\\d+/)",
            run() {
                memory.order = this.anchor.textContent.trim();
            },
        },
    ];
}

/** @param {boolean} isFirst the cursor is in the first line of the order already */
export function typeProduct(code, isFirst) {
    const item = ".o_selected_row [name=product_template_id] input";
    return [
        isFirst
            ? { content: "6 The cursor is in the first line", trigger: `${item}:focus` }
            : {
                  content: "6 Add a product",
                  trigger: ".o_form_view [name=order_line] a:text(Add a product)",
                  run: "click",
              },
        {
            content: `6 Item number ${code}`,
            trigger: item,
            run: `edit ${code}`,
        },
        {
            content: "6 Its product is found",
            trigger: `.o-autocomplete--dropdown-item:has(.ui-state-active):contains(${code})`,
        },
        {
            content: "6 Tab",
            trigger: item,
            run: "press Tab",
        },
    ];
}

/** @param {string} text what the headline of the wizard says */
export function seeWizard(text) {
    return [
        {
            content: `The Continuity wizard says ${text}`,
            trigger: `.modal .o_continuity_wizard [name=headline]:contains(${text})`,
        },
        {
            content: "Three shipments",
            trigger: ".modal .o_continuity_wizard [name=schedule_html] tbody tr:count(3)",
        },
    ];
}

export function discardWizard() {
    return [
        {
            content: "Discard the wizard",
            trigger: ".modal:has(.o_continuity_wizard) footer button:text(Discard)",
            run: "click",
        },
        { trigger: "body:not(:has(.modal))" },
    ];
}

export function seeBadge() {
    return [
        {
            content: "The badge stays: payment missing",
            trigger: ".o_form_view .oe_title .badge:text(Payment missing)",
        },
    ];
}

/** @param {string} code of the product in the line */
export function openPencil(code) {
    return [
        {
            content: "Go into the line",
            trigger: `.o_data_row:contains([${code}]) td[name=product_template_id]`,
            run: "click",
        },
        {
            content: "The pencil opens the wizard again",
            trigger: ".o_selected_row [name=product_template_id] button.fa-pencil",
            run: "click",
        },
    ];
}

export function complete() {
    return [
        {
            content: "7 Complete",
            trigger: ".o_form_view button[name=action_continuity_complete]",
            run: "press Alt+q",
        },
    ];
}

/**
 * The form of the payment provider, in the frame of the dialog or on a page.
 *
 * Buttons and lists are used without moving the pointer: the page is left by them, and
 * the tour would hang on leaving an element that is in no document any more.
 *
 * @param {string} root selector of the frame or the page
 * @param {string} outside an element that stays; the pointer rests there
 * @param {boolean} isPage the page of the tour is left
 */
function fillCard(root, outside, isPage) {
    return [
        {
            content: "9 The number of the card",
            trigger: `${root} #o_payment_form #customer_input`,
            run: "edit 4242 4242 4242 4242",
        },
        {
            content: "9 The pointer leaves the form",
            trigger: outside,
            run: "hover",
        },
        {
            content: "9 Save",
            trigger: `${root} button[name=o_payment_submit_button]:enabled`,
            run() {
                this.anchor.click();
            },
            expectUnloadPage: isPage,
        },
        {
            content: "10 Until when it is valid: the month",
            trigger: `${root} .o_continuity_expiry_form select[name=month]`,
            timeout: SLOW,
            run() {
                this.anchor.value = "12";
            },
        },
        {
            content: "10 … and the year",
            trigger: `${root} .o_continuity_expiry_form select[name=year]`,
            run() {
                this.anchor.selectedIndex = 6;
            },
        },
        {
            content: "10 OK",
            trigger: `${root} .o_continuity_expiry_form button[type=submit]`,
            run() {
                this.anchor.click();
            },
            expectUnloadPage: isPage,
        },
    ];
}

export function addCreditCard() {
    return [
        {
            content: "9 Add credit card",
            trigger: ".modal .o_continuity_wizard button[name=action_add_card]",
            run: "click",
        },
        {
            content: "9 The form of the provider is there",
            trigger: ".o_continuity_card_dialog :iframe body[is-ready=true]",
            timeout: SLOW,
        },
        ...fillCard(
            ".o_continuity_card_dialog :iframe",
            ".o_continuity_card_dialog .modal-title",
            false
        ),
        {
            content: "10 The dialog closes and the card is chosen",
            trigger:
                ".modal .o_continuity_wizard [name=payment_token_id] input:value(4242)",
        },
        {
            content: "11 Nothing is missing any more",
            trigger:
                ".modal .o_continuity_wizard [name=charge_text]:contains(•••• 4242)",
        },
        {
            content: "11 The next key is OK",
            trigger: ".modal footer button[name=action_wizard_done]:focus",
        },
    ];
}

/** The stored card is proposed, then declined: the seller needs no mouse to take another. */
export function submitDeclined() {
    return [
        {
            content: "9 The customer's card is proposed, and said",
            trigger: ".modal .o_continuity_wizard [name=charge_text]:contains(•••• 0002)",
        },
        {
            content: "12 OK by its key",
            trigger: ".modal footer button[name=action_wizard_done]",
            run: "press Alt+q",
        },
        {
            content: "12 The summary begins at its top",
            trigger: ".modal-body:has(.o_continuity_recap):focus",
            run() {
                if (this.anchor.scrollTop) {
                    throw new Error("The summary does not begin at its top");
                }
            },
        },
        {
            content: "13 Submit by its key",
            trigger: ".modal-body:has(.o_continuity_recap):focus",
            run: "press Alt+q",
        },
        {
            content: "13 Declined: that is seen first",
            trigger: ".modal .alert-danger:contains(declined by the bank)",
            timeout: SLOW,
        },
        {
            content: "13 Another card has the focus",
            trigger: ".modal footer button[name=action_open_payment].btn-primary:focus",
            run: "press Alt+q",
        },
        {
            content: "13 The wizard of the declined card",
            trigger: ".modal .o_continuity_wizard [name=charge_text]:contains(•••• 0002)",
        },
    ];
}

/** A new card on a running order: the customer gave another one on the phone. */
export function addCardToOrder() {
    return [
        {
            content: "Add credit card",
            trigger: ".o_form_view button[name=action_add_card]",
            run: "click",
        },
        {
            content: "The form of the provider is there",
            trigger: ".o_continuity_card_dialog :iframe body[is-ready=true]",
            timeout: SLOW,
        },
        ...fillCard(
            ".o_continuity_card_dialog :iframe",
            ".o_continuity_card_dialog .modal-title",
            false
        ),
        { trigger: "body:not(:has(.modal))", timeout: SLOW },
    ];
}

export function fillCardPage() {
    return fillCard("#wrapwrap", ".o_continuity_card_page h3", true);
}

/** @param {string} due what is charged today */
export function submit(due) {
    return [
        {
            content: "12 OK",
            trigger: ".modal footer button[name=action_wizard_done]",
            run: "click",
        },
        {
            content: `12 The summary says what is due today: ${due}`,
            trigger: `.modal [name=amount_today]:contains(${due})`,
        },
        {
            content: "12 Read to the customer",
            trigger: ".modal [name=is_read] input",
            run: "check",
        },
        {
            content: "13 Submit",
            trigger: ".modal footer button[name=action_submit]",
            run: "click",
        },
        {
            content: "13 The order is confirmed",
            trigger:
                ".o_form_view .o_statusbar_status button[data-value=sale].o_arrow_button_current",
            timeout: SLOW,
        },
        { content: "14 Nothing asks again", trigger: "body:not(:has(.modal))" },
        {
            content: "14 What was done, and the next call",
            trigger: ".o_notification:contains(submitted) button:text(Next call)",
        },
    ];
}

function openPeriodic(job) {
    return [
        {
            content: "Periodic",
            trigger: `.o_menu_sections [data-menu-xmlid="${MENU}_periodic_menu"]`,
            run: "click",
        },
        {
            content: job,
            trigger: `.o-dropdown--menu [data-menu-xmlid="${MENU}_run_wizard_${job}_menu"]`,
            run: "click",
        },
    ];
}

/** @param {Function} getText the order has its number only while the tour runs */
function chooseInRun(field, getText) {
    return [
        {
            content: `Filter ${field}`,
            trigger: `.modal [name=${field}] input`,
            async run(helpers) {
                const item = ".o-autocomplete--dropdown-item:has(.ui-state-active)";
                const found = `${item}:contains(${getText()})`;
                await helpers.edit(getText());
                await helpers.waitFor(found, { visible: true, timeout: 5000 });
                // Not a click: a search that is still on would open the list again.
                await helpers.press("Tab");
            },
        },
        { trigger: "body:not(:has(.o-autocomplete--dropdown-menu))" },
        {
            content: `Filter ${field} is chosen`,
            trigger: `.modal [name=${field}] input`,
            run() {
                if (!this.anchor.value.includes(getText())) {
                    throw new Error(`${field} is not ${getText()}`);
                }
            },
        },
    ];
}

function runAndSee(message) {
    return [
        {
            content: "OK",
            trigger: ".modal footer button[name=action_run]",
            run: "click",
        },
        {
            content: `The run says ${message}`,
            trigger: `.o_form_view [name=message]:contains(${message})`,
            timeout: SLOW,
        },
    ];
}

export function processPayments(code, message) {
    return [
        ...openPeriodic("process_payments"),
        ...chooseInRun("product_id", () => code),
        ...runAndSee(message),
    ];
}

export function createChildOrders(code, memory, message) {
    return [
        ...openPeriodic("create_child_orders"),
        ...chooseInRun("product_id", () => code),
        ...(memory ? chooseInRun("sale_order_id", () => memory.order) : []),
        ...runAndSee(message),
    ];
}
