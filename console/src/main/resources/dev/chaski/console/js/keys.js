// What the keyboard does.

const SEQUENCE_MS = 2_000;
const PLACES = { o: '#/', t: '#/topics', n: '#/nodes', l: '#/lookups', s: '#/about' };

export const KEYS = [
    ['/', 'Search'],
    ['g o', 'Go to the overview'],
    ['g t', 'Go to topics'],
    ['g n', 'Go to nodes'],
    ['g l', 'Go to lookups'],
    ['g s', 'Go to settings'],
    ['?', 'Show these keys'],
    ['Esc', 'Close what is open, leave what is typed in'],
];

/** Listens to the whole page; `showHelp` opens the list of keys. */
export function listen(showHelp) {
    let lastG = 0;
    document.addEventListener('keydown', (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) {
            return;
        }
        if (isTyping(event.target)) {
            if (event.key === 'Escape') {
                event.target.blur();
            }
            return;
        }
        const isAfterG = event.timeStamp - lastG < SEQUENCE_MS;
        lastG = event.key === 'g' ? event.timeStamp : 0;
        if (isAfterG && PLACES[event.key]) {
            location.hash = PLACES[event.key];
        } else if (event.key === '/') {
            event.preventDefault();
            search();
        } else if (event.key === '?') {
            event.preventDefault();
            showHelp();
        }
    });
}

function isTyping(element) {
    return element.matches?.('input:not([type=radio]), textarea, select, [contenteditable]');
}

/** To the page's own search, or to that of topics. */
function search() {
    const field = document.getElementById('search');
    if (field === null) {
        location.hash = '#/topics';
        requestAnimationFrame(() => requestAnimationFrame(() => document.getElementById('search')?.focus()));
    } else {
        field.focus();
        field.select();
    }
}
