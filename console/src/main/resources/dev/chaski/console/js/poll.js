// Asks for something again and again: while the page is seen, and more slowly while the broker does not answer.
import { refresh } from './render.js';

const RETRY_MS_MAX = 10_000;

/** Holds the newest answer in `data` and the reason of the last failure in `error`. */
export class Poll {
    /** `load` takes a signal that ends it; `onData` sees each answer before the page is drawn. */
    constructor(load, periodMs, onData = () => {}) {
        this.load = load;
        this.periodMs = periodMs;
        this.onData = onData;
        this.data = null;
        this.error = null;
        this.failures = 0;
        this.timer = null;
        this.aborter = null;
        this.seen = () => document.visibilityState === 'visible' && this.now();
        document.addEventListener('visibilitychange', this.seen);
        this.now();
    }

    /** Asks at once; what is under way is given up. */
    now() {
        clearTimeout(this.timer);
        this.aborter?.abort();
        this.aborter = new AbortController();
        return this.run(this.aborter);
    }

    async run(aborter) {
        try {
            const data = await this.load(aborter.signal);
            if (aborter.signal.aborted) {
                return;
            }
            this.data = data;
            this.error = null;
            this.failures = 0;
            this.onData(data);
        } catch (error) {
            if (aborter.signal.aborted) {
                return;
            }
            this.error = error;
            this.failures += 1;
            // What is gone is not shown any more; what cannot be asked for just now stays.
            this.data = error.status === 404 ? null : this.data;
        }
        refresh();
        this.schedule();
    }

    schedule() {
        if (document.visibilityState === 'visible') {
            // What is not there may be made any moment; who does not answer is asked less and less.
            const doublings = this.error?.status === 404 ? 1 : Math.min(this.failures, 3);
            const wait = Math.min(this.periodMs * 2 ** doublings, Math.max(RETRY_MS_MAX, this.periodMs));
            this.timer = setTimeout(() => this.now(), wait);
        }
    }

    close() {
        clearTimeout(this.timer);
        this.aborter?.abort();
        document.removeEventListener('visibilitychange', this.seen);
    }
}
