// Reads server-sent events, of a stream that may end.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { until } from '../support/site.mjs';

function read(block) {
    const fields = {};
    for (const line of block.split('\n')) {
        const [, name, value] = /^(\w*): ?(.*)$/.exec(line) ?? [];
        if (name)
            fields[name] = value;
    }
    return fields;
}

// Opens it; `heard` has all events so far, next() gives one after the other, `ended` is kept when the server
// ends it.
export async function openStream(site, path, { token, headers } = {}) {
    const abort = new AbortController();
    const answer = await fetch(`${site.url}/api/v1${path}`, {
        headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream', ...headers },
        signal: abort.signal,
    });
    assert.equal(answer.status, 200, `${path} answered ${answer.status}`);
    assert.equal(answer.headers.get('content-type'), 'text/event-stream');
    const stream = { heard: [], lastId: undefined, close: () => abort.abort() };
    let taken = 0;
    stream.ended = (async () => {
        const decoder = new TextDecoder();
        let rest = '';
        for await (const piece of answer.body) {
            const blocks = (rest + decoder.decode(piece, { stream: true })).split('\n\n');
            rest = blocks.pop();
            for (const { id, event, data } of blocks.map(read)) {
                stream.lastId = id ?? stream.lastId;
                if (data !== undefined)
                    stream.heard.push({ id, event, data: JSON.parse(data) });
            }
        }
    })();
    stream.ended.catch(() => {}); // of one that we close ourselves
    stream.next = (fits = () => true) => until('the next event', () => {
        while (taken < stream.heard.length) {
            const event = stream.heard[taken++];
            if (fits(event))
                return event;
        }
        return undefined;
    });
    return stream;
}
