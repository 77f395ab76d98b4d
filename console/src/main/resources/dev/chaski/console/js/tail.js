// The live tail of a topic: what is published, as it is published. Nothing is consumed.
import { address, path } from './api.js';
import { count, rate } from './format.js';
import { icon } from './icons.js';
import { messagesView } from './messages.js';
import { commandLine, curlPublish, panel } from './parts.js';
import { html, live, nothing, refresh } from './render.js';
import { Stream } from './stream.js';
import { TailBuffer } from './tail-buffer.js';

const SHOWN_COUNT_MAX = 100;
const BODY_BYTES_MAX = 4096;
/** Nobody reads faster, and the page stays free for all else. */
const DRAW_EVERY_MS = 200;
/** How many of the messages that came before the page, or while it was away, are shown first. */
const BEGIN_WITH = 20;

export class Tail {
    constructor(topic) {
        this.topic = topic;
        this.buffer = new TailBuffer();
        this.chosen = null;
        this.stream = null;
        this.isBeginning = false;
        this.isOpen = false;
        this.timer = null;
    }

    /** Does nothing after the first time. */
    connect() {
        if (this.stream) {
            return;
        }
        const query = { node: 'self', body_bytes: BODY_BYTES_MAX, last: BEGIN_WITH };
        this.stream = new Stream(address(path('topics', this.topic, 'tail'), query), {
            message: (messages) => this.add(messages),
            lost: ({ count: lost }) => this.buffer.addLost(lost),
        }, (isOpen) => {
            this.isOpen = isOpen;
            this.isBeginning = isOpen;
            refresh();
        });
    }

    /** What a stream begins with may have been seen before the break. */
    add(messages) {
        const known = new Set(this.isBeginning ? this.buffer.kept.map(({ id }) => id) : []);
        this.isBeginning = false;
        this.buffer.add(messages.filter(({ id }) => !known.has(id)));
        this.drawSoon();
    }

    drawSoon() {
        this.timer ??= setTimeout(() => {
            this.timer = null;
            this.buffer.setStill({ isHeld: isPointedAt() });
            refresh();
            if (this.buffer.isHeld || this.buffer.ratePerSecond() > 0) {
                this.drawSoon();
            }
        }, DRAW_EVERY_MS);
    }

    close() {
        clearTimeout(this.timer);
        this.stream?.close();
    }

    togglePause() {
        this.buffer.setStill({ isPaused: !this.buffer.isPaused });
        refresh();
    }

    /** With several nodes it says whose messages these are. */
    view(hasOtherNodes) {
        return panel('Live tail', html`<div class="tail">
            ${this.controls()}
            ${messagesView({
                name: 'Messages, the newest first',
                messages: this.buffer.shown(SHOWN_COUNT_MAX),
                chosen: this.chosen,
                choose: (message) => { this.chosen = message; refresh(); },
                empty: this.nothingYet(),
            })}</div>`, { id: 'tail', note: `What is published ${hasOtherNodes ? 'at this node' : 'here'}, as it comes. Nothing is consumed.` });
    }

    controls() {
        const { isPaused, filter, lost, total } = this.buffer;
        return html`
            <div class="tail-controls">
                <button aria-pressed=${isPaused ? 'true' : 'false'} @click=${() => this.togglePause()}>
                    ${icon(isPaused ? 'play' : 'pause')}${isPaused ? 'Go on' : 'Pause'}
                </button>
                <input type="search" class="filter" placeholder="Show only what contains…" aria-label="Show only messages that contain"
                    .value=${live(filter)} @input=${(event) => { this.buffer.filter = event.target.value; refresh(); }}>
                <button @click=${() => { this.buffer.clear(); refresh(); }}>Clear</button>
                <span class="tail-state">
                    <i class="dot ${this.isOpen ? (isPaused ? 'warn' : 'good') : ''}"></i>${this.state()} · ${count(total)} seen
                    ${lost === 0 ? nothing : html`· <span title="They came faster than this page could take them.">${count(lost)} skipped</span>`}
                </span>
            </div>`;
    }

    state() {
        if (!this.isOpen) {
            return 'connecting';
        }
        const { isHeld, isPaused, sinceStill } = this.buffer;
        if (isPaused || isHeld) {
            return `${isPaused ? 'paused' : 'held while you point at it'}, ${count(sinceStill)} more`;
        }
        return `${rate(this.buffer.ratePerSecond())}/s`;
    }

    nothingYet() {
        if (this.buffer.filter !== '' && this.buffer.kept.length > 0) {
            return html`<p>None of the last ${count(this.buffer.kept.length)} messages contains this.</p>`;
        }
        return html`<p>No message yet. What is published appears here, also from a shell:</p>${commandLine(curlPublish(this.topic))}`;
    }
}

/** Whether somebody is about to choose a message: then the list must not move away. */
function isPointedAt() {
    const list = document.querySelector('.tail .message-list');
    return list !== null && (list.matches(':hover') || list.querySelector(':focus-visible') !== null);
}
