import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const tours = registry.category("web_tour.tours");

const SLOW = 30000;
const MENU = "continuity_program.continuity";

function openApp() {
    return [
        stepUtils.showAppsMenuItem(),
        {
            content: "Open the app",
            trigger: `.o_app[data-menu-xmlid="${MENU}_menu_root"]`,
            run: "click",
        },
    ];
}

function openMenu(section, entry) {
    return [
        {
            content: `Menu ${section}`,
            trigger: `.o_menu_sections [data-menu-xmlid="${MENU}_${section}_menu"]`,
            run: "click",
        },
        {
            content: `Entry ${entry}`,
            trigger: `.o-dropdown--menu [data-menu-xmlid="${MENU}_${entry}_menu"]`,
            run: "click",
        },
    ];
}

/** A manager looks at the difference and releases it, looks again and applies it. */
tours.add("continuity_update_release", {
    steps: () => [
        ...openApp(),
        ...openMenu("configuration", "program_configuration"),
        {
            content: "Open the program",
            trigger: ".o_data_row:contains(CP-88000) td[name=name]",
            run: "click",
        },
        {
            content: "Apply to running orders",
            trigger: ".o_form_view button[name=action_open_update]:text(Apply to running orders)",
            run: "click",
        },
        {
            content: "It says how many orders change, and the money",
            trigger: ".modal [name=summary]:contains(2 of 2 running orders change)",
            timeout: SLOW,
        },
        {
            content: "Per order: what moves",
            trigger: ".modal .o_data_row:contains(moves to) td[name=order_id]",
        },
        {
            content: "What is kept, and why",
            trigger: ".modal .o_data_row:contains(it was changed for the customer)",
        },
        {
            content: "Release for tonight",
            trigger: ".modal footer button[name=action_release]",
            run: "click",
        },
        {
            content: "The program says so; look at it again",
            trigger:
                ".o_form_view .alert:contains(Released to running orders) button[name=action_open_update]",
            run: "click",
        },
        {
            content: "Apply now",
            trigger: ".modal footer button[name=action_apply]",
            run: "click",
        },
        {
            content: "The run says what it did",
            trigger:
                ".o_form_view [name=message]:contains(Continuity orders updated: 2.)",
            timeout: SLOW,
        },
    ],
});

function mark(text) {
    return [
        {
            content: `Mark ${text}`,
            trigger: `.o_data_row:contains(${text}) .o_list_record_selector input`,
            run: "click",
        },
    ];
}

/** One shipment and the later ones of its order. */
function moveByAWeek(text) {
    return [
        ...mark(text),
        {
            content: "Update date",
            trigger: ".o_control_panel button[name=action_open_update_date]",
            run: "click",
        },
        {
            content: "By a number of days",
            trigger: ".modal [name=date_mode] .o_radio_item:contains(By a number of days) input",
            run: "click",
        },
        {
            content: "Seven",
            trigger: ".modal [name=days] input",
            run: "edit 7 && press Tab",
        },
        {
            content: "Old and new dates of this one and the later ones",
            trigger: ".modal [name=preview_html] tbody tr:count(2)",
        },
        {
            content: "Apply",
            trigger: ".modal footer button[name=action_apply]",
            run: "click",
        },
        {
            content: "It is marked as changed",
            trigger: `body:not(:has(.modal)) .o_data_row.text-info:contains(${text})`,
        },
    ];
}

/** Find, mark, move, undo, move again; mark all, substitute. */
tours.add("continuity_update_bulk", {
    steps: () => [
        ...openApp(),
        ...openMenu("periodic", "update"),
        {
            content: "Find the shipments of a product",
            trigger: ".o_searchview_input",
            run: "edit Goods B",
        },
        {
            content: "Search for it as a product",
            trigger: ".o_searchview_autocomplete .o-dropdown-item:contains(Product for)",
            run: "click",
        },
        {
            content: "Only those are left",
            trigger: ".o_list_view:has(.o_data_row:count(2))",
        },
        ...moveByAWeek("Karen Berg"),
        {
            content: "She did not mean it: undo",
            trigger: ".o_continuity_done:contains(1 shipment was changed) button:text(Undo)",
            run: "click",
        },
        {
            content: "It is said, and nothing is marked as changed",
            trigger:
                "body:has(.o_notification:contains(is as it was)) .o_data_row:not(.text-info):contains(Karen Berg)",
        },
        ...moveByAWeek("Karen Berg"),
        {
            content: "Mark all",
            trigger: ".o_list_view thead .o_list_record_selector input",
            run: "click",
        },
        {
            content: "Substitution",
            trigger: ".o_control_panel button[name=action_open_substitution]",
            run: "click",
        },
        {
            content: "By another product",
            trigger: ".modal [name=new_product_id] input",
            async run(helpers) {
                const item = ".o-autocomplete--dropdown-item:has(.ui-state-active)";
                await helpers.edit("Goods Z");
                await helpers.waitFor(`${item}:contains(Goods Z)`, {
                    visible: true,
                    timeout: 5000,
                });
                await helpers.press("Tab");
            },
        },
        {
            content: "The preview shows both, at the price they were sold at",
            trigger: ".modal [name=preview_html] tbody tr:contains(Goods Z):count(2)",
        },
        {
            content: "Apply",
            trigger: ".modal footer button[name=action_apply]",
            run: "click",
        },
        {
            content: "Nothing sends it any more",
            trigger: "body:not(:has(.modal)) .o_view_nocontent:contains(No planned shipment)",
        },
    ],
});
