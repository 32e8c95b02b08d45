import { registry } from "@web/core/registry";

/** A manager opens the list of runs, sees that a process broke off, and opens it. */
registry.category("web_tour.tours").add("continuity_run_trouble", {
    steps: () => [
        {
            content: "The list says which process broke off",
            trigger:
                ".o_continuity_run_trouble:contains('broke off'):contains('Out of coffee')",
        },
        {
            content: "The list itself is there, too",
            trigger: ".o_list_view .o_data_row",
        },
        {
            content: "Open the run",
            trigger: ".o_continuity_run_trouble button:contains('Open')",
            run: "click",
        },
        {
            content: "The run says what happened",
            trigger: ".o_form_view .alert-warning:contains('Out of coffee')",
        },
    ],
});
