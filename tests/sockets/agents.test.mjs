// Agents on their sockets: replaced, revoked, unknown, restarted, on several loops.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call, must, startSite, until } from '../support/site.mjs';
import { authenticate, makeAgent, prepare } from './agents.mjs';
import { argumentsOf, openAgent } from './raw.mjs';

const [program, log] = [process.env.PROGRAM, process.env.SITE_LOG];
const WITHIN_MS = 1000;
let site, fleet;

before(async () => {
    site = await startSite(program, log, { FLEETLEDGER_LOOPS: '4' });
    fleet = await prepare(site);
});
after(() => site?.close());

const nodeOf = ({ nodeId }) =>
    must(site, 'GET', `${fleet.place}/nodes/${nodeId}`, { token: fleet.root });
const statusIs = (agent, status) => until(`${agent.name} ${status}`,
    async () => (await nodeOf(agent)).status === status);

async function connect(agent, more) {
    const raw = await openAgent(site);
    await authenticate(raw, agent, more);
    return raw;
}

/** It is told so, and then its connection ends. */
async function expectPutOut(raw) {
    assert.equal(await raw.next(), '41/agent-realtime,');
    assert.equal(await raw.closed, 1005);
}

test('an agent that authenticates puts its node online, and its end puts it offline', async () => {
    const agent = await makeAgent(site, fleet);
    const raw = await connect(agent, { agentVersion: '9.8.7' });
    await statusIs(agent, 'online');
    assert.equal((await nodeOf(agent)).agentVersion, '9.8.7');
    await raw.close();
    await statusIs(agent, 'offline');
});

test('a second socket of a node takes the place of the first, on whatever loop it came', async () => {
    const agent = await makeAgent(site, fleet);
    let present = await connect(agent);
    for (let i = 0; i < 12; i++) {
        const next = await connect(agent);
        await expectPutOut(present);
        present = next;
    }
    await statusIs(agent, 'online');
    assert.match(await present.ask('42/agent-realtime,5["agent.ping",{"type":"agent.ping"}]'),
        /^43\/agent-realtime,5\[\{"ok":true,"type":"agent.ping","timestamp":"/);
    await present.close();
});

test('an agent may authenticate again on its socket', async () => {
    const agent = await makeAgent(site, fleet);
    const raw = await connect(agent);
    await authenticate(raw, agent, { agentVersion: '2.0.0' });
    await until('the version', async () => (await nodeOf(agent)).agentVersion === '2.0.0');
    await raw.close();
});

test('a socket that becomes another node has left the first', async () => {
    const [first, second] = [await makeAgent(site, fleet), await makeAgent(site, fleet)];
    const raw = await connect(first);
    await statusIs(first, 'online');
    await authenticate(raw, second);
    await statusIs(first, 'offline');
    await statusIs(second, 'online');
    await raw.close();
    await statusIs(second, 'offline');
});

test('whose node is removed is out within a second', async () => {
    const agent = await makeAgent(site, fleet);
    const raw = await connect(agent);
    await must(site, 'DELETE', `${fleet.place}/nodes/${agent.nodeId}`, { token: fleet.root });
    const removed = Date.now();
    await expectPutOut(raw);
    assert.ok(Date.now() - removed < WITHIN_MS);
});

test('a wrong credential is told so, and is out', async () => {
    const agent = await makeAgent(site, fleet);
    const wrong = [
        [{ ...agent, agentToken: 'x'.repeat(40) }, 'Invalid agent token'],
        [{ ...agent, nodeId: '00000000-0000-4000-8000-000000000000' },
            'Node 00000000-0000-4000-8000-000000000000 was not found'],
    ];
    for (const [{ nodeId, agentToken }, message] of wrong) {
        const raw = await openAgent(site);
        const answer = await raw.ask(
            `42/agent-realtime,${JSON.stringify(['agent.auth', { type: 'agent.auth', nodeId, agentToken }])}`);
        assert.deepEqual(argumentsOf(answer),
            ['agent.auth.error', { type: 'agent.auth.error', message, authenticated: false }]);
        await expectPutOut(raw);
    }
});

test('who has not shown a credential has nothing to say', async () => {
    for (const name of ['agent.ping', 'agent.metrics', 'task.log']) {
        const raw = await openAgent(site);
        raw.send(`42/agent-realtime,1["${name}",{"type":"${name}"}]`);
        await expectPutOut(raw);
    }
});

test('unless the server is told to, it sends no tasks', async () => {
    const agent = await makeAgent(site, fleet);
    const raw = await connect(agent);
    const { id } = await fleet.makeTask(agent.nodeId);
    assert.match(await raw.ask('42/agent-realtime,5["agent.ping",{"type":"agent.ping"}]'),
        /^43\/agent-realtime,5\[/);
    const { status } = await must(site, 'GET', `${fleet.place}/tasks/${id}`, { token: fleet.root });
    assert.equal(status, 'queued');
    await raw.close();
});

test('a hundred agents connect at once, and all of them are heard', async () => {
    const agents = [];
    for (let i = 0; i < 100; i++) agents.push(await makeAgent(site, fleet));
    const sockets = await Promise.all(agents.map((agent) => connect(agent)));
    await Promise.all(sockets.map(async (raw) => assert.match(
        await raw.ask('42/agent-realtime,1["agent.ping",{"type":"agent.ping"}]'), /"ok":true/)));
    const { status, text } = await call(site, 'GET', '/metrics');
    assert.equal(status, 200);
    assert.match(text, /^fleetledger_sockets_messages_under_way 0$/m);
    await Promise.all(sockets.map((raw) => raw.close()));
    for (const agent of agents) await statusIs(agent, 'offline');
});

test('sockets that end in the middle of what they say leave nothing behind', async () => {
    const agent = await makeAgent(site, fleet);
    for (let i = 0; i < 20; i++) {
        const raw = await openAgent(site);
        const { nodeId, agentToken } = agent;
        raw.send(`42/agent-realtime,${JSON.stringify(['agent.auth', { type: 'agent.auth', nodeId, agentToken }])}`);
        raw.socket.terminate();
    }
    const quiet = async () => {
        const { text } = await call(site, 'GET', '/metrics');
        return /^fleetledger_sockets 0$/m.test(text) &&
            /^fleetledger_sockets_messages_under_way 0$/m.test(text);
    };
    await until('the end of all sockets', quiet);
    await statusIs(agent, 'offline');
});

test('a server that ends says goodbye to all, and ends itself without a fault', async () => {
    const agent = await makeAgent(site, fleet);
    const raw = await connect(agent);
    for (let i = 0; i < 50; i++)
        raw.send(`42/agent-realtime,${i}["agent.ping",{"type":"agent.ping"}]`);
    await site.close();
    assert.equal(await raw.closed, 1001);
    assert.equal(site.exitCode(), 0, 'it ended as it should');
});
