// A stream of events from the broker that comes back by itself, and is there only while the page is seen: a browser keeps
// few connections to one broker, for all its tabs together.
import * as connection from './connection.js';

const RETRY_MS_MIN = 1_000;
const RETRY_MS_MAX = 8_000;

export class Stream {
    /** `handlers` takes the data of each event by its name, parsed; `onState` hears whether it is open. */
    constructor(url, handlers, onState = () => {}) {
        this.url = url;
        this.handlers = handlers;
        this.onState = onState;
        this.failures = 0;
        this.source = null;
        this.timer = null;
        this.look = () => (document.visibilityState === 'visible' ? this.open() : this.end());
        document.addEventListener('visibilitychange', this.look);
        this.look();
    }

    open() {
        this.end();
        const source = new EventSource(this.url);
        this.source = source;
        source.onopen = () => {
            this.failures = 0;
            connection.answered();
            this.onState(true);
        };
        source.onerror = () => this.retry();
        for (const [name, handler] of Object.entries(this.handlers)) {
            source.addEventListener(name, (event) => handler(JSON.parse(event.data)));
        }
    }

    /** The browser's own way back gives up on some errors and is hasty on others. */
    retry() {
        this.end();
        const wait = Math.min(RETRY_MS_MIN * 2 ** this.failures, RETRY_MS_MAX);
        this.failures += 1;
        this.timer = setTimeout(() => this.open(), wait);
    }

    end() {
        clearTimeout(this.timer);
        if (this.source !== null) {
            this.source.close();
            this.source = null;
            this.onState(false);
        }
    }

    close() {
        document.removeEventListener('visibilitychange', this.look);
        this.end();
    }
}
