// The last fifteen minutes of the node that served this page, one point a second, for as long as somebody looks.
import { address, get, path } from './api.js';
import { refresh } from './render.js';
import { Stream } from './stream.js';

const KEPT_MS = 15 * 60 * 1000;
/** What is shown at first; the rest comes when somebody wants it. */
const FIRST_S = 5 * 60;

export class History {
    constructor() {
        this.points = [];
        this.seconds = FIRST_S;
        this.stream = new Stream(address(path('live'), { node: 'self' }), { sample: (point) => this.add(point) }, (isOpen) => {
            if (isOpen) {
                this.fill();
            }
        });
    }

    /** What came before the stream, or was missed while it was away. */
    async fill() {
        try {
            const { points } = await get(path('history'), { node: 'self', seconds: this.seconds });
            const from = points.at(-1)?.t ?? 0;
            this.points = points.concat(this.points.filter((point) => point.t > from));
            refresh();
        } catch {
            // The stream tells of a broker that is away.
        }
    }

    /** So far back as this the points are needed from now on. */
    reach(seconds) {
        if (seconds > this.seconds) {
            this.seconds = seconds;
            this.fill();
        }
    }

    add(point) {
        if (this.points.length > 0 && point.t <= this.points.at(-1).t) {
            return;
        }
        this.points.push(point);
        const first = this.points.findIndex((kept) => kept.t > point.t - KEPT_MS);
        this.points.splice(0, first);
        refresh();
    }

    close() {
        this.stream.close();
    }
}
