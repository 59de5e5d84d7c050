// A server in front of another one, which bends what passes: what an auditor meets whose server, or whoever sits
// between, does not tell the truth.
// SPDX-License-Identifier: Apache-2.0
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

// `bend(path, { status, headers, body })` gives what is answered in its place; undefined: nothing ever is.
// `asked` gathers the paths.
export async function startBentServer(target, bend = (_, answer) => answer) {
    const asked = [];
    const bent = { bend, asked };
    const server = createServer(async (request, response) => {
        asked.push(request.url);
        const passed = { method: request.method, headers: { authorization: request.headers.authorization ?? '' } };
        if (request.method === 'POST') {
            passed.headers['content-type'] = request.headers['content-type'];
            passed.body = await text(request);
        }
        const answer = await fetch(`${target}${request.url}`, passed);
        const body = Buffer.from(await answer.arrayBuffer());
        const headers = { 'content-type': answer.headers.get('content-type') };
        if (answer.headers.has('last-modified'))
            headers['last-modified'] = answer.headers.get('last-modified');
        const given = await bent.bend(request.url.replace('/api/v1/ledger/', ''), { status: answer.status, headers, body });
        if (given === undefined)
            return request.socket.destroy();
        response.writeHead(given.status, given.headers).end(given.body);
    });
    await new Promise((resume) => server.listen(0, '127.0.0.1', resume));
    return Object.assign(bent, {
        url: `http://127.0.0.1:${server.address().port}`,
        close: () => new Promise((resume) => {
            server.close(resume);
            server.closeAllConnections();
        }),
    });
}

// Changes one bit of the answers whose path this is.
export const flip = (path, bit) => (asked, answer) => {
    if (asked === path) {
        const at = bit % (answer.body.length * 8);
        answer.body[at >> 3] ^= 1 << (at & 7);
    }
    return answer;
};
