// Handshakes, namespaces, packets, order and pace of sockets, by socket.io-client and by hand.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { io } from 'socket.io-client';
import { call, must, startSite, until } from '../support/site.mjs';
import { argumentsOf, ENGINE, openAgent, openRaw, Raw, within } from './raw.mjs';
import { authenticate, makeAgent, prepare } from './agents.mjs';

const [program, log] = [process.env.PROGRAM, process.env.SITE_LOG];
const OUR_ORIGIN = 'https://fleet.example.com';
let site, fleet;

before(async () => {
    site = await startSite(program, log, { FLEETLEDGER_LOOPS: '4', CORS_ORIGIN: OUR_ORIGIN });
    fleet = await prepare(site);
});
after(() => site?.close());

const metric = async (name) => Number(
    new RegExp(`^fleetledger_${name} (\\S+)$`, 'm').exec((await call(site, 'GET', '/metrics')).text)[1]);
const error = (type) => ({ type: 'agent.error', code: 'UNKNOWN_EVENT',
    message: `Unsupported event: ${type}` });

/** What an upgrade is answered that is refused. */
async function refusalOf(path, options = {}) {
    const { socket } = new Raw(site, { path, ...options });
    const [request, response] = await within(once(socket, 'unexpected-response'), 'a refusal');
    let body = '';
    for await (const chunk of response) body += chunk;
    request.destroy();
    return { status: response.statusCode, headers: response.headers, body };
}

test('a handshake says how the session goes', async () => {
    const raw = await openRaw(site);
    assert.match(raw.open.sid, /^[\w-]{20}$/);
    assert.deepEqual({ ...raw.open, sid: '' },
        { sid: '', upgrades: [], pingInterval: 25000, pingTimeout: 20000, maxPayload: 1000000 });
    assert.equal(raw.socket.extensions, '');
    await raw.close();
});

test('an upgrade that is none of ours is refused in text', async () => {
    const refusals = {
        '/socket.io/?EIO=4': 'Transport unknown',
        '/socket.io/?EIO=4&transport=carrier-pigeon': 'Transport unknown',
        '/socket.io/?EIO=3&transport=websocket': 'Unsupported protocol version',
        '/socket.io/?transport=websocket': 'Unsupported protocol version',
        '/socket.io/?EIO=4&transport=websocket&sid=nobodysnobodysnobody': 'Session ID unknown',
        '/socket.io/?EIO=4&transport=polling': 'Bad request',
    };
    for (const [path, message] of Object.entries(refusals)) {
        const { status, body } = await refusalOf(path);
        assert.deepEqual({ status, body }, { status: 400, body: message }, path);
    }
    assert.equal((await refusalOf('/health')).status, 200, 'elsewhere it is an ordinary request');
});

test('a WebSocket of another version is told which one is spoken', async () => {
    const { status, headers } = await refusalOf(ENGINE, { protocolVersion: 8 });
    assert.equal(status, 400);
    assert.equal(headers['sec-websocket-version'], '13');
});

test('a handshake without an upgrade, by another method or of nothing is refused in JSON', async () => {
    const refusals = [
        ['GET', '/socket.io/?EIO=4&transport=websocket', 3, 'Bad request'],
        ['POST', '/socket.io/?EIO=4&transport=polling', 2, 'Bad handshake method'],
        ['GET', '/socket.io/?EIO=2&transport=polling', 5, 'Unsupported protocol version'],
        ['GET', '/socket.io/', 0, 'Transport unknown'],
        ['GET', '/socket.io/?EIO=4&transport=polling&sid=x', 1, 'Session ID unknown'],
        ['POST', '/socket.io/?EIO=4&transport=polling&sid=AAAAAAAAAAAAAAAAAAAA', 1,
            'Session ID unknown'],
    ];
    for (const [method, path, code, message] of refusals) {
        const answer = await call(site, method, path, method === 'POST' ? { raw: '3' } : {});
        assert.deepEqual([answer.status, answer.json], [400, { code, message }], path);
    }
});

test('only pages of our own origins may open sockets', async () => {
    for (const origin of ['https://fleet.example.com.evil.example', 'http://fleet.example.com', 'null'])
        assert.equal((await refusalOf(ENGINE, { headers: { origin } })).status, 403, origin);
    await (await openRaw(site, { headers: { origin: OUR_ORIGIN } })).close();
});

test('several namespaces share a connection, and one ends without the others', async () => {
    const raw = await openRaw(site);
    assert.match(await raw.ask('40'), /^40\{"sid":"[\w-]{20}"\}$/);
    const first = await raw.ask('40/agent-realtime,');
    raw.send('41/agent-realtime,', '42["nobody","listens"]');
    const second = await raw.ask('40/agent-realtime,{}');
    assert.match(second, /^40\/agent-realtime,\{"sid":"[\w-]{20}"\}$/);
    assert.notEqual(second, first, 'a socket that comes again has another name');
    assert.equal(await raw.ask('40/nowhere,'), '44/nowhere,{"message":"Invalid namespace"}');
    raw.send('41', '42/agent-realtime,["hello",{}]');
    assert.deepEqual(argumentsOf(await raw.next()), ['agent.error', error('hello')]);
    await raw.close();
});

test('who breaks the protocol is out', async () => {
    const violations = {
        'an empty packet': '', 'an empty message': '4', 'an unknown packet': '7',
        'a probe': '2probe', 'a type of no packet': '49', 'attachments': '451-["x",{"_placeholder":true,"num":0}]',
        'a message outside': '42/agent-realtime,["agent.ping",{}]', 'a message to nowhere': '42/x,["a"]',
        'an acknowledgement outside': '43/agent-realtime,1[]',
        'no JSON': '42["x"', 'no name': '42[]', 'a number for a name': '42[1]', 'no array': '42{"a":1}',
        'no data': '42', 'a reserved name': '42["disconnect"]', 'an escaped one': '42["\\u0063onnect"]',
        'credentials that are no object': '40/agent-realtime,"me"', 'a second CONNECT': '40',
        'a DISCONNECT with data': '41{"a":1}', 'an acknowledgement of nothing': '43[1]',
        'one that is no array': '431{}', 'a refusal': '44{}', 'a number without end': `42${'9'.repeat(20)}["x"]`,
    };
    for (const [what, packet] of Object.entries(violations)) {
        const raw = await openRaw(site);
        await raw.ask('40');
        raw.send(packet);
        assert.equal(await raw.closed, 1005, what);
    }
});

test('what is no text, and what is too large, ends the connection', async () => {
    const bytes = await openRaw(site);
    bytes.socket.send(Buffer.from([1, 2, 3]));
    assert.equal(await bytes.closed, 1005);
    const large = await openRaw(site);
    large.send(`4${'x'.repeat(1_000_000)}`);
    assert.equal(await large.closed, 1009);
});

test('what means nothing is let pass', async () => {
    const raw = await openRaw(site);
    await raw.ask('40');
    raw.send('1', '3', '41/agent-realtime,', '42["x"]', '42["x",1,2]', '427["x",{}]', '431[{}]');
    assert.match(await raw.ask('40/agent-realtime,'), /^40\/agent-realtime,/);
    await raw.close();
});

test('a message must be an object, and is refused if it is none', async () => {
    const raw = await openAgent(site);
    for (const sent of ['5', '"x"', 'null', '[{}]']) {
        const socket = await openAgent(site);
        const answer = argumentsOf(await socket.ask(`42/agent-realtime,["agent.auth",${sent}]`));
        assert.deepEqual([answer[0], answer[1].authenticated], ['agent.auth.error', false], sent);
        assert.equal(await socket.next(), '41/agent-realtime,');
        await socket.closed;
    }
    await raw.close();
});

test('socket.io-client connects, is told of namespaces that are none, and leaves', async () => {
    const root = io(site.url, { transports: ['websocket'], reconnection: false });
    await within(once(root, 'connect'), 'a connection');
    const none = io(`${site.url}/nowhere`, { transports: ['websocket'], reconnection: false });
    const [why] = await within(once(none, 'connect_error'), 'a refusal');
    assert.equal(why.message, 'Invalid namespace');
    assert.ok(root.connected, 'the other one stays');
    const open = await metric('sockets');
    root.disconnect();
    none.disconnect();
    await until('the end of the connection', async () => await metric('sockets') < open);
});

test('messages of a socket are taken in their order, however many come at once', async () => {
    const agent = await makeAgent(site, fleet);
    const task = await fleet.makeTask(agent.nodeId);
    const raw = await openAgent(site);
    await authenticate(raw, agent);
    const say = (name, id, body) =>
        raw.send(`42/agent-realtime,${id}${JSON.stringify([name, { type: name, ...body }])}`);
    say('task.started', 1, { taskId: task.id });
    for (let i = 0; i < 300; i++)
        say('task.log', 2 + i, { taskId: task.id, stream: 'stdout', line: `line ${i}` });
    say('task.completed', 1000, { taskId: task.id, status: 'success', exitCode: 0 });
    for (const id of [1, ...Array.from({ length: 300 }, (_, i) => 2 + i), 1000]) {
        const packet = await raw.next();
        assert.ok(packet.startsWith(`43/agent-realtime,${id}[{"ok":true,`), `${id}: ${packet}`);
    }
    const logs = await must(site, 'GET', `${fleet.place}/tasks/${task.id}/logs?limit=100`,
        { token: fleet.root });
    assert.deepEqual(logs.map(({ message }) => message), logs.map((_, i) => `line ${i}`));
    await raw.close();
});

test('what goes over sockets is a document', async () => {
    const { operations } = await must(site, 'GET', '/docs-events');
    assert.equal(operations['agent-realtime.agent.ping'].action, 'receive');
});

/** A connection that does not read, past its handshake. */
async function openDeaf() {
    const { hostname, port } = new URL(site.url);
    const socket = net.connect(Number(port), hostname);
    socket.on('error', () => {}); // it ends by a reset
    await within(once(socket, 'connect'), 'a connection');
    socket.write(`GET ${ENGINE} HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n`
        + 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n');
    await within(once(socket, 'readable'), 'an answer');
    return socket;
}

/** A masked text frame, whose mask is nothing. */
function frame(text) {
    const payload = Buffer.from(text);
    const { length } = payload;
    const size = length < 126 ? [0x80 | length] : [0xfe, length >> 8, length & 0xff];
    return Buffer.concat([Buffer.from([0x81, ...size, 0, 0, 0, 0]), payload]);
}

test('who asks and does not read is dropped, and counted', async () => {
    const before = await metric('sockets_slow_total');
    const socket = await openDeaf();
    const question = frame(`42/agent-realtime,["${'\u{1f34b}'.repeat(300)}",{}]`); // each is answered
    socket.write(frame('40/agent-realtime,'));
    await within(new Promise((resume) => {
        const more = () => {
            while (!socket.destroyed && socket.write(question)) { /* until its buffer is full */ }
        };
        socket.on('drain', more);
        socket.on('close', resume);
        more();
    }), 'the end');
    assert.ok(await metric('sockets_slow_total') > before);
});
