// The broker's API, found beside the console: a proxy may serve both below a path of its own. See docs/api.md.
import * as connection from './connection.js';

const TIMEOUT_MS = 15_000;
/** What a proxy answers while the broker behind it is away. */
const AWAY = new Set([502, 503, 504]);
/** Which nodes are asked: `all` that lookups know, `self`, or one by its address. */
let scope = 'all';

export class ApiError extends Error {
    constructor(status, code, message) {
        super(message);
        this.status = status;
        this.code = code;
    }
}

export function setScope(node) {
    scope = node;
}

export function getScope() {
    return scope;
}

/** A path of the API from its parts. A topic may be called `..`, which a browser would take for a step up. */
export function path(...parts) {
    if (parts.some((part) => part === '.' || part === '..')) {
        throw new ApiError(0, 'NAME_IS_A_STEP', 'No browser can ask for this name: use the command line for it.');
    }
    return `../v1/${parts.map(encodeURIComponent).join('/')}`;
}

/** Where something is, with its query. What is null or empty is left out. */
export function address(where, query = {}) {
    const fields = Object.entries({ node: scope, ...query }).filter(([, value]) => value !== null && value !== '');
    return `${where}?${new URLSearchParams(fields)}`;
}

export async function get(where, query = {}, signal = null) {
    return ask(address(where, query), { headers: { Accept: 'application/json' } }, signal);
}

/** Changes something: `json` or `body` is what is sent, if anything. */
export async function send(method, where, { query = {}, json = null, body = null } = {}) {
    const headers = { Accept: 'application/json', 'X-Chaski-Console': '1' };
    if (json !== null) {
        headers['Content-Type'] = 'application/json';
    }
    return ask(address(where, query), { method, headers, body: json === null ? body : JSON.stringify(json) }, null);
}

async function ask(url, options, signal) {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    let response;
    try {
        response = await fetch(url, { ...options, signal: signal ? AbortSignal.any([signal, timeout]) : timeout });
    } catch (failure) {
        if (signal?.aborted) {
            throw failure;
        }
        connection.failed();
        throw new ApiError(0, 'NO_ANSWER', 'The broker does not answer.');
    }
    if (AWAY.has(response.status)) {
        connection.failed();
    } else {
        connection.answered();
    }
    return response.ok ? content(response) : refuse(response);
}

async function content(response) {
    const text = await response.text();
    return text === '' ? null : JSON.parse(text);
}

async function refuse(response) {
    const text = await response.text();
    let said = {};
    try {
        said = JSON.parse(text) ?? {};
    } catch {
        said = { message: text };
    }
    const code = said.error ?? said.message ?? `HTTP ${response.status}`;
    throw new ApiError(response.status, code, sentence(said.message || `the broker refused: ${response.status}`));
}

function sentence(text) {
    const first = text[0].toUpperCase() + text.slice(1);
    return /[.!?]$/.test(first) ? first : `${first}.`;
}
