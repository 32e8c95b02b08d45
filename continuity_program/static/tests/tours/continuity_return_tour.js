import { registry } from "@web/core/registry";

/** Goods come back: nothing is red before anybody could type, then the reason is. */
registry.category("web_tour.tours").add("continuity_return", {
    steps: () => [
        {
            trigger: ".o_form_view button[name=action_open_continuity_return]:visible",
            run: "click",
        },
        {
            content: "What can come back, and what it means",
            trigger: ".modal [name=line_ids] td[name=quantity]:contains(1.00)",
        },
        {
            trigger: ".modal [name=effect]:contains(Credit note)",
        },
        {
            content: "The dialog has just been opened",
            trigger: ".modal:not(:has(.o_field_invalid)) [name=reason] input",
        },
        {
            trigger: ".modal button[name=action_apply]",
            run: "click",
        },
        {
            content: "Now it is missing",
            trigger: ".modal .o_field_invalid[name=reason] input",
            run: "edit Broken in the mail",
        },
        {
            trigger: ".modal button[name=action_apply]",
            run: "click",
        },
        {
            content: "Taken back",
            trigger: "body:not(:has(.modal)) .o_form_view",
        },
    ],
});
