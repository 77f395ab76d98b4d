// Which page the address names: what follows its #, as /topics/orders?page=2.

/** A link to a page from its parts, each of which may hold anything. */
export function link(...parts) {
    return `#/${parts.map(encodeURIComponent).join('/')}`;
}

/** The parts and the query of an address's hash. */
export function parse(hash) {
    const [where, query = ''] = hash.replace(/^#?\/?/, '').split('?', 2);
    return { parts: where.split('/').filter(Boolean).map(decode), query: new URLSearchParams(query) };
}

function decode(part) {
    try {
        return decodeURIComponent(part);
    } catch {
        return part;
    }
}

/** Finds the page of a route's parts; a route's part that starts with a colon takes anything. */
export function match(routes, parts) {
    for (const [pattern, page] of routes) {
        const wanted = pattern.split('/').filter(Boolean);
        if (wanted.length === parts.length && wanted.every((want, i) => want[0] === ':' || want === parts[i])) {
            return { page, args: parts.filter((part, i) => wanted[i][0] === ':') };
        }
    }
    return null;
}
