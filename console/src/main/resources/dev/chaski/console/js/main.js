// Starts the console: which page the address names, in the frame that is around all pages.
import { get, path } from './api.js';
import * as connection from './connection.js';
import { show } from './dialogs.js';
import { KEYS, listen } from './keys.js';
import { about } from './pages/about.js';
import { channel } from './pages/channel.js';
import { lookups } from './pages/lookups.js';
import { node } from './pages/node.js';
import { nodes } from './pages/nodes.js';
import { overview } from './pages/overview.js';
import { topic } from './pages/topic.js';
import { topics } from './pages/topics.js';
import { pageHead } from './parts.js';
import { Poll } from './poll.js';
import { afterDraw, html, mount, nothing, refresh } from './render.js';
import { match, parse } from './router.js';
import { loadSession, session } from './session.js';
import { shellView } from './shell.js';

const ROUTES = [
    ['', overview],
    ['topics', topics],
    ['topics/:', topic],
    ['topics/:/channels/:', channel],
    ['nodes', nodes],
    ['nodes/:', node],
    ['lookups', lookups],
    ['about', about],
];
const NODES_EVERY_MS = 10_000;
const RETRY_MS = 3_000;

let at = '';
let page = { view: () => nothing, close() {} };

/** Opens the page that the address names. After the first one the focus goes to its heading, as a new page's would. */
function open(isFirst) {
    const { parts, query } = parse(location.hash);
    const found = match(ROUTES, parts);
    page.close();
    at = parts[0] ?? '';
    page = found === null ? unknown() : opened(found, query);
    document.title = `${page.title} · Chaski`;
    afterDraw(() => {
        if (!isFirst) {
            window.scrollTo(0, 0);
            document.querySelector('main h1')?.focus({ preventScroll: true });
        }
    });
}

/** A name that cannot be asked for makes a page that says so. */
function opened({ page: make, args }, query) {
    try {
        return make(args, query);
    } catch (error) {
        return { title: 'Not to be had', view: () => html`${pageHead({ title: args.at(-1), isName: true })}<p>${error.message}</p>`, close() {} };
    }
}

function unknown() {
    return {
        title: 'Not found',
        view: () => html`${pageHead({ title: 'There is no such page' })}<p><a href="#/">To the overview</a></p>`,
        close() {},
    };
}

async function begin() {
    try {
        await loadSession();
    } catch {
        setTimeout(begin, RETRY_MS);
    }
}

function help() {
    show('Keys', (close) => html`
        <dl class="keys">${KEYS.map(([keys, text]) => html`
            <div><dt>${keys.split(' ').map((key) => html`<kbd>${key}</kbd>`)}</dt><dd>${text}</dd></div>`)}
        </dl>
        <div class="buttons"><button @click=${() => close(null)}>Close</button></div>`);
}

let others = [];
new Poll((signal) => get(path('nodes'), { node: 'all' }, signal), NODES_EVERY_MS, (found) => {
    others = found.nodes.map((one) => one.node);
    // The broker may have come back as another version, or with other rights.
    if (connection.isLost() || session() === null) {
        begin();
    }
});

mount(document.getElementById('app'), () => shellView({
    at,
    content: page.view(),
    nodes: others,
    onScope: () => open(true),
}));
listen(help);
window.addEventListener('hashchange', () => open(false));
open(true);
begin();
refresh();
