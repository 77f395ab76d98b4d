// Figures as people read them. Each takes a number, or null for what is not known, which is a dash.

const DASH = '–';
const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const SHORT_STEPS = [[1e12, 'T'], [1e9, 'G'], [1e6, 'M'], [1e4, 'k', 1e3]];
const BYTE_UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];
const MINUTE_S = 60;
const HOUR_S = 3600;
const DAY_S = 86400;

function isKnown(value) {
    return typeof value === 'number' && Number.isFinite(value);
}

/** Every digit: 1,234,567. */
export function count(value) {
    return isKnown(value) ? WHOLE.format(value) : DASH;
}

/** Three digits that matter: 12.3k, 1.23M. Below 10,000 every digit. */
export function short(value) {
    if (!isKnown(value)) {
        return DASH;
    }
    for (const [from, unit, divisor = from] of SHORT_STEPS) {
        if (Math.abs(value) >= from) {
            return digits(value / divisor) + unit;
        }
    }
    return Number.isInteger(value) ? WHOLE.format(value) : digits(value);
}

function digits(value) {
    const size = Math.abs(value);
    return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2).replace(/\.0+$|(\.\d*[1-9])0+$/, '$1');
}

/** A rate per second: 0, 0.4, 12.3, 1,234, 12.3k. */
export function rate(value) {
    return isKnown(value) ? short(Math.abs(value) >= 100 ? Math.round(value) : Math.round(value * 10) / 10) : DASH;
}

export function bytes(value) {
    if (!isKnown(value)) {
        return DASH;
    }
    let size = value;
    let unit = 0;
    while (Math.abs(size) >= 1000 && unit < BYTE_UNITS.length - 1) {
        size /= 1000;
        unit += 1;
    }
    return `${unit === 0 ? WHOLE.format(size) : digits(size)} ${BYTE_UNITS[unit]}`;
}

/** A latency in milliseconds: 0.25 ms, 12 ms, 3.4 s. */
export function millis(value) {
    if (!isKnown(value)) {
        return DASH;
    }
    if (value >= MINUTE_S * 1000) {
        return duration(value);
    }
    return value >= 1000 ? `${digits(value / 1000)} s` : `${digits(value)} ms`;
}

/** A length of time in milliseconds, in its two largest units: 3 d 4 h, 12 min 5 s. */
export function duration(value) {
    if (!isKnown(value)) {
        return DASH;
    }
    const seconds = Math.max(0, Math.round(value / 1000));
    if (seconds < MINUTE_S) {
        return `${seconds} s`;
    }
    if (seconds < HOUR_S) {
        return `${Math.floor(seconds / MINUTE_S)} min ${seconds % MINUTE_S} s`;
    }
    if (seconds < DAY_S) {
        return `${Math.floor(seconds / HOUR_S)} h ${Math.floor((seconds % HOUR_S) / MINUTE_S)} min`;
    }
    return `${Math.floor(seconds / DAY_S)} d ${Math.floor((seconds % DAY_S) / HOUR_S)} h`;
}

/** A moment of today as its time, another one with its day. */
export function moment(ms, now = Date.now()) {
    if (!isKnown(ms)) {
        return DASH;
    }
    const at = new Date(ms);
    const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
    const isToday = at.toDateString() === new Date(now).toDateString();
    return isToday ? time : `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${time}`;
}

/** A moment to the millisecond. */
export function momentExact(ms) {
    return isKnown(ms) ? `${moment(ms)}.${String(new Date(ms).getMilliseconds()).padStart(3, '0')}` : DASH;
}

function two(value) {
    return String(value).padStart(2, '0');
}

/** One thing or many: plural(1, 'message') is "1 message". */
export function plural(value, one, many = `${one}s`) {
    return `${count(value)} ${value === 1 ? one : many}`;
}

/** What a node is: a Chaski says so itself; of others there is the version of NSQ that lookups know. */
export function versionOf({ chaski_version: chaski, version }) {
    return chaski ? `Chaski ${chaski}` : version ? `NSQ ${version}` : DASH;
}
