// Light, dark, or what the system says. ../theme.js has put what was chosen in place before the page was drawn.
import { refresh } from './render.js';

const KEY = 'chaski.theme';
export const THEMES = [['system', 'System'], ['light', 'Light'], ['dark', 'Dark']];

export function theme() {
    return document.documentElement.dataset.theme ?? 'system';
}

export function setTheme(name) {
    if (name === 'system') {
        delete document.documentElement.dataset.theme;
    } else {
        document.documentElement.dataset.theme = name;
    }
    try {
        localStorage.setItem(KEY, name);
    } catch {
        // A browser that keeps nothing has the theme until the page is closed.
    }
    refresh();
}
