// Lines over time as SVG. What the pointer is at is read in the legend, at the same moment in every chart of a page.
import { plot, scaleMax } from './plot.js';
import { html, refresh, svg } from './render.js';
import { moment } from './format.js';

const WIDTH = 600;
const HEIGHT = 100;
const pointer = { at: null };

/**
 * One chart. `points` rise in their `t` (ms since 1970) and have a figure under each series' `key`, or null; each
 * series has a `name`, a `key` and the `hue` of its line. `format` writes a figure; `empty` is said while there is none.
 */
export function chart({ title, note = '', points, series, format, windowMs, empty = 'Nothing measured yet' }) {
    const end = points.at(-1)?.t ?? Date.now();
    const start = end - windowMs;
    const seen = points.filter((point) => point.t >= start);
    const top = scaleMax(seen, series.map(({ key }) => key));
    const read = pointer.at === null ? seen.at(-1) : nearest(seen, start + pointer.at * windowMs);
    const x = read && pointer.at !== null ? ((read.t - start) / windowMs) * WIDTH : null;
    return html`
        <figure class="chart">
            <figcaption>
                <h3>${title}</h3>
                <span class="chart-note">${pointer.at === null || !read ? note : moment(read.t)}</span>
            </figcaption>
            <dl class="legend">
                ${series.map(({ key, name, hue }) => html`
                    <div><dt><i class="swatch ${hue}"></i>${name}</dt><dd>${format(read?.[key] ?? null)}</dd></div>`)}
            </dl>
            <div class="plot" @pointermove=${point} @pointerleave=${leave}>
                <span class="scale scale-top" aria-hidden="true">${format(top)}</span>
                <span class="scale scale-middle" aria-hidden="true">${format(top / 2)}</span>
                <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img"
                    aria-label=${summary(title, seen, series, format, windowMs)}>
                    <path class="grid" d="M0 0.5H${WIDTH}M0 ${HEIGHT / 2}H${WIDTH}M0 ${HEIGHT - 0.5}H${WIDTH}"/>
                    ${series.map((one, index) => lines(one, index, seen, start, windowMs, top))}
                    ${x === null ? '' : svg`<path class="pointer" d="M${x} 0V${HEIGHT}"/>`}
                </svg>
                ${hasFigures(seen, series) ? '' : html`<p class="plot-empty">${empty}</p>`}
            </div>
            <div class="times" aria-hidden="true"><span>${ago(windowMs)}</span><span>now</span></div>
        </figure>`;
}

/** The first series is filled, so that those which mostly lie on it are seen beside it. */
function lines({ key, hue }, index, points, start, windowMs, top) {
    const { line, area } = plot(points, key, { start, windowMs, top, width: WIDTH, height: HEIGHT });
    return svg`${index === 0 ? svg`<path class="area ${hue}" d=${area}/>` : ''}<path class="line ${hue}" d=${line}/>`;
}

function hasFigures(points, series) {
    return points.some((one) => series.some(({ key }) => (one[key] ?? null) !== null));
}

function point(event) {
    const box = event.currentTarget.querySelector('svg').getBoundingClientRect();
    pointer.at = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    refresh();
}

function leave() {
    pointer.at = null;
    refresh();
}

function nearest(points, t) {
    let best = points.at(-1);
    for (const one of points) {
        if (best === undefined || Math.abs(one.t - t) < Math.abs(best.t - t)) {
            best = one;
        }
    }
    return best;
}

function ago(windowMs) {
    const minutes = windowMs / 60_000;
    return `${minutes} min ago`;
}

/** The chart in words, for who hears the page. */
function summary(title, points, series, format, windowMs) {
    const said = series.map(({ key, name }) => {
        const values = points.map((one) => one[key]).filter((value) => value !== null && value !== undefined);
        return values.length === 0
            ? `${name}: nothing measured`
            : `${name}: now ${format(values.at(-1))}, at most ${format(values.reduce((a, b) => Math.max(a, b)))}`;
    });
    return `${title}, the last ${windowMs / 60_000} minutes. ${said.join('. ')}.`;
}
