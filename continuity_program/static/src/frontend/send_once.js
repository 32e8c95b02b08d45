import { registry } from "@web/core/registry";
import { addLoadingEffect } from "@web/core/utils/ui";
import { Interaction } from "@web/public/interaction";

/** A form of the customer is sent once, and its button says that it works. */
export class ContinuitySendOnce extends Interaction {
    static selector = "form.o_continuity_send_once";
    dynamicContent = {
        _root: { "t-on-submit": this.onSubmit },
        // The browser shows a page again as it was left
        _window: { "t-on-pageshow": this.onPageShow },
    };

    onSubmit(ev) {
        if (this.restore) {
            ev.preventDefault();
            return;
        }
        this.restore = addLoadingEffect(this.el.querySelector("button[type=submit]"));
    }

    onPageShow(ev) {
        if (ev.persisted) {
            this.restore?.();
            this.restore = null;
        }
    }
}

registry
    .category("public.interactions")
    .add("continuity_program.send_once", ContinuitySendOnce);
