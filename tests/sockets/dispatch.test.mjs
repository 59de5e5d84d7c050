// Tasks that agents are sent on their sockets, beside those that they claim.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { must, startSite, until } from '../support/site.mjs';
import { authenticate, makeAgent, prepare } from './agents.mjs';
import { argumentsOf, openAgent } from './raw.mjs';

const [program, log] = [process.env.PROGRAM, process.env.SITE_LOG];
const TOO_LONG = 40_000;
let site, fleet;

before(async () => {
    site = await startSite(program, log, { FLEETLEDGER_LOOPS: '2', REALTIME_DISPATCH: 'true' });
    fleet = await prepare(site);
});
after(() => site?.close());

async function connect(agent) {
    const raw = await openAgent(site);
    await authenticate(raw, agent);
    return raw;
}

const makeTask = (agent, payload) => must(site, 'POST', `${fleet.place}/tasks`,
    { token: fleet.root, body: { nodeId: agent.nodeId, type: 'shell.exec', payload } });
const statusOf = async ({ id }) =>
    (await must(site, 'GET', `${fleet.place}/tasks/${id}`, { token: fleet.root })).status;
const headersOf = (agent) => ({
    'x-agent-node-id': agent.nodeId,
    authorization: `Bearer ${agent.agentToken}`,
});
const report = (agent, id, what, body = {}) =>
    must(site, 'POST', `/agent/tasks/${id}/${what}`, { headers: headersOf(agent), body });
const claim = async (agent, waitMs = 0) => (await must(site, 'POST', '/agent/tasks/claim',
    { headers: headersOf(agent), body: { waitMs } })).task;

async function run(agent, id) {
    await report(agent, id, 'started');
    await report(agent, id, 'completed', { status: 'success' });
}

/** The task of the next message, which is task.dispatch. */
async function nextSent(raw) {
    const [name, told] = argumentsOf(await raw.next());
    assert.equal(name, 'task.dispatch');
    assert.equal(told.type, name);
    return told.task;
}

/** Nothing has been sent before the answer to this. */
async function expectNothingSent(raw) {
    assert.match(await raw.ask('42/agent-realtime,5["agent.ping",{"type":"agent.ping"}]'),
        /^43\/agent-realtime,5\[/);
}

test('a task is sent once its claim is on record, and is reported like any', async () => {
    const agent = await makeAgent(site, fleet);
    const raw = await connect(agent);
    const { id } = await makeTask(agent, { command: 'true', timeoutSeconds: 7.9 });
    assert.deepEqual(await nextSent(raw), {
        id, type: 'shell.exec', payload: { command: 'true', timeoutSeconds: 7.9 }, timeoutSeconds: 7 });
    assert.equal(await statusOf({ id }), 'accepted');
    assert.equal(await claim(agent), null);
    await run(agent, id);
    assert.equal(await statusOf({ id }), 'success');
    await raw.close();
});

test('a task that waits is sent to the agent that comes, and says a minute where it says nothing', async () => {
    const agent = await makeAgent(site, fleet);
    const { id } = await makeTask(agent, { command: 'true' });
    const raw = await connect(agent);
    assert.deepEqual(await nextSent(raw),
        { id, type: 'shell.exec', payload: { command: 'true' }, timeoutSeconds: 60 });
    await raw.close();
});

test('the next task is sent when the one before has ended', async () => {
    const agent = await makeAgent(site, fleet);
    const raw = await connect(agent);
    const first = await makeTask(agent, { command: 'true' });
    const second = await makeTask(agent, { command: 'true' });
    assert.equal((await nextSent(raw)).id, first.id);
    await expectNothingSent(raw);
    await report(agent, first.id, 'started');
    await authenticate(raw, agent); // which looks for work at once
    await expectNothingSent(raw);
    assert.equal(await statusOf(second), 'queued');
    await report(agent, first.id, 'completed', { status: 'success' });
    assert.equal((await nextSent(raw)).id, second.id);
    await raw.close();
});

test('who claims beside gets other tasks, and no task is got twice', async () => {
    const agent = await makeAgent(site, fleet);
    const raw = await connect(agent);
    const [sent, claimed] = [[], []];
    const made = [];
    const isDone = () => sent.length + claimed.length >= 20;
    const hear = async () => {
        while (!isDone()) {
            const { id } = await nextSent(raw).catch(() => ({}));
            if (id === undefined) return;
            sent.push(id);
            await run(agent, id);
        }
    };
    const poll = async () => {
        while (!isDone()) {
            const task = await claim(agent, 300);
            if (task === null) continue;
            claimed.push(task.id);
            await run(agent, task.id);
        }
    };
    const hearing = hear();
    const polling = poll();
    for (let i = 0; i < 20; i++) made.push((await makeTask(agent, { command: 'true' })).id);
    await polling;
    await raw.close();
    await hearing;
    assert.deepEqual([...sent, ...claimed].sort(), made.sort());
});

test('a task that fits into no message is left to claims, and the next is sent', async () => {
    const agent = await makeAgent(site, fleet);
    const raw = await connect(agent);
    const long = await makeTask(agent, { command: 'x'.repeat(TOO_LONG) });
    assert.equal((await until('its release', () => claim(agent))).id, long.id);
    await run(agent, long.id);
    const short = await makeTask(agent, { command: 'true' });
    assert.equal((await nextSent(raw)).id, short.id);
    await raw.close();
});

test('an agent that has gone is sent nothing: its task waits for a claim', async () => {
    const agent = await makeAgent(site, fleet);
    const raw = await connect(agent);
    await raw.close();
    const { id } = await makeTask(agent, { command: 'true' });
    assert.equal((await claim(agent, 9000)).id, id);
});

test('a socket that took the place of another is the one that is sent tasks', async () => {
    const agent = await makeAgent(site, fleet);
    const first = await connect(agent);
    const second = await connect(agent);
    assert.equal(await first.next(), '41/agent-realtime,');
    const { id } = await makeTask(agent, { command: 'true' });
    assert.equal((await nextSent(second)).id, id);
    await second.close();
});

test('an agent that shows its credential again is sent each task once', async () => {
    const agent = await makeAgent(site, fleet);
    const raw = await connect(agent);
    await authenticate(raw, agent);
    await authenticate(raw, agent);
    const { id } = await makeTask(agent, { command: 'true' });
    assert.equal((await nextSent(raw)).id, id);
    await expectNothingSent(raw);
    await raw.close();
});
