// JSON for reading: indented, with what each piece is. Numbers stay as they were written, however long.

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null|[{}[\],:]/g;
const INDENT = '  ';

/** The pieces of a JSON text, each with its `kind` and `text`, or null if it is none. */
export function pretty(text) {
    if (!/^\s*[{[]/.test(text) || !isJson(text)) {
        return null;
    }
    const tokens = text.match(TOKEN);
    const pieces = [];
    let depth = 0;
    tokens.forEach((token, index) => {
        const next = tokens[index + 1];
        if (token === '{' || token === '[') {
            depth += 1;
            add(pieces, 'mark', isEnd(next) ? token : token + lineBreak(depth));
        } else if (isEnd(token)) {
            depth -= 1;
            add(pieces, 'mark', isStart(tokens[index - 1]) ? token : lineBreak(depth) + token);
        } else if (token === ',') {
            add(pieces, 'mark', token + lineBreak(depth));
        } else if (token === ':') {
            add(pieces, 'mark', ': ');
        } else {
            add(pieces, kind(token, next), token);
        }
    });
    return pieces;
}

function isJson(text) {
    try {
        JSON.parse(text);
        return true;
    } catch {
        return false;
    }
}

function isStart(token) {
    return token === '{' || token === '[';
}

function isEnd(token) {
    return token === '}' || token === ']';
}

function kind(token, next) {
    if (token[0] === '"') {
        return next === ':' ? 'key' : 'string';
    }
    return /[-\d]/.test(token[0]) ? 'number' : 'word';
}

function lineBreak(depth) {
    return `\n${INDENT.repeat(depth)}`;
}

function add(pieces, kindOf, text) {
    const last = pieces.at(-1);
    if (last?.kind === kindOf) {
        last.text += text;
    } else {
        pieces.push({ kind: kindOf, text });
    }
}
