// Terminals with several screens, or without an agent; the agent is one that the test speaks for.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { makePerson } from '../support/people.mjs';
import { ADMIN, must, signIn, startSite, until } from '../support/site.mjs';
import { closeSockets, count, ended, frame, makeAgent, makeWorkspace, socketOn } from './fleet.mjs';
import { expectOrder, hasStatus, openScreen, openSession, show } from './screen.mjs';

let site, root, workspace, agent, machine;
let people = 0;

before(async () => {
    site = await startSite(process.env.PROGRAM, process.env.SITE_LOG);
    root = await signIn(site, ADMIN);
    workspace = await makeWorkspace(site, root);
    agent = await makeAgent(site, root, workspace);
});
after(() => site?.close());
afterEach(closeSockets);

// Our agent's side of the node, until the test ends.
async function connectMachine() {
    machine = socketOn(site, '/agent-realtime');
    machine.emit('agent.auth', { type: 'agent.auth', nodeId: agent.nodeId, agentToken: agent.agentToken });
    await frame(machine, 'agent.auth.ack');
    machine.report = (type, { id }, body) => machine.timeout(5000).emitWithAck(type,
        { type, sessionId: id, timestamp: new Date().toISOString(), ...body });
}

const write = (session, text) => machine.report('terminal.output', session,
    { direction: 'stdout', payload: Buffer.from(text).toString('base64') });
const orders = (session, name) => machine.heard.filter((one) =>
    one.name === name && one.payload.sessionId === session.id).map(({ payload }) => payload);

async function openShell(token = root) {
    await connectMachine();
    const session = await openSession(site, token, agent);
    await frame(machine, 'terminal.start', ({ sessionId }) => sessionId === session.id);
    await machine.report('terminal.opened', session, { cols: 80, rows: 24 });
    return session;
}

// Who administers the workspace, and their membership of it.
async function makeAdmin() {
    const person = await makePerson(site, root, `screen${++people}`, 'user');
    const { id } = await must(site, 'POST', `/workspaces/${workspace.id}/members`,
        { token: root, body: { userId: person.id, role: 'admin' } });
    return { ...person, membership: `/workspaces/${workspace.id}/members/${id}` };
}

test('input that finds no agent ends the session at once', async () => {
    const session = await openShell();
    const screen = await openScreen(session);
    machine.disconnect();
    await until('an agent that has gone', async () => (await must(site, 'GET',
        `/workspaces/${workspace.id}/nodes/${agent.nodeId}`, { token: root })).status === 'offline');
    assert.equal((await show(session)).status, 'open', 'until somebody types: the agent may come back');
    assert.deepEqual(await screen.type('ls\r'), { ok: true, sessionId: session.id });
    const closed = await frame(screen, 'terminal.closed');
    const message = 'Agent route was unavailable while sending terminal input.';
    assert.deepEqual([closed.session.status, closed.session.closedReason], ['failed', message]);
    assert.equal((await frame(screen, 'terminal.error')).message, message);
    assert.deepEqual(screen.heard.slice(-3).map(({ name }) => name),
        ['terminal.session.state', 'terminal.error', 'terminal.closed']);
    assert.deepEqual(await screen.type('ls\r'), { ok: false, message: 'Terminal session is no longer active.' });
    await connectMachine();
    assert.deepEqual(orders(session, 'terminal.input'), [], 'what was typed comes to no shell later');
});

const LOST = 'You have no access to this terminal session any more.';

test('who loses workspace, role, session or account sees no more of a terminal, and others go on', async () => {
    const losses = {
        workspace: ({ membership }) => must(site, 'DELETE', membership, { token: root }),
        role: ({ membership }) => must(site, 'PATCH', membership, { token: root, body: { role: 'member' } }),
        session: ({ token, credentials }) => must(site, 'POST', '/users/me/password', {
            token, body: { currentPassword: credentials.password, newPassword: 'Another-Passw0rd!' } }),
        account: ({ id }) => must(site, 'PATCH', `/users/${id}`, { token: root, body: { isActive: false } }),
    };
    const session = await openShell();
    const own = await openScreen(session);
    for (const [what, lose] of Object.entries(losses)) {
        const person = await makeAdmin();
        const screen = await openScreen(session, { mode: 'watch', token: person.token });
        await write(session, `before ${what};`);
        await screen.shows(`before ${what};`);
        const end = ['session', 'account'].includes(what) ? ended(screen) : frame(screen, 'terminal.error');
        await lose(person);
        const { reason, message } = await end;
        assert.equal(reason ?? message, reason ? 'transport close' : LOST, what);
        await write(session, `after ${what};`);
        await own.shows(`after ${what};`);
        assert.ok(!screen.text().includes('after'), what);
    }
    expectOrder(own);
    await until('a session that nobody else watches', async () => (await show(session)).watcherUserIds.length === 0);
});

test('whoever is in control and loses the workspace has it no more', async () => {
    const person = await makeAdmin();
    const session = { ...await openShell(person.token), token: root };
    const screen = await openScreen(session, { token: person.token });
    const watcher = await openScreen(session, { mode: 'watch' });
    const of = (one) => one.controllerUserId;
    await until('their control', async () => of(await show(session)) === person.id);
    const told = frame(screen, 'terminal.error');
    await must(site, 'DELETE', person.membership, { token: root });
    assert.equal((await told).message, LOST);
    assert.equal((await screen.type('late')).ok, false);
    await until('a session without control', async () => of(await show(session)) === null);
    assert.ok(watcher.connected);
});

test('who takes a terminal over has it, and the former is told and types no more', async () => {
    const session = await openShell();
    const person = await makeAdmin();
    const first = await openScreen(session);
    await first.type('first');
    const second = await openScreen(session, { mode: 'take_over', token: person.token });
    assert.equal(second.answer.ok, true);
    const told = await frame(first, 'terminal.error');
    assert.deepEqual(told, {
        sessionId: session.id, message: 'Somebody else has taken control of this terminal session.' });
    assert.equal((await first.type('late')).ok, false);
    assert.equal((await first.say('resize', { cols: 100, rows: 40 })).ok, false);
    assert.equal((await second.type('second')).ok, true);
    await until('what they typed', () => orders(session, 'terminal.input').length >= 2);
    assert.deepEqual(orders(session, 'terminal.input').map(({ payload }) => Buffer.from(payload, 'base64').toString()),
        ['first', 'second']);
    await write(session, 'for both');
    await Promise.all([first, second].map((screen) => screen.shows('for both')));
    await until('their control', async () => (await show(session)).controllerUserId === person.id);
    assert.equal(count(second, 'terminal.error'), 0);
    const again = await openScreen(session, { mode: 'take_over' }); // and back
    assert.equal((await again.type('third')).ok, true);
    await frame(second, 'terminal.error');
    assert.equal((await second.type('late')).ok, false);
});

test('who watches sees everything and does nothing', async () => {
    const session = await openShell();
    const person = await makeAdmin();
    await openScreen(session);
    const watcher = await openScreen(session, { mode: 'watch', token: person.token });
    assert.equal(watcher.answer.ok, true);
    await write(session, 'for everybody');
    await watcher.shows('for everybody');
    assert.equal((await watcher.type('rm -rf /\r')).ok, false);
    assert.equal((await watcher.say('resize', { cols: 100, rows: 40 })).ok, false);
    assert.deepEqual(orders(session, 'terminal.input'), []);
    assert.deepEqual((await hasStatus(session, 'open')).watcherUserIds, [person.id]);
    watcher.disconnect();
    await until('a session without watchers', async () => (await show(session)).watcherUserIds.length === 0);
});

test('two screens of one person: the newer is in control, the older is told', async () => {
    const session = await openShell();
    const older = await openScreen(session);
    const newer = await openScreen(session);
    await frame(older, 'terminal.error');
    assert.equal((await older.type('x')).ok, false);
    assert.equal((await newer.type('y')).ok, true);
    older.disconnect();
    await write(session, 'after the older');
    await newer.shows('after the older');
    assert.equal((await newer.type('z')).ok, true, 'whose end is not that of the newer');
});

test('what a screen orders, and that it is gone, is on record with the session it was opened in', async () => {
    const person = await signIn(site, ADMIN);
    const sessions = await must(site, 'GET', '/users/me/sessions', { token: person });
    const session = await openShell(person);
    const screen = await openScreen(session);
    screen.disconnect();
    const { events } = await until('its end', async () => {
        const found = await must(site, 'GET', '/timeline?type=terminal.controller_detached&limit=1', { token: root });
        return found.events.some(({ stream }) => stream === session.id) && found;
    });
    const attached = await must(site, 'GET', '/timeline?type=terminal.controller_attached&limit=1', { token: root });
    const own = sessions.find(({ isCurrent }) => isCurrent).id;
    assert.deepEqual([events[0], attached.events[0]].map(({ actor }) => actor.session), [own, own]);
});

test('a screen ends its own session, and no other', async () => {
    const session = await openShell();
    const screen = await openScreen(session);
    const own = await screen.say('terminate', { sessionId: workspace.id });
    assert.deepEqual(own,
        { ok: false, message: 'Terminal websocket token is not authorized for this session.' });
    assert.equal((await screen.say('terminate', { workspaceId: workspace.id })).message, 'Bad Request Exception');
    assert.deepEqual(await screen.say('terminate', { reason: 'enough' }),
        { ok: true, sessionId: session.id, status: 'terminating' });
    const told = await frame(machine, 'terminal.stop', ({ sessionId }) => sessionId === session.id);
    assert.equal(told.reason, 'enough');
    await machine.report('terminal.exited', session, { exitCode: 0, reason: told.reason });
    assert.equal((await frame(screen, 'terminal.closed')).session.closedReason, 'enough');
});

test('a screen says only so much in five seconds', async () => {
    const session = await openShell();
    const rows = [['attach', {}, 20], ['resize', { cols: 90, rows: 30 }, 60],
        ['terminate', { workspaceId: workspace.id }, 20]]; // refused, and counted
    for (const [name, body, most] of rows) {
        const screen = await openScreen(session);
        const attached = name === 'attach' ? 1 : 0; // by opening it
        const isTooMany = ({ ok, message }) => !ok && /rate limit exceeded for this socket/.test(message);
        let before = 0;
        while (!isTooMany(await screen.say(name, body)))
            assert.ok(++before < most * 20, `${name} has an end`);
        assert.ok(before + attached >= most, `${name}: ${before} of ${most}`);
        assert.match((await frame(screen, 'terminal.error', ({ message }) => /rate limit/.test(message))).message,
            new RegExp(name));
    }
    assert.equal((await show(session)).status, 'open');
});
