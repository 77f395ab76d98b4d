// What a live tail keeps: the newest messages that match, and how many there were. No page in here.

export const KEPT_COUNT_MAX = 1000;
const RATE_WINDOW_MS = 3000;

export class TailBuffer {
    constructor() {
        this.kept = [];
        this.filter = '';
        this.isPaused = false;
        this.isHeld = false;
        /** What is shown while it is paused or held; null while it flows. */
        this.still = null;
        this.total = 0;
        /** How many there were when they were last drawn, or stood still. */
        this.seenTotal = 0;
        this.lost = 0;
        this.arrivals = [];
    }

    add(messages, now = Date.now()) {
        this.total += messages.length;
        this.arrivals.push([now, messages.length]);
        this.kept.push(...messages);
        if (this.kept.length > KEPT_COUNT_MAX) {
            this.kept.splice(0, this.kept.length - KEPT_COUNT_MAX);
        }
    }

    addLost(count) {
        this.lost += count;
    }

    /** What is shown stays, messages are kept and counted on: because its reader says so, or points at one of them. */
    setStill({ isPaused = this.isPaused, isHeld = this.isHeld }) {
        const wasStill = this.isPaused || this.isHeld;
        this.isPaused = isPaused;
        this.isHeld = isHeld;
        const isStill = isPaused || isHeld;
        if (isStill && !wasStill) {
            // As they were last drawn: nothing may move under the pointer.
            this.still = this.kept.slice(0, Math.max(0, this.kept.length - this.sinceStill));
        } else if (!isStill) {
            this.still = null;
        }
    }

    /** Messages that came and are not shown. */
    get sinceStill() {
        return this.total - this.seenTotal;
    }

    clear() {
        this.kept = [];
        this.still = this.still === null ? null : [];
    }

    /** The newest first, at most so many that contain the filter, in any case of letters. */
    shown(max) {
        const from = this.still ?? this.kept;
        this.seenTotal = this.still === null ? this.total : this.seenTotal;
        const wanted = this.filter.toLowerCase();
        const found = [];
        for (let i = from.length - 1; i >= 0 && found.length < max; i -= 1) {
            if (wanted === '' || from[i].body.toLowerCase().includes(wanted)) {
                found.push(from[i]);
            }
        }
        return found;
    }

    /** Messages per second over the last few. */
    ratePerSecond(now = Date.now()) {
        while (this.arrivals.length > 0 && this.arrivals[0][0] <= now - RATE_WINDOW_MS) {
            this.arrivals.shift();
        }
        return this.arrivals.reduce((sum, [, count]) => sum + count, 0) / (RATE_WINDOW_MS / 1000);
    }
}
