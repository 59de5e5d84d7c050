// A leader and a follower, with a Redis between them: what an agent says to one is live at the other; and Redis
// away, slow, wrong, or full of what strangers say.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, afterEach, before, test } from 'node:test';
import { admitFollower } from '../support/followers.mjs';
import { makeRedis, messagesIn, publish } from '../support/redis.mjs';
import { ADMIN, freePort, must, signIn, startSite, until } from '../support/site.mjs';
import { closeSockets, connected, count, ended, frame, heartbeat, listen, makeAgent, makeWorkspace, sleep,
    socketOn } from './fleet.mjs';
import { Raw } from './raw.mjs';
import { expectOrder, hasStatus, openScreen, openSession, transcript } from './screen.mjs';

const PATIENCE = { ms: 40_000 };
const SECRET = 'a secret that leader and follower share';
let redis, leader, follower, root, workspace, agent, samples = 0;

const metric = async (site, name) => Number(new RegExp(`^fleetledger_${name} (\\S+)$`, 'm')
    .exec(await (await fetch(`${site.url}/metrics`)).text())[1]);
const health = async (site) => (await fetch(`${site.url}/health/ready`)).json();
const isConnected = async (site) => await metric(site, 'redis_connected') === 1;
const bothConnected = () => until('both connected', async () =>
    await isConnected(leader) && await isConnected(follower), PATIENCE);
const logged = (name) => readFile(`${process.env.SITE_LOG}-${name}.err`, 'utf8');

const start = (name, settings) => startSite(process.env.PROGRAM, `${process.env.SITE_LOG}-${name}`,
    { SECRETS_ENCRYPTION_KEY: SECRET, REDIS_URL: redis.url, TRUSTED_PROXIES: '127.0.0.1', ...settings });

const saySample = (site, more = {}) => must(site, 'POST', '/agent/metrics', { body: {
    nodeId: agent.nodeId, agentToken: agent.agentToken, cpuUsage: ++samples % 100, memoryUsage: 6, diskUsage: 7,
    networkStats: { rx: samples }, ...more } });
const node = (site) => must(site, 'GET', `/workspaces/${workspace.id}/nodes/${agent.nodeId}`, { token: root });
const isHeard = (screen, { id }) => frame(screen, 'metrics.ingested', (one) => one.id === id);

// Samples until one is heard at the follower, as one is once both are connected.
const arrives = (screen) => until('a sample at the follower', async () => {
    const { id } = await saySample(leader);
    await sleep(200);
    return count(screen, 'metrics.ingested', (one) => one.id === id) === 1;
}, PATIENCE);

// The channel that is in use, by what Redis says.
async function channel() {
    const said = await redis.say([['PUBSUB', 'CHANNELS', '*']]);
    return /fleetledger:[0-9a-f]+/.exec(said.toString('latin1'))[0];
}

before(async () => {
    redis = await (await makeRedis()).start();
    leader = await start('leader');
    follower = await start('follower', { ...await admitFollower(leader, 'second', { SECRETS_ENCRYPTION_KEY: SECRET }),
        PORT: String(await freePort()) });
    root = await signIn(leader, ADMIN);
    workspace = await makeWorkspace(leader, root);
    agent = await makeAgent(leader, root, workspace);
    await until('the node at the follower', () => node(follower).catch(() => undefined), PATIENCE);
    await bothConnected();
});
after(async () => {
    await follower?.close();
    await leader?.close();
    await redis?.stop();
});
afterEach(closeSockets);

test('a sample that an agent sends to either is live at both, and read back at both', async () => {
    const screens = [await listen(leader, root), await listen(follower, root)];
    for (const site of [leader, follower]) {
        const sample = await saySample(site, { agentVersion: '1.2.3' });
        const [there, here] = await Promise.all(screens.map((screen) => isHeard(screen, sample)));
        assert.deepEqual({ ...here, sourceInstanceId: null }, { ...there, sourceInstanceId: null });
        assert.notEqual(here.sourceInstanceId, there.sourceInstanceId);
        await until('the sample at the follower', async () => (await must(follower, 'GET',
            `/workspaces/${workspace.id}/metrics?nodeId=${agent.nodeId}&limit=1`, { token: root }))[0]?.id === sample.id);
    }
});

test('a sign of life by HTTP or on a socket is live at the other server', async () => {
    const screen = await listen(follower, root);
    const before = (await node(follower)).lastSeenAt;
    await heartbeat(leader, agent);
    const told = await frame(screen, 'node.status.updated', (one) => one.nodeId === agent.nodeId || one.id === agent.nodeId);
    assert.ok(told.lastSeenAt > (before ?? ''), `${told.lastSeenAt} after ${before}`);
    const seen = (await node(follower)).lastSeenAt;
    const machine = socketOn(leader, '/agent-realtime');
    machine.emit('agent.auth', { type: 'agent.auth', nodeId: agent.nodeId, agentToken: agent.agentToken });
    await until('a later sign of life', async () => (await node(follower)).lastSeenAt > seen);
});

// The agent's side of the node on a socket of that server, until the test ends.
async function connectMachine(site) {
    const machine = socketOn(site, '/agent-realtime');
    machine.emit('agent.auth', { type: 'agent.auth', nodeId: agent.nodeId, agentToken: agent.agentToken });
    await frame(machine, 'agent.auth.ack');
    machine.report = (type, { id }, body) => machine.timeout(5000).emitWithAck(type,
        { type, sessionId: id, timestamp: new Date().toISOString(), ...body });
    machine.write = (session, text) => machine.report('terminal.output', session,
        { direction: 'stdout', payload: Buffer.from(text).toString('base64') });
    machine.typed = () => machine.heard.filter(({ name }) => name === 'terminal.input')
        .map(({ payload }) => Buffer.from(payload.payload, 'base64').toString()).join('');
    return machine;
}

// What the record says was done from that address, in the last and next minute, to the session.
async function doneFrom(address, session) {
    const [from, to] = [-60_000, 60_000].map((ms) => new Date(Date.now() + ms).toISOString());
    const { events } = await must(leader, 'GET', `/timeline?origin=${address}&from=${from}&to=${to}&limit=100`,
        { token: root });
    return events.filter(({ stream }) => stream === session.id).map(({ type }) => type);
}

// A session whose shell is run by an agent at one server, used on a screen at another.
async function useTerminal(there, here, options = {}) {
    const machine = await connectMachine(there);
    const session = await openSession(leader, root, { workspaceId: workspace.id, nodeId: agent.nodeId });
    await frame(machine, 'terminal.start', ({ sessionId }) => sessionId === session.id);
    await machine.report('terminal.opened', session, { cols: 80, rows: 24 });
    await until('the session at the follower', () => must(follower, 'GET', session.path, { token: root })
        .then(({ status }) => status === 'open', () => false), PATIENCE);
    const screen = await openScreen({ ...session, site: here }, { ...options, headers: { 'x-forwarded-for': '192.0.2.7' } });
    assert.equal(screen.answer.ok, true);
    assert.deepEqual(await screen.type('echo hello\r'), { ok: true, sessionId: session.id });
    await until('what was typed', () => machine.typed() === 'echo hello\r');
    for (let i = 0; i < 50; i++)
        await machine.write(session, `line ${i}\r\n`);
    await screen.shows('line 49\r\n');
    expectOrder(screen);
    assert.ok((await transcript(session)).endsWith(screen.text()));
    screen.disconnect();
    await machine.report('terminal.exited', session, { exitCode: 0 });
    await hasStatus(session, 'closed');
    const done = await doneFrom('192.0.2.7', session);
    assert.ok(done.includes('terminal.controller_attached') && done.includes('terminal.counted'), `from there: ${done.join()}`);
}

test('a terminal of an agent at the leader is used on a screen at the follower', () => useTerminal(leader, follower));
test('a terminal of an agent at the follower is used on a screen at the leader', () => useTerminal(follower, leader));
test('a terminal of an agent at the follower is used on a screen at the follower', () =>
    useTerminal(follower, follower));
test('a screen by long polls at the follower sees a terminal, too', () =>
    useTerminal(leader, follower, { transports: ['polling'] }));

test('a token that opens nothing at the leader opens nothing at the follower', async () => {
    await assert.rejects(connected(socketOn(follower, '/terminal', { auth: { token: 'no-token' } })),
        /Invalid authentication token/);
    const stranger = socketOn(follower, '/agent-realtime');
    const end = ended(stranger);
    stranger.emit('agent.auth', { type: 'agent.auth', nodeId: agent.nodeId, agentToken: 'f'.repeat(64) });
    await frame(stranger, 'agent.auth.error');
    await end;
});

test('who begins passages without end is put out by the follower', async () => {
    const restless = new Raw(follower);
    await restless.opened();
    for (let i = 0; i < 50; i++)
        restless.send('40/agent-realtime,', '41/agent-realtime,');
    await restless.closed;
    const large = new Raw(follower);
    await large.opened();
    large.send(`40/agent-realtime,${JSON.stringify({ token: 'x'.repeat(20_000) })}`);
    await large.closed;
    assert.ok((await health(follower)).ready, 'others are served');
});

test('headers as large as a server takes do not end the follower', async () => {
    const machine = socketOn(follower, '/agent-realtime', { extraHeaders: { 'user-agent': 'x'.repeat(15_000),
        authorization: `Bearer ${'y'.repeat(12_000)}` } });
    machine.emit('agent.auth', { type: 'agent.auth', nodeId: agent.nodeId, agentToken: agent.agentToken });
    await frame(machine, 'agent.auth.ack');
});

test('who types more than the leader takes is held back at the follower, and nothing is lost', async () => {
    const machine = await connectMachine(leader);
    const session = await openSession(leader, root, { workspaceId: workspace.id, nodeId: agent.nodeId });
    await frame(machine, 'terminal.start', ({ sessionId }) => sessionId === session.id);
    await machine.report('terminal.opened', session, { cols: 80, rows: 24 });
    const screen = await openScreen({ ...session, site: follower });
    const unsent = () => screen.io.engine.transport.ws.bufferedAmount;
    leader.signal('SIGSTOP');
    const typed = Array.from({ length: 500 }, (_, i) => `${i}`.padEnd(20_000, 'x'));
    const answers = typed.map((text) => screen.timeout(60_000).emitWithAck('terminal.input',
        { sessionId: session.id, payload: Buffer.from(text).toString('base64') }));
    await sleep(2000);
    assert.ok(unsent() > 0, 'the follower reads no more');
    assert.ok((await health(follower)).checks.ledger.healthy, 'and answers others');
    leader.signal('SIGCONT');
    const refused = (await Promise.all(answers)).filter(({ ok }) => !ok);
    assert.deepEqual(refused, []);
    await until('all that was typed', () => machine.typed() === typed.join(''), PATIENCE);
    await machine.report('terminal.exited', session, { exitCode: 0 });
});

test('while Redis is away all is answered and recorded, both say so, and it comes back by itself', async () => {
    const screen = await listen(follower, root);
    await redis.stop();
    for (const site of [leader, follower]) {
        await until('Redis is missed', async () => !await isConnected(site), PATIENCE);
        const { ready, status, checks } = await health(site);
        assert.deepEqual([ready, status, checks.redis.healthy], [true, 'degraded', false]);
        assert.notEqual(checks.redis.status, 'ready');
    }
    const dropped = await metric(leader, 'redis_dropped_total');
    const unheard = await saySample(leader);
    assert.ok(await metric(leader, 'redis_dropped_total') > dropped);
    const { id } = await must(leader, 'POST', `/workspaces/${workspace.id}/tasks`,
        { token: root, body: { nodeId: agent.nodeId, type: 'shell.exec', payload: { command: 'true' } } });
    await frame(screen, 'task.created', (one) => one.id === id); // by the ledger
    await redis.start();
    await bothConnected();
    assert.equal((await health(leader)).status, 'ok');
    await arrives(screen);
    assert.equal(count(screen, 'metrics.ingested', (one) => one.id === unheard.id), 0);
});

test('a Redis that does not answer is noticed, holds nobody up, and is used again once it does', async () => {
    const screen = await listen(follower, root);
    redis.pause();
    const begun = Date.now();
    await saySample(leader);
    await node(follower);
    assert.ok(Date.now() - begun < 5000, 'calls are answered meanwhile');
    await until('the silence is noticed', async () => !await isConnected(leader) && !await isConnected(follower), PATIENCE);
    redis.resume();
    await bothConnected();
    await arrives(screen);
});

test('a password that Redis does not know any more is said, not told, and nothing else fails', async () => {
    const right = redis.password;
    await redis.stop();
    redis.password = 'another-password';
    await redis.start();
    await until('it is refused', async () => (await logged('leader')).includes('Redis refuses: WRONGPASS') ||
        await metric(leader, 'redis_connections_lost_total') > 3, PATIENCE);
    assert.equal(await isConnected(leader), false);
    await saySample(leader);
    for (const name of ['leader', 'follower']) {
        assert.ok((await logged(name)).includes('redis.lost'));
        assert.ok(!(await logged(name)).includes(right), 'a secret is in the log');
    }
    assert.ok(!JSON.stringify(await health(leader)).includes(right));
    await redis.stop();
    redis.password = right;
    await redis.start();
    await bothConnected();
});

test('what strangers publish is refused, a message that is repeated or altered too, and nothing is recorded', async () => {
    const screen = await listen(follower, root);
    const name = await channel();
    const size = await metric(leader, 'ledger_size');
    const listening = redis.say([['SUBSCRIBE', name]], { ms: 1500 });
    await sleep(500);
    const sample = await saySample(leader);
    await isHeard(screen, sample);
    const [ours] = messagesIn(await listening);
    assert.ok(!ours.includes(agent.nodeId) && !ours.includes('cpu'), 'Redis reads what it carries');
    const altered = Buffer.from(ours);
    altered[altered.length - 1] ^= 1;
    const foreign = [ours, altered, ours.subarray(0, 40), Buffer.from('{}'), Buffer.alloc(0), Buffer.alloc(200_000, 1),
        Buffer.from(JSON.stringify({ id: sample.id, workspaceId: workspace.id, cpuUsage: 99 }))];
    const refused = await metric(follower, 'redis_refused_total');
    await redis.say(foreign.map((message) => publish(name, message)));
    await until('all are refused', async () =>
        await metric(follower, 'redis_refused_total') === refused + foreign.length, PATIENCE);
    await arrives(screen);
    assert.equal(count(screen, 'metrics.ingested', (one) => one.id === sample.id), 1);
    assert.equal(await metric(leader, 'ledger_size'), size);
});

test('a flood of what is no news of ours holds no call up', async () => {
    const screen = await listen(follower, root);
    const message = publish(await channel(), Buffer.alloc(20_000, 7));
    const refused = await metric(follower, 'redis_refused_total');
    const flood = redis.say(Array.from({ length: 3000 }, () => message), { ms: 4000 });
    for (let i = 0; i < 20; i++) {
        const begun = Date.now();
        await node(follower);
        assert.ok(Date.now() - begun < 5000);
    }
    await flood;
    assert.ok(await metric(follower, 'redis_refused_total') > refused + 100, 'it came');
    await bothConnected();
    await arrives(screen);
});

test('where the leader is lost, who speaks to it by way of the follower is put out, and told so when they come back', async () => {
    const machine = await connectMachine(follower);
    const end = ended(machine);
    await leader.close('SIGKILL');
    leader = undefined;
    await end;
    await assert.rejects(connected(socketOn(follower, '/agent-realtime')), /The leader cannot be reached/);
    await connected(socketOn(follower, '/realtime', { auth: { token: root } })); // what is the follower's goes on
});
