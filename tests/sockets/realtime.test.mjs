// The feed of what happens, as the dashboard hears it by socket.io-client.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, afterEach, before, test } from 'node:test';
import { ADMIN, call, ENROLLMENT_TOKEN, must, signIn, startSite, until } from '../support/site.mjs';
import { makePerson } from '../support/people.mjs';
import {
    claim, closeSockets, count, ended, frame, heartbeat, listen, makeAgent, makeInstall, makeTask, makeWorkspace, report,
    settle, socketOn, start, tokenOf,
} from './fleet.mjs';

const JWT_SECRET = 'the-secret-of-the-sockets-test';
let site;
let root;
let workspace;
let agent;
let beacon;
let people = 0;

before(async () => {
    site = await startSite(process.env.PROGRAM, process.env.SITE_LOG, { JWT_SECRET });
    root = await signIn(site, ADMIN);
    workspace = await makeWorkspace(site, root);
    agent = await makeAgent(site, root, workspace);
    beacon = await makeAgent(site, root, await makeWorkspace(site, root));
});
after(() => site?.close());
afterEach(closeSockets);

const get = (path) => must(site, 'GET', path, { token: root });
const witness = async () => ({ witness: await listen(site, root), beacon });
const emit = (socket, name, payload) => socket.timeout(5000).emitWithAck(name, payload);
const post = (path, body) => must(site, 'POST', path, { token: root, body });

const addMember = (person, where = workspace) =>
    post(`/workspaces/${where.id}/members`, { userId: person.id, role: 'viewer' });
const removeMember = (membership, where = workspace) =>
    must(site, 'DELETE', `/workspaces/${where.id}/members/${membership.id}`, { token: root });
const newPerson = () => makePerson(site, root, `person${++people}`, 'user');

// What all payloads have beside what their GET answers.
const without = ({ sequence, sourceInstanceId, ...rest }) => {
    assert.ok(Number.isInteger(sequence) && sequence > 0);
    assert.match(sourceInstanceId, /^[0-9a-f-]{36}$/);
    return rest;
};

test('a new task is told as it was made, and its changes as its GET shows them', async () => {
    const socket = await listen(site, root);
    const own = await makeAgent(site, root, workspace);
    const task = await makeTask(site, root, own);
    await start(site, own, task);
    await report(site, own, task, 'completed', { status: 'success', output: 'done' });
    const created = await frame(socket, 'task.created', (one) => one.id === task.id);
    const last = await frame(socket, 'task.updated', (one) => one.id === task.id && one.status === 'success');
    assert.deepEqual(without(created), task);
    assert.deepEqual(without(last), await get(`/workspaces/${workspace.id}/tasks/${task.id}`));
    assert.ok(last.sequence > created.sequence);
});

test('a task that the server made for itself is not told', async () => {
    const scene = await witness();
    const own = await makeAgent(site, root, workspace);
    await claim(site, own, { waitMs: 0, rootAccess: { appliedProfile: 'operational', lastAppliedAt: new Date() } });
    const preview = post(`/workspaces/${workspace.id}/nodes/${own.nodeId}/log-preview`, { sourcePresetId: 'syslog' });
    const { task } = await claim(site, own, { waitMs: 5000 });
    await report(site, own, task, 'started');
    await report(site, own, task, 'completed', { status: 'success', result: { entries: [] } });
    await preview;
    await settle(site, root, scene);
    assert.equal(task.type, 'log.scan');
    assert.equal(count(scene.witness, 'task.created') + count(scene.witness, 'task.updated'), 0);
});

test('claims and lines of output are not told', async () => {
    const scene = await witness();
    const own = await makeAgent(site, root, workspace);
    const task = await makeTask(site, root, own);
    await start(site, own, task);
    await report(site, own, task, 'logs', { stream: 'stdout', line: 'one' });
    await settle(site, root, scene);
    assert.equal(count(scene.witness, 'task.updated', (one) => one.status !== 'running'), 0);
    assert.equal(count(scene.witness, 'task.updated', (one) => one.id === task.id), 1);
});

test('a system event is told as lists show it', async () => {
    const socket = await listen(site, root);
    const task = await makeTask(site, root, agent);
    const event = await frame(socket, 'event.created', (one) => one.metadata?.taskId === task.id);
    const events = await get(`/workspaces/${workspace.id}/events`);
    assert.deepEqual(without(event), events.find((one) => one.id === event.id));
});

test('a heartbeat is told with the time of it, also where nothing else has changed', async () => {
    const socket = await listen(site, root);
    await heartbeat(site, agent);
    const before = await frame(socket, 'node.status.updated', (one) => one.nodeId === agent.nodeId);
    const { lastSeenAt } = await heartbeat(site, agent);
    const status = await frame(socket, 'node.status.updated', (one) =>
        one.nodeId === agent.nodeId && one.lastSeenAt === lastSeenAt);
    assert.ok(before.lastSeenAt <= lastSeenAt);
    assert.equal(status.status, 'online');
    assert.equal(status.hostname, agent.hostname);
    assert.equal(status.sequence, undefined); // an observation
});

test('a node that is made gives no sign of life by that', async () => {
    const scene = await witness();
    const made = await makeAgent(site, root, workspace);
    await settle(site, root, scene);
    assert.equal(count(scene.witness, 'node.status.updated', (one) => one.nodeId === made.nodeId), 0);
});

test('a sample is told', async () => {
    const socket = await listen(site, root);
    const sample = await post('/agent/metrics', {
        nodeId: agent.nodeId, agentToken: agent.agentToken, agentVersion: '1.2.3', cpuUsage: 5, memoryUsage: 6,
        diskUsage: 7,
    });
    const told = await frame(socket, 'metrics.ingested', (one) => one.id === sample.id);
    assert.deepEqual(told, { ...sample, agentVersion: '1.2.3', sourceInstanceId: told.sourceInstanceId });
});

test('another root access is told', async () => {
    const socket = await listen(site, root);
    await post(`/workspaces/${workspace.id}/nodes/${agent.nodeId}/root-access`, { profile: 'task' });
    const told = await frame(socket, 'node.root-access.updated', (one) => one.nodeId === agent.nodeId);
    const node = await get(`/workspaces/${workspace.id}/nodes/${agent.nodeId}`);
    for (const [name, value] of Object.entries(without(told)))
        if (name !== 'nodeId')
            assert.deepEqual(value, node[name], name);
});

test('an agent is told at once which root access is wanted, and nobody else is', async () => {
    const own = await makeAgent(site, root, workspace);
    const socket = socketOn(site, '/agent-realtime');
    const person = await listen(site, root);
    socket.emit('agent.auth', { type: 'agent.auth', nodeId: own.nodeId, agentToken: own.agentToken });
    await frame(socket, 'agent.auth.ack');
    await post(`/workspaces/${workspace.id}/nodes/${own.nodeId}/root-access`, { profile: 'terminal' });
    const told = await frame(socket, 'root-access.updated');
    const node = await get(`/workspaces/${workspace.id}/nodes/${own.nodeId}`);
    assert.deepEqual(told, {
        type: 'root-access.updated',
        rootAccess: { profile: 'terminal', updatedAt: node.rootAccessUpdatedAt },
    });
    await frame(person, 'node.status.updated', (one) => one.nodeId === own.nodeId && one.status === 'online');
    assert.equal(count(person, 'root-access.updated'), 0);
});

test('an installation that comes on is told to its workspace, without its token', async () => {
    const socket = await listen(site, root);
    const install = await makeInstall(site, root, workspace, 'a new machine');
    const token = tokenOf(install);
    await post('/node-installs/progress', { token, stage: 'installer_started', progressPercent: 5 });
    const told = await frame(socket, 'node-install.updated', (one) => one.installId === install.installId);
    assert.deepEqual(without(told), await get(`/workspaces/${workspace.id}/node-installs/${install.installId}`));
    assert.ok(!JSON.stringify(socket.heard).includes(token));
});

test('who hears of a node and of its workspace hears each thing once', async () => {
    const scene = await witness();
    await emit(scene.witness, 'subscribe.node', { nodeId: agent.nodeId });
    await emit(scene.witness, 'subscribe.workspace', { workspaceId: workspace.id });
    const task = await makeTask(site, root, agent);
    await settle(site, root, scene);
    assert.equal(count(scene.witness, 'task.created', (one) => one.id === task.id), 1);
    assert.equal(count(scene.witness, 'event.created', (one) => one.metadata?.taskId === task.id), 1);
});

test('who has left a workspace hears nothing of it until they subscribe again', async () => {
    const scene = await witness();
    const member = await newPerson();
    await addMember(member);
    const sockets = [await listen(site, root), await listen(site, member.token)];
    for (const socket of sockets)
        await emit(socket, 'unsubscribe.workspace', { workspaceId: workspace.id });
    await newPerson(); // facts of access change: nobody is joined again by that
    const silent = await makeTask(site, root, agent);
    await settle(site, root, scene);
    for (const socket of sockets) {
        assert.equal(count(socket, 'task.created', (one) => one.id === silent.id), 0);
        await emit(socket, 'subscribe.workspace', { workspaceId: workspace.id });
    }
    const heard = await makeTask(site, root, agent);
    for (const socket of sockets)
        await frame(socket, 'task.created', (one) => one.id === heard.id);
});

test('extra properties of a subscription mean nothing, and an unknown message neither', async () => {
    const socket = await listen(site, root);
    socket.emit('what.is.this', { nodeId: agent.nodeId });
    const reply = await emit(socket, 'subscribe.node', { nodeId: agent.nodeId, since: 5, type: 'x' });
    assert.deepEqual(reply, { subscribed: true, nodeId: agent.nodeId });
    assert.equal(count(socket, 'exception'), 0);
});

test('a subscription that fails is told why', async () => {
    const stranger = await newPerson();
    const socket = await listen(site, stranger.token);
    const nobody = '00000000-0000-7000-8000-000000000000';
    const rows = [
        ['subscribe.node', {}, 'BAD_REQUEST', 'nodeId is required for node subscriptions'],
        ['subscribe.node', { nodeId: 5 }, 'BAD_REQUEST', 'nodeId is required for node subscriptions'],
        ['subscribe.workspace', {}, 'BAD_REQUEST', 'workspaceId is required for workspace subscriptions'],
        ['subscribe.node', { nodeId: nobody }, 'NOT_FOUND', `Node ${nobody} was not found`],
        ['subscribe.workspace', { workspaceId: nobody }, 'NOT_FOUND', `Workspace ${nobody} was not found`],
        ['unsubscribe.node', { nodeId: agent.nodeId }, 'FORBIDDEN', 'You are not allowed to access this node'],
        ['subscribe.workspace', { workspaceId: workspace.id }, 'FORBIDDEN',
            'You are not allowed to access this workspace'],
        ['subscribe.node', { nodeId: 'x' }, 'FORBIDDEN', 'Unable to authorize node subscription'],
        ['subscribe.workspace', { workspaceId: '' }, 'BAD_REQUEST',
            'workspaceId is required for workspace subscriptions'],
    ];
    for (const [name, payload, code, message] of rows) {
        socket.heard.length = 0;
        socket.emit(name, payload);
        assert.deepEqual(await frame(socket, 'exception'), { code, message });
    }
});

test('who comes without a right token is told why', async () => {
    const refusal = (auth) => new Promise((resume) =>
        socketOn(site, '/realtime', { auth }).once('connect_error', (error) => resume(error.data)));
    const gone = sign({ sub: (await get('/users/me')).id, sessionVersion: 0, exp: 1_000_000_000 });
    assert.deepEqual(await refusal({}), { code: 'UNAUTHORIZED', message: 'Missing authentication token' });
    assert.deepEqual(await refusal({ token: 'no.jwt.here' }),
        { code: 'UNAUTHORIZED', message: 'Invalid authentication token' });
    assert.deepEqual(await refusal({ token: gone }),
        { code: 'UNAUTHORIZED', message: 'Authentication token expired' });
});

test('who becomes a member hears of the workspace at once, who is no longer one within a second no more', async () => {
    const scene = await witness();
    const person = await newPerson();
    const socket = await listen(site, person.token);
    const membership = await addMember(person);
    await until('the first frame', async () => {
        await heartbeat(site, agent);
        return count(socket, 'node.status.updated') > 0;
    });
    await emit(socket, 'subscribe.node', { nodeId: agent.nodeId });
    const heard = await makeTask(site, root, agent);
    await frame(socket, 'task.created', (one) => one.id === heard.id);
    await removeMember(membership);
    const removed = Date.now();
    const hears = async () => {
        const task = await makeTask(site, root, agent);
        await settle(site, root, scene);
        return count(socket, 'task.created', (one) => one.id === task.id) > 0;
    };
    await until('silence', async () => !(await hears()));
    assert.ok(Date.now() - removed < 5000, 'a second, and what looking takes');
    assert.ok(!(await hears()));
    assert.ok(socket.connected);
});

test('whose account is closed loses the connection within a second, not by a word', async () => {
    const person = await newPerson();
    await addMember(person);
    const socket = await listen(site, person.token);
    const end = ended(socket);
    await must(site, 'PATCH', `/users/${person.id}`, { token: root, body: { isActive: false } });
    const { reason, ms } = await end;
    assert.equal(reason, 'transport close');
    assert.ok(ms < 5000, `${ms} ms with the request`);
});

test('whose password changes loses the connections of older tokens only', async () => {
    const person = await newPerson();
    const old = await listen(site, person.token);
    const end = ended(old);
    await must(site, 'POST', '/users/me/password', {
        token: person.token,
        body: { currentPassword: person.credentials.password, newPassword: 'Another-Passw0rd!' },
    });
    const fresh = await signIn(site, { ...person.credentials, password: 'Another-Passw0rd!' });
    const socket = await listen(site, fresh);
    assert.equal((await end).reason, 'transport close');
    assert.ok(socket.connected);
});

test('a session that is ended loses its connections, the others of its person keep theirs', async () => {
    const person = await newPerson();
    const [here, there] = [await listen(site, person.token), await listen(site, await signIn(site, person.credentials))];
    const end = ended(here);
    await must(site, 'POST', '/auth/logout', { token: person.token });
    assert.equal((await end).reason, 'transport close');
    assert.ok(there.connected);
});

const part = (object) => Buffer.from(JSON.stringify(object)).toString('base64url');

function sign(claims) {
    const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
    return `${text}.${createHmac('sha256', JWT_SECRET).update(text).digest('base64url')}`;
}

const claimsOf = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));

test('the connection ends with its token', async () => {
    const exp = Math.floor(Date.now() / 1000) + 2;
    const socket = await listen(site, sign({ ...claimsOf(root), exp }));
    const { reason } = await ended(socket);
    assert.equal(reason, 'transport close');
    assert.ok(Date.now() >= exp * 1000);
});

const metric = async (name) => {
    const { text } = await call(site, 'GET', '/metrics', { token: root });
    return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)[1]);
};

test('who does not read what is sent is dropped, and counted, and others hear all of it', async () => {
    const scene = await witness();
    const slow = await listen(site, root);
    const before = await metric('fleetledger_sockets_slow_total');
    slow.io.engine.transport.ws._socket.pause();
    const payload = { command: 'true', stuffing: 'x'.repeat(900_000) };
    const tasks = [];
    while (await metric('fleetledger_sockets_slow_total') === before) {
        assert.ok(tasks.length < 60);
        tasks.push(await makeTask(site, root, agent, payload));
    }
    await settle(site, root, scene);
    for (const task of tasks)
        assert.equal(count(scene.witness, 'task.created', (one) => one.id === task.id), 1);
});

test('a socket hears of so many nodes by name, and of no more', async () => {
    const MOST = 4096;
    const socket = await listen(site, root);
    const nodes = [];
    let begun = 0;
    const register = async () => {
        while (begun <= MOST) {
            const body = { hostname: `crowd-${begun++}`, os: 'linux', arch: 'amd64', enrollmentToken: ENROLLMENT_TOKEN };
            nodes.push((await must(site, 'POST', '/agent/register', { body })).nodeId);
        }
    };
    await Promise.all(Array.from({ length: 32 }, register));
    const one = nodes.pop();
    const subscribe = (nodeId) => emit(socket, 'subscribe.node', { nodeId });
    for (let i = 0; i < MOST; i += 128)
        await Promise.all(nodes.slice(i, i + 128).map(subscribe));
    assert.equal(count(socket, 'exception'), 0);
    socket.emit('subscribe.node', { nodeId: one });
    assert.deepEqual(await frame(socket, 'exception'), {
        code: 'TOO_MANY_REQUESTS',
        message: `A connection may hear of ${MOST} nodes and workspaces by name. End another one first.`,
    });
    await emit(socket, 'unsubscribe.node', { nodeId: nodes[0] });
    assert.deepEqual(await subscribe(one), { subscribed: true, nodeId: one });
});

test('a rolling run is told as its GET shows it, and its targets are not told', async () => {
    const socket = await listen(site, root);
    const own = await makeAgent(site, root, workspace);
    const run = await post(`/workspaces/${workspace.id}/rolling-runs`,
        { name: 'Upgrade', type: 'shell.exec', nodeIds: [own.nodeId], waveSize: 1 });
    const { task } = await claim(site, own, { waitMs: 9000 });
    await report(site, own, task, 'started');
    await report(site, own, task, 'completed', { status: 'success' });
    const isEnd = (one) => one.id === run.id && one.status === 'completed';
    const last = await frame(socket, 'rolling-run.updated', isEnd);
    assert.deepEqual(without(last), await get(`/workspaces/${workspace.id}/rolling-runs/${run.id}`));
    assert.ok(count(socket, 'rolling-run.updated', (one) => one.id === run.id) <= 4);
});
