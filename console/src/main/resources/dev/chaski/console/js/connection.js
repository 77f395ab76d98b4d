// Whether the broker answers. What asks it reports here, and the page shows one calm line while it does not.
import { refresh } from './render.js';

const state = { lostSince: null };

export function isLost() {
    return state.lostSince !== null;
}

/** When the broker was last there, in ms since 1970; null while it is. */
export function lostSince() {
    return state.lostSince;
}

export function answered() {
    if (state.lostSince !== null) {
        state.lostSince = null;
        refresh();
    }
}

export function failed() {
    if (state.lostSince === null) {
        state.lostSince = Date.now();
        refresh();
    }
}
