import { Component, onWillStart, onWillUnmount, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** How often a run that is under way is asked how far it is, in milliseconds. */
const PAUSE = 2000;
const UNFINISHED = ["queued", "running"];
const FIELDS = [
    "state",
    "progress",
    "progress_text",
    "done_count",
    "skipped_count",
    "failed_count",
    "is_at_work",
];

/**
 * How far a run in the background is.
 *
 * It asks instead of listening: a run is watched by one person for some minutes, and
 * the bar also works where no web socket gets through. The form is loaded again when
 * the run has ended.
 */
export class RunProgressField extends Component {
    static template = "continuity_program.RunProgressField";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.run = useState({ progress: 0, progress_text: "", counts: "", isMoving: true });
        onWillStart(() => this.refresh());
        onWillUnmount(() => {
            this.isGone = true;
            browser.clearTimeout(this.timer);
        });
    }

    async refresh() {
        const { resModel, resId } = this.props.record;
        try {
            const [run] = await this.orm.silent.read(resModel, [resId], FIELDS);
            if (run) {
                this.show(run);
            }
        } catch (error) {
            // A request that got lost is no reason to stop asking; what the server
            // refuses is said once, not every two seconds.
            if (!(error instanceof ConnectionLostError)) {
                this.hasEnded = true;
                Promise.reject(error);
            }
        }
        if (!this.isGone && !this.hasEnded) {
            this.timer = browser.setTimeout(() => this.refresh(), PAUSE);
        }
    }

    show(run) {
        this.run.progress = Math.round(run.progress);
        this.run.progress_text = run.progress_text;
        this.run.isMoving = run.is_at_work;
        this.run.counts = _t("%(done)s done, %(skipped)s left out, %(failed)s failed", {
            done: run.done_count,
            skipped: run.skipped_count,
            failed: run.failed_count,
        });
        this.hasEnded = !UNFINISHED.includes(run.state);
        const shown = this.props.record.data.state;
        if (!this.isGone && this.hasEnded && UNFINISHED.includes(shown)) {
            this.props.record.load();
        }
    }
}

registry.category("fields").add("continuity_run_progress", {
    component: RunProgressField,
    supportedTypes: ["float"],
});
