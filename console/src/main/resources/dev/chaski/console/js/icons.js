// Small pictures, drawn in the colour of the text beside them.
import { svg } from './render.js';

const PATHS = {
    overview: 'M3 12h4l2-6 4 12 2-6h6',
    topics: 'M4 6h16M4 12h16M4 18h10',
    nodes: 'M4 5h16v5H4zM4 14h16v5H4zM7.5 7.5h.01M7.5 16.5h.01',
    lookups: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5 21 21',
    about: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5M12 8h.01',
    copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
    pause: 'M8 5v14M16 5v14',
    play: 'M7 5l12 7-12 7z',
    plus: 'M12 5v14M5 12h14',
    close: 'M6 6l12 12M18 6 6 18',
    up: 'M6 15l6-6 6 6',
    down: 'M6 9l6 6 6-6',
    refresh: 'M20 11a8 8 0 1 0-2.3 6.3M20 4v7h-7',
};

export function icon(name) {
    return svg`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=${PATHS[name]}/></svg>`;
}

/** A quipu: the main cord, and what hangs on it in knots. */
export function mark() {
    return svg`<svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
        <path class="mark-cord" d="M3 8.5C9 5.5 23 5.5 29 8.5"/>
        <path class="mark-1" d="M8.5 7v17"/><circle class="mark-1" cx="8.5" cy="14" r="2.4"/><circle class="mark-1" cx="8.5" cy="21" r="2.4"/>
        <path class="mark-2" d="M16 6.3V28"/><circle class="mark-2" cx="16" cy="18" r="2.4"/>
        <path class="mark-3" d="M23.5 7v14"/><circle class="mark-3" cx="23.5" cy="12" r="2.4"/>
    </svg>`;
}
