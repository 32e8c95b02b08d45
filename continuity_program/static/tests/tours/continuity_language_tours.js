import { registry } from "@web/core/registry";
import { key, keys } from "./continuity_keys";

/**
 * Screens in another language: no step here knows a word of any. What a person can read
 * on each of them goes to the log, for the test that starts the tour.
 */

const tours = registry.category("web_tour.tours");
const SLOW = 30000;
const SEARCH = ".o_continuity_cs_search input";
const CARD = ".o_continuity_cs_series";
/** What is said beside the text: by the browser, and to those who do not see it */
const SAID = ["title", "placeholder", "aria-label", "alt", "data-tooltip"];

function getTexts() {
    const texts = new Set();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const { parentElement, textContent } = walker.currentNode;
        if (!parentElement.closest("script, style") && parentElement.checkVisibility()) {
            texts.add(textContent);
        }
    }
    for (const name of SAID) {
        for (const element of document.querySelectorAll(`[${name}]`)) {
            if (element.checkVisibility()) {
                texts.add(element.getAttribute(name));
            }
        }
    }
    return [...texts].map((text) => text.trim()).filter(Boolean);
}

/** Can the page be moved sideways? */
function isWide() {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth > clientWidth;
}

/** Read the screen once it is quiet. */
function read(name, trigger) {
    return {
        content: `Read ${name}`,
        trigger: `body:not(:has(.o_blockUI)) ${trigger}`,
        run() {
            const screen = { name, texts: getTexts(), wide: isWide() };
            console.log(`READ ${JSON.stringify(screen)}`);
        },
    };
}

/** A dialog of a series, left as it was. */
function readDialog(button) {
    return [
        { trigger: `${CARD} button[name=${button}]`, run: "click" },
        read(`dialog ${button}`, ".modal .o_form_view"),
        { trigger: ".modal .btn-close", run: "click" },
        { trigger: "body:not(:has(.modal))" },
    ];
}

/** Everything takes as long as a busy machine needs. */
function patient(steps) {
    return steps.map((step) => ({ timeout: SLOW, ...step }));
}

const SALE = [
    { trigger: `${SEARCH}:focus` },
    read("Customer service, empty", SEARCH),
    keys("Karen"),
    key("Tab"),
    read("customers found", ".modal tr[aria-selected=true]"),
    key("Enter", ".modal tr[aria-selected=true]"),
    read("the customer", ".o_continuity_cs_customer"),
    key("Enter", "button[name=new_order]:focus"),
    { trigger: ".o_selected_row [name=product_template_id] input:focus" },
    keys("88000"),
    key(
        "Tab",
        ".o-autocomplete--dropdown-item:has(.ui-state-active):contains(88000)"
    ),
    read("wizard", ".modal button[name=action_wizard_done]:focus"),
    key("Alt+q", ".modal button[name=action_wizard_done]:focus"),
    { trigger: "body:not(:has(.modal))" },
    read("quotation", ".o_form_view button[name=action_continuity_complete]:visible"),
    key("Alt+q", "body:not(:has(.modal)) button[name=action_continuity_complete]"),
    read("recap", ".modal .o_continuity_recap"),
    key("Alt+q", ".modal button[name=action_submit]"),
    read("submitted", ".o_notification_buttons button"),
    { trigger: ".o_notification_buttons button", run: "click" },
    { trigger: SEARCH, run: "edit Karen" },
    key("Enter", SEARCH),
    { trigger: ".modal button[name=select]", run: "click" },
    read("her series", CARD),
    ...["skip", "move", "swap", "postpone", "end", "pause", "cancel", "hold"].flatMap(
        readDialog
    ),
    { trigger: `${CARD} h5 a:eq(0)`, run: "click" },
    read("continuity order", ".o_form_view [name=shipment_ids]"),
];

tours.add("continuity_language_sale", { steps: () => patient(SALE) });

function open(name, link, trigger) {
    return [
        { trigger: `${link}:visible:eq(0)`, run: "click", expectUnloadPage: true },
        read(name, trigger),
    ];
}

const PORTAL = [
    read("series of the customer", "#wrapwrap main a[href*='/my/continuity/']"),
    ...open(
        "one series",
        "main a[href*='/my/continuity/']",
        "#wrapwrap .o_continuity_schedule:visible"
    ),
    ...open("one order", "main a[href*='/my/orders/']", "#quote_content"),
    ...open("orders", "#wrapwrap a[href^='/my/orders']", "main a[href*='/my/orders/']"),
];

tours.add("continuity_language_portal", { steps: () => patient(PORTAL) });
