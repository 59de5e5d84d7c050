// Sessions by long polls, by socket.io-client and by hand.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { io } from 'socket.io-client';
import { startSite, until } from '../support/site.mjs';
import { makeAgent, prepare } from './agents.mjs';
import { argumentsOf, within } from './raw.mjs';

const [program, log] = [process.env.PROGRAM, process.env.SITE_LOG];
const OUR_ORIGIN = 'https://fleet.example.com';
const SEPARATOR = '\x1e';
let site, fleet;

before(async () => {
    site = await startSite(program, log, { FLEETLEDGER_LOOPS: '4', CORS_ORIGIN: OUR_ORIGIN });
    fleet = await prepare(site);
});
after(() => site?.close());

// Each request on a connection of its own, so on any loop.
async function ask(method, query, body, headers = {}) {
    const answer = await fetch(`${site.url}/socket.io/?EIO=4&transport=polling${query}`, {
        method, body, headers: { connection: 'close', ...headers }, signal: AbortSignal.timeout(20_000) });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

class Session {
    static async open() {
        const { text } = await ask('GET', '');
        const session = new Session();
        session.told = JSON.parse(text.slice(1));
        return session;
    }

    poll() {
        return ask('GET', `&sid=${this.told.sid}`);
    }

    say(...packets) {
        return ask('POST', `&sid=${this.told.sid}`, packets.join(SEPARATOR));
    }

    // What is told until there are so many packets.
    async hear(count) {
        const packets = [];
        while (packets.length < count) {
            const { status, text } = await this.poll();
            assert.equal(status, 200, text);
            packets.push(...text.split(SEPARATOR));
        }
        return packets;
    }
}

test('a first poll opens a session that no WebSocket takes over', async () => {
    const { status, headers, text } = await ask('GET', '');
    assert.equal(status, 200);
    assert.equal(headers.get('content-type'), 'text/plain; charset=UTF-8');
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.match(text, /^0\{"sid":"[\w-]{20}",/);
    assert.deepEqual({ ...JSON.parse(text.slice(1)), sid: '' },
        { sid: '', upgrades: [], pingInterval: 25000, pingTimeout: 20000, maxPayload: 65536 });
});

test('pages of our own origins may poll, with credentials', async () => {
    const { status, headers } = await ask('GET', '', undefined, { origin: OUR_ORIGIN });
    assert.equal(status, 200);
    assert.equal(headers.get('access-control-allow-origin'), OUR_ORIGIN);
    assert.equal(headers.get('access-control-allow-credentials'), 'true');
    assert.match(headers.get('vary'), /Origin/);
    assert.equal((await ask('GET', '', undefined, { origin: 'https://evil.example' })).status, 403);
});

test('many packets go in one body, and come back in one answer', async () => {
    const session = await Session.open();
    const { status, headers, text } = await session.say('40', '40/agent-realtime,', '40/nowhere,');
    assert.deepEqual([status, headers.get('content-type'), text], [200, 'text/html', 'ok']);
    const packets = (await session.poll()).text.split(SEPARATOR);
    assert.match(packets[0], /^40\{"sid":"[\w-]{20}"\}$/);
    assert.match(packets[1], /^40\/agent-realtime,\{"sid":"[\w-]{20}"\}$/);
    assert.deepEqual(packets.slice(2), ['44/nowhere,{"message":"Invalid namespace"}']);
});

test('sessions on every loop are found from every loop', async () => {
    const sessions = await Promise.all(Array.from({ length: 24 }, () => Session.open()));
    assert.ok(new Set(sessions.map(({ told }) => told.sid[0])).size > 1, 'they are on several loops');
    await Promise.all(sessions.map(async (session) => {
        for (let i = 0; i < 8; i++) {
            const said = session.say(i % 2 ? '41' : '40');
            if (i % 2 === 0) assert.match((await session.hear(1))[0], /^40\{/);
            assert.equal((await said).text, 'ok');
        }
    }));
});

test('a poll waits until there is something to be told', async () => {
    const session = await Session.open();
    let hasAnswered = false;
    const poll = session.poll().then((answer) => { hasAnswered = true; return answer; });
    assert.equal((await session.say('41/nowhere,')).text, 'ok');
    assert.equal(hasAnswered, false);
    await session.say('40');
    assert.match((await poll).text, /^40\{"sid":"[\w-]{20}"\}$/);
});

test('two polls at once end the session, as two bodies at once would', async () => {
    const session = await Session.open();
    const polls = await Promise.all([session.poll(), session.poll()]);
    assert.deepEqual(polls.map(({ status }) => status).sort(), [200, 400]);
    assert.equal(polls.find(({ status }) => status === 200).text, '1');
    assert.equal((await session.say('3')).status, 400);
});

test('who says goodbye, or breaks the protocol, is out', async () => {
    for (const packet of ['1', '42["x"]', '', '2probe'])
        await until(`a poll that came before ${packet}`, async () => {
            const session = await Session.open();
            const poll = session.poll();
            assert.equal((await session.say('3', packet)).text, 'ok');
            const { status, text } = await poll;
            assert.equal((await session.poll()).status, 400);
            if (status === 400) return false; // it came later, on its own connection
            assert.deepEqual([status, text], [200, '1'], packet);
            return true;
        });
});

test('what is no UTF-8 is refused, and what is too large', async () => {
    const session = await Session.open();
    assert.equal((await ask('POST', `&sid=${session.told.sid}`, Buffer.from('40/\xff,', 'latin1'))).status, 400);
    assert.equal((await session.say(`4${'x'.repeat(65_536)}`)).status, 413);
    await session.say('40');
    assert.match((await session.hear(1))[0], /^40\{/);
});

test('a poll that its client gives up ends the session', async () => {
    const session = await Session.open();
    const given = new AbortController();
    const poll = fetch(`${site.url}/socket.io/?EIO=4&transport=polling&sid=${session.told.sid}`,
        { signal: given.signal }).catch(() => 'given up');
    await session.say('41');
    given.abort();
    assert.equal(await poll, 'given up');
    await until('the end of the session', async () => (await session.say('41')).status === 400);
});

test('messages are taken in order, more of them than may be under way', async () => {
    const agent = await makeAgent(site, fleet);
    const task = await fleet.makeTask(agent.nodeId);
    const session = await Session.open();
    const message = (name, id, body) =>
        `42/agent-realtime,${id}${JSON.stringify([name, { type: name, ...body }])}`;
    await session.say('40/agent-realtime,');
    await session.hear(1);
    await session.say(message('agent.auth', 1,
        { nodeId: agent.nodeId, agentToken: agent.agentToken }));
    assert.equal(argumentsOf((await session.hear(2))[0])[0], 'agent.auth.ack');
    const lines = Array.from({ length: 100 }, (_, i) =>
        message('task.log', 100 + i, { taskId: task.id, stream: 'stdout', line: `line ${i}` }));
    const heard = session.hear(101);
    await session.say(message('task.started', 99, { taskId: task.id }), ...lines);
    assert.deepEqual((await heard).map((packet) => packet.split('[')[0]),
        Array.from({ length: 101 }, (_, i) => `43/agent-realtime,${99 + i}`));
});

test('socket.io-client goes by long polls where it is not told otherwise', async () => {
    const socket = io(site.url, { reconnection: false, forceNew: true });
    await within(once(socket, 'connect'), 'a connection');
    assert.equal(socket.io.engine.transport.name, 'polling');
    const agents = socket.io.socket('/agent-realtime');
    await within(once(agents, 'connect'), 'a namespace');
    const told = within(once(agents, 'agent.error'), 'an answer');
    agents.emit('hello', {});
    assert.equal((await told)[0].message, 'Unsupported event: hello');
    const left = within(once(agents, 'disconnect'), 'the end');
    agents.emit('agent.ping', { type: 'agent.ping' }); // before it has shown its credential
    assert.deepEqual((await left)[0], 'io server disconnect');
    socket.disconnect();
});
