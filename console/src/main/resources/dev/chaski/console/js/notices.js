// What was done, or was not, in a line that goes by itself. Failures stay until they are put away.
import { icon } from './icons.js';
import { html, refresh } from './render.js';

const SHOWN_MS = 5_000;
const NOTICES_MAX = 3;
let notices = [];

export function tell(text) {
    const notice = show(text, false);
    setTimeout(() => putAway(notice), SHOWN_MS);
}

export function tellFailure(text) {
    show(text, true);
}

function show(text, isFailure) {
    const notice = { text, isFailure };
    notices = [...notices, notice].slice(-NOTICES_MAX);
    refresh();
    return notice;
}

function putAway(notice) {
    notices = notices.filter((one) => one !== notice);
    refresh();
}

export function noticesView() {
    return html`
        <div class="notices" role="status" aria-live="polite">
            ${notices.map((notice) => html`
                <div class="notice ${notice.isFailure ? 'is-failure' : ''}">
                    <span>${notice.text}</span>
                    <button class="plain" aria-label="Put away" @click=${() => putAway(notice)}>${icon('close')}</button>
                </div>`)}
        </div>`;
}
