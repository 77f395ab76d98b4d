// From figures over time to paths. No page in here: this is what its tests try.

/** More points than this are not seen; several become one. */
const POINTS_MAX = 300;
/** A gap of more than so many steps is shown as one. */
const GAP_STEPS = 4;
const STEP_MS_MIN = 1000;

/** The end of the scale: the next of 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, ... above all figures, at least 1. */
export function scaleMax(points, keys) {
    let most = 0;
    for (const point of points) {
        for (const key of keys) {
            most = Math.max(most, point[key] ?? 0);
        }
    }
    if (most <= 1) {
        return 1;
    }
    const power = 10 ** Math.floor(Math.log10(most));
    return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((step) => step * power).find((end) => end >= most);
}

/** The line of one series, and the area under it, as the `d` of paths in a box of `width` and `height`. */
export function plot(points, key, { start, windowMs, top, width, height }) {
    const stepMs = Math.max(STEP_MS_MIN, windowMs / POINTS_MAX);
    const line = [];
    const area = [];
    for (const run of runs(thin(points, key, stepMs), stepMs)) {
        const places = run.map(({ t, value }) => {
            const x = ((t - start) / windowMs) * width;
            const y = height - (Math.min(value, top) / top) * height;
            return `${round(x)} ${round(y)}`;
        });
        const path = places.length === 1 ? `M${places[0]}h1` : `M${places.join('L')}`;
        line.push(path);
        if (places.length > 1) {
            const [from] = places[0].split(' ');
            const [to] = places.at(-1).split(' ');
            area.push(`${path}L${to} ${height}L${from} ${height}Z`);
        }
    }
    return { line: line.join(''), area: area.join('') };
}

/** One point for each step: the largest figure in it, so that no peak is hidden. */
export function thin(points, key, stepMs) {
    const thinned = [];
    for (const point of points) {
        const value = point[key];
        if (value === null || value === undefined) {
            continue;
        }
        const last = thinned.at(-1);
        if (last && stepMs > STEP_MS_MIN && Math.floor(point.t / stepMs) === Math.floor(last.t / stepMs)) {
            last.value = Math.max(last.value, value);
        } else {
            thinned.push({ t: point.t, value });
        }
    }
    return thinned;
}

/** Splits where figures are missing. */
function runs(points, stepMs) {
    const found = [];
    let last = -Infinity;
    for (const point of points) {
        if (point.t - last > GAP_STEPS * stepMs) {
            found.push([]);
        }
        found.at(-1).push(point);
        last = point.t;
    }
    return found;
}

function round(value) {
    return Math.round(value * 10) / 10;
}
