import { registry } from "@web/core/registry";

import { key, keys } from "./continuity_keys";

/**
 * What an agent presses for each call. Every key and every click is counted as the
 * browser sees it; the bars are those of the test that starts the tour.
 */

// Money and mails: a busy machine needs longer than ten seconds
const SLOW = 30000;
const MODIFIERS = ["Alt", "Control", "Meta", "Shift"];
const SEARCH = ".o_continuity_cs_search input";

const counts = {};
let call = "";

function count() {
    if (call) {
        counts[call] += 1;
    }
}

/** Count from here on, under the name of a call. */
function begin(name) {
    return {
        content: `Call: ${name}`,
        trigger: "body:not(:has(.modal)):not(:has(.o_blockUI))",
        run() {
            call = name;
            counts[name] = 0;
        },
    };
}

function end() {
    return {
        trigger: "body:not(:has(.modal)):not(:has(.o_blockUI))",
        run() {
            call = "";
        },
    };
}

/** A series has the name of the call it waits for. */
function card(name) {
    return `.o_continuity_cs_series[aria-label="${name}"]`;
}

/** Open a dialog of a series, read it, answer, press its button; see that it is done. */
function ask(name, button, { reads, answers = [], apply = "action_apply", done }) {
    return [
        begin(name),
        { trigger: `${card(name)} button[name=${button}]`, run: "click" },
        { content: "What it means is said first", trigger: `.modal :contains(${reads})` },
        ...answers,
        { trigger: `.modal footer button[name=${apply}]:visible`, run: "click" },
        { trigger: `.o_notification:contains(${done})`, timeout: SLOW },
        end(),
    ];
}

/** One of several radio buttons, by its words. */
function choose(field, words) {
    const item = `.modal [name=${field}] .o_radio_item:contains(${words})`;
    return [
        { trigger: `${item} input`, run: "click" },
        { trigger: `${item} input:checked` },
    ];
}

/** The first reason of a list that has to be chosen from. */
function chooseReason() {
    return [
        { trigger: ".modal [name=end_reason_id] input", run: "click" },
        { trigger: ".o_select_menu_item:not(.o_select_menu_placeholder):eq(0)", run: "click" },
    ];
}

registry.category("web_tour.tours").add("continuity_calls", {
    steps: () => [
        {
            content: "Everything is counted as the browser sees it",
            trigger: `${SEARCH}:focus`,
            run() {
                window.addEventListener("pointerdown", count, true);
                window.addEventListener(
                    "keydown",
                    (ev) => !MODIFIERS.includes(ev.key) && count(),
                    true
                );
            },
        },
        // === ONE SALE, BY KEYS ALONE === //
        begin("I want the book club"),
        keys("Karen"),
        key("Tab"),
        key("Enter", ".modal tr[aria-selected=true]:contains(Karen Berg)"),
        key("Enter", "button[name=new_order]:focus"),
        {
            content: "The cursor is in the first line",
            trigger: ".o_selected_row [name=product_template_id] input:focus",
        },
        keys("88000"),
        key(
            "Tab",
            ".o-autocomplete--dropdown-item:has(.ui-state-active):contains(88000)"
        ),
        key("Alt+q", ".modal button[name=action_wizard_done]:focus"),
        key("Alt+q", "body:not(:has(.modal)) button[name=action_continuity_complete]"),
        key("Alt+q", ".modal button[name=action_submit]"),
        {
            trigger: ".o_notification:contains(submitted) button:text(Next call)",
            timeout: SLOW,
        },
        end(),
        { trigger: ".o_notification button:text(Next call)", run: "click" },
        // === THE CUSTOMER IS FOUND === //
        { trigger: SEARCH, run: "edit Karen" },
        key("Enter", SEARCH),
        { trigger: ".modal button[name=select]", run: "click" },
        { trigger: ".o_continuity_cs_customer:contains(Karen Berg)" },
        // === IT IS ON THE SCREEN === //
        begin("Where is my parcel?"),
        { trigger: `${card("I sent it back")} [role=listitem][aria-label*=Parcel]:visible` },
        end(),
        begin("What comes next?"),
        { trigger: `${card("Not this one")} .o_continuity_cs_next:contains(Goods A)` },
        end(),
        begin("What do I owe?"),
        { trigger: `${card("What do I owe?")} .o_continuity_cs_open:contains(30.00)` },
        end(),
        // === ONE PARCEL === //
        ...ask("Not this one", "skip", {
            reads: "the total goes from",
            done: "is skipped",
        }),
        ...ask("Later, please", "postpone", {
            reads: "instead of",
            done: "is postponed to",
        }),
        ...ask("Another product", "swap", {
            reads: "From the program",
            answers: choose("offered_id", "Goods C"),
            done: "Goods C is sent instead of Goods A",
        }),
        // === THE SERIES === //
        ...ask("Stop after the next", "end", {
            reads: "The last parcel leaves on",
            answers: chooseReason(),
            done: "The series ends with shipment 1",
        }),
        ...ask("Pause until spring", "pause", {
            reads: "Until then nothing is sent",
            answers: [
                { trigger: ".modal [name=month] .o_radio_item:eq(3) input", run: "click" },
                { trigger: ".modal [name=effect]:contains(Shipment 1)" },
            ],
            apply: "action_pause",
            done: "is paused until",
        }),
        begin("I moved"),
        { trigger: `${card("I moved")} button[name=address]`, run: "click" },
        { trigger: ".modal [name=partner_shipping_id] input", run: "click" },
        {
            trigger: ".o-autocomplete--dropdown-item:contains(Summer house) a",
            run: "click",
        },
        { trigger: ".modal footer .o_form_button_save", run: "click" },
        end(),
        // === CARDS === //
        begin("A new card, by link"),
        { trigger: `${card("A new card")} button[name=link]`, run: "click" },
        { trigger: ".o_notification:contains(karen.berg@example.com)", timeout: SLOW },
        end(),
        begin("A new card, by telephone"),
        { trigger: `${card("A new card")} button[name=card]`, run: "click" },
        {
            content: "Its number is typed into the form of the provider",
            trigger: ".o_continuity_card_dialog",
            timeout: SLOW,
            run() {
                call = "";
            },
        },
        { trigger: ".o_continuity_card_dialog .btn-close", run: "click" },
        // === MONEY BACK === //
        ...ask("I sent it back", "return", {
            reads: "Credit note",
            answers: choose("cause", "Sent back"),
            done: "Credit note for",
        }),
        ...ask("I got the wrong one", "return", {
            reads: "Credit note",
            answers: choose("cause", "Wrong product"),
            done: "Replaced",
        }),
        ...ask("Cancel everything", "cancel", {
            reads: "These shipments are dropped",
            answers: chooseReason(),
            done: "is cancelled",
        }),
        {
            trigger: "body:not(:has(.modal))",
            run() {
                console.log(`CALLS ${JSON.stringify(counts)}`);
            },
        },
    ],
});
