// Who looks, and at which broker. Asked once at the start, and again when the broker came back.
import { get, path } from './api.js';
import { refresh } from './render.js';

let me = null;

export async function loadSession() {
    me = await get(path('me'), { node: 'self' });
    refresh();
}

/** What /v1/me said, or null before that. */
export function session() {
    return me;
}

/** Whether things may be changed here. The broker decides again at each change. */
export function mayChange() {
    return me !== null && me.is_admin && !me.read_only;
}
