// Tests the checker: a made-up server behind the proxy whose answers fit is left in peace, and each
// way not to fit is found and named.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import http from 'node:http';
import net from 'node:net';
import test from 'node:test';
import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { startProxy } from './proxy.mjs';

const THING = {
    type: 'object',
    properties: {
        id: { type: 'string', format: 'uuid' },
        name: { type: ['string', 'null'] },
        kind: { type: 'string', enum: ['big', 'small'] },
        note: { type: 'string' },
        free: { type: 'object' },
    },
    required: ['id', 'name', 'kind'],
};
const PROBLEM = {
    type: 'object',
    properties: { statusCode: { type: 'integer' }, message: { type: 'string' } },
    required: ['statusCode', 'message'],
};
const json = (schema) => ({ description: '.', content: { 'application/json': { schema } } });
const refused = json({ $ref: '#/components/schemas/Problem' });

const DOCUMENT = {
    openapi: '3.1.0',
    components: { schemas: { Problem: PROBLEM } },
    paths: {
        '/things': {
            get: { responses: { 200: json({ type: 'array', items: THING }), default: refused } },
            post: { responses: { 201: json(THING), default: refused } },
        },
        '/things/{id}': { get: { responses: { 200: json(THING), default: refused } } },
        '/things/newest': { get: { responses: { 200: json({ type: 'boolean' }), default: refused } } },
        '/metrics': { get: { responses: { 200: { description: '.', content: { 'text/plain': {} } } } } },
        '/api/v1/docs-json': { get: { responses: { 200: json({}) } } },
    },
};

const thing = (overrides) => ({
    id: '00000000-0000-4000-8000-000000000000',
    name: null,
    kind: 'big',
    ...overrides,
});
const problem = (statusCode) => ({ statusCode, message: 'No.' });

/** A server that gives every request this one answer, behind a proxy. */
async function behindProxy(t, answer) {
    const server = http.createServer((request, response) => {
        if (request.url === '/api/v1/docs-json') {
            response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(DOCUMENT));
            return;
        }
        answer(request, response);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const proxy = await startProxy(`http://127.0.0.1:${server.address().port}`);
    t.after(async () => {
        await proxy.close();
        server.closeAllConnections();
        server.close();
    });
    return { proxy, server };
}

const answering =
    (status, body, headers = { 'content-type': 'application/json; charset=utf-8' }) =>
    (request, response) => {
        request.resume();
        response.writeHead(status, headers);
        response.end(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body));
    };

/** Sends one request to a server that answers so; gives the findings. */
async function findingsOf(t, method, path, answer) {
    const { proxy } = await behindProxy(t, answer);
    const response = await fetch(`${proxy.url}${path}`, { method, ...(method === 'POST' ? { body: '{}' } : {}) });
    await response.arrayBuffer();
    return proxy.findings.lines;
}

async function expectFine(t, method, path, answer) {
    assert.deepEqual(await findingsOf(t, method, path, answer), []);
}

async function expectFinding(t, method, path, answer, wanted) {
    const lines = await findingsOf(t, method, path, answer);
    assert.equal(lines.length, 1, JSON.stringify(lines));
    assert.match(lines[0], wanted);
}

test('answers that fit are left in peace', async (t) => {
    await expectFine(t, 'GET', '/things/1?x=y', answering(200, thing({ note: 'n', free: { any: [1] } })));
    await expectFine(t, 'GET', '/things', answering(200, [thing(), thing({ kind: 'small' })]));
    await expectFine(t, 'POST', '/things', answering(201, thing()));
    await expectFine(t, 'GET', '/THINGS/1/', answering(200, thing()));
    await expectFine(t, 'GET', '/things/1', answering(404, problem(404)));
    await expectFine(t, 'GET', '/metrics', answering(200, 'up 1', { 'content-type': 'text/plain; version=0.0.4' }));
});

test('a value of the wrong type is found', async (t) => {
    const wanted = /^GET \/things\/\{id\} 200: body\.name must be string,null$/;
    await expectFinding(t, 'GET', '/things/1', answering(200, thing({ name: 7 })), wanted);
});

test('a value in the wrong form is found', async (t) => {
    await expectFinding(t, 'GET', '/things/1', answering(200, thing({ id: '1' })), /body\.id must match format "uuid"/);
    await expectFinding(t, 'GET', '/things/1', answering(200, thing({ kind: 'odd' })), /body\.kind .*: big, small/);
});

test('a missing field is found', async (t) => {
    const { name, ...rest } = thing();
    await expectFinding(t, 'GET', '/things/1', answering(200, rest), /required property 'name'/);
});

test('a field that the document does not name is found', async (t) => {
    await expectFinding(t, 'GET', '/things/1', answering(200, thing({ secret: 1 })), /additional properties: secret/);
    await expectFinding(t, 'GET', '/x', answering(404, { ...problem(404), stack: '…' }), /additional properties: stack/);
});

test('what is wrong inside a list is found and placed', async (t) => {
    const list = [thing(), thing({ name: false })];
    await expectFinding(t, 'GET', '/things', answering(200, list), /GET \/things 200: body\[1\]\.name must be/);
});

test('a success that is not documented is found', async (t) => {
    await expectFinding(t, 'POST', '/things', answering(200, thing()), /^POST \/things 200: this status is not documented$/);
});

test('a refusal that is no Problem is found', async (t) => {
    await expectFinding(t, 'GET', '/things/1', answering(400, { error: 'x', statusCode: 400, message: '' }), /400: body .*error/);
    await expectFinding(t, 'GET', '/things/1', answering(500, 'oops', { 'content-type': 'text/html' }), /"text\/html" is not/);
    await expectFinding(t, 'GET', '/metrics', answering(500, problem(500)), /no default/);
});

test('an unknown route must answer 404 with a Problem', async (t) => {
    await expectFine(t, 'GET', '/nope', answering(404, problem(404)));
    await expectFine(t, 'POST', '/metrics', answering(404, problem(404)));
    await expectFinding(t, 'GET', '/nope', answering(200, thing()), /^GET \(no such route\) \/nope 200: .* must answer 404$/);
    await expectFinding(t, 'POST', '/metrics', answering(405, problem(405)), /must answer 404/);
    await expectFinding(t, 'GET', '/nope', answering(404, { statusCode: 404 }), /required property 'message'/);
});

test('literal segments win over parameters', async (t) => {
    await expectFine(t, 'GET', '/things/newest', answering(200, true));
});

test('a body that is not JSON is found', async (t) => {
    await expectFinding(t, 'GET', '/things', answering(200, '[{'), /the body is not JSON/);
});

test('HEAD is judged as GET without a body', async (t) => {
    await expectFine(t, 'HEAD', '/things', answering(200, '', { 'content-type': 'application/json', 'content-length': '2' }));
    await expectFinding(t, 'HEAD', '/things', answering(206, ''), /not documented/);
});

test('a 304 needs an entity tag and a GET', async (t) => {
    await expectFine(t, 'GET', '/things', answering(304, '', { etag: '"1"' }));
    await expectFinding(t, 'GET', '/things', answering(304, '', {}), /a 304 has no ETag/);
});

test('compressed answers are checked too', async (t) => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const packed = (value) => answering(200, gzipSync(JSON.stringify(value)), headers);
    await expectFine(t, 'GET', '/things/1', packed(thing()));
    await expectFinding(t, 'GET', '/things/1', packed(thing({ name: 1 })), /body\.name/);
});

test('an answer that breaks off is found', async (t) => {
    const { proxy } = await behindProxy(t, (request, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '99' });
        response.write('{', () => response.destroy());
    });
    await assert.rejects(async () => (await fetch(`${proxy.url}/things`)).text());
    assert.match(proxy.findings.lines.join(), /the answer breaks off/);
});

test('the same finding is told once, and counted', async (t) => {
    const { proxy } = await behindProxy(t, answering(200, thing({ name: 1 })));
    for (let i = 0; i < 3; i += 1) await (await fetch(`${proxy.url}/things/${i}`)).text();
    assert.equal(proxy.findings.lines.length, 1);
    assert.match(proxy.findings.lines[0], /\(3 times\)$/);
});

test('what was asked is counted, and what was not is named', async (t) => {
    const { proxy } = await behindProxy(t, answering(200, []));
    await (await fetch(`${proxy.url}/things`)).text();
    assert.match(proxy.summary, /^Reply shapes: 1 answers of 1 of 6 operations, 0 findings\.$/);
    assert.ok(proxy.unseen.includes('POST /things'));
    assert.ok(!proxy.unseen.includes('GET /things'));
});

test('requests and answers pass as they are', async (t) => {
    const { proxy } = await behindProxy(t, async (request, response) => {
        const chunks = [];
        for await (const chunk of request) chunks.push(chunk);
        response.writeHead(201, { 'content-type': 'application/json', 'X-Seen': request.headers['x-agent-node-id'] });
        response.end(JSON.stringify(thing({ note: String(Buffer.concat(chunks).length), name: request.url })));
    });
    const response = await fetch(`${proxy.url}/things?a=%41&b`, {
        method: 'POST',
        headers: { 'x-agent-node-id': 'n1' },
        body: 'x'.repeat(2_000_000),
    });
    const body = await response.json();
    assert.equal(body.note, '2000000');
    assert.equal(body.name, '/things?a=%41&b');
    assert.equal(response.headers.get('x-seen'), 'n1');
});

test('a client that goes away takes its request along', async (t) => {
    let gone;
    let begun;
    const left = new Promise((resolve) => { gone = resolve; });
    const parked = new Promise((resolve) => { begun = resolve; });
    const { proxy } = await behindProxy(t, (request, response) => {
        response.on('close', gone);
        begun();
    });
    const controller = new AbortController();
    const call = fetch(`${proxy.url}/things`, { signal: controller.signal });
    await parked;
    controller.abort();
    await assert.rejects(call);
    await left;
    assert.deepEqual(proxy.findings.lines, []);
});

test('upgraded connections pass untouched', async (t) => {
    const { proxy, server } = await behindProxy(t, answering(404, problem(404)));
    server.on('upgrade', (request, socket, head) => {
        socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n');
        socket.write(head);
        socket.pipe(socket);
    });
    const { hostname, port } = new URL(proxy.url);
    const client = net.connect(Number(port), hostname);
    client.write(`GET /s HTTP/1.1\r\nHost: ${hostname}\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\nhello`);
    let seen = '';
    for await (const chunk of client) {
        seen += chunk;
        if (seen.endsWith('hello')) break;
    }
    assert.match(seen, /^HTTP\/1\.1 101 /);
    assert.deepEqual(proxy.findings.lines, []);
});
