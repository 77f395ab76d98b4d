// Draws the whole page from what is known, at most once per frame. Templates change only what differs.
import { render } from '../lib/lit-html/lit-html.js';

export { html, svg, nothing } from '../lib/lit-html/lit-html.js';
export { repeat } from '../lib/lit-html/directives/repeat.js';
export { live } from '../lib/lit-html/directives/live.js';

let place = null;
let template = null;
let isScheduled = false;
const afterDrawing = [];

/** Says where the page goes and what makes it. */
export function mount(element, view) {
    place = element;
    template = view;
    refresh();
}

/** Asks for the page to be drawn again. Cheap: many calls before a frame are one drawing. */
export function refresh() {
    if (!isScheduled) {
        isScheduled = true;
        requestAnimationFrame(draw);
    }
}

/** Calls back once the next drawing is on the page. */
export function afterDraw(action) {
    afterDrawing.push(action);
    refresh();
}

function draw() {
    isScheduled = false;
    render(template(), place);
    afterDrawing.splice(0).forEach((action) => action());
}
