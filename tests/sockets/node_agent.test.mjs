// Our agent on its socket, as a whole program with real shells, and what becomes of terminals when it, the
// server or PostgreSQL dies.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { access, chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { enrollNode } from '../support/node_agent.mjs';
import { ADMIN, freePort, must, signIn, startSite, until } from '../support/site.mjs';
import { closeSockets, frame, listen, makeTask, makeWorkspace } from './fleet.mjs';
import { expectOrder, hasStatus, openScreen, openSession, show, transcript } from './screen.mjs';

const NOT_ROOT = process.getuid() !== 0 && 'not root, and sudo has no rule for tests';
const isThere = (path) => access(path).then(() => true, () => false);
let home, port, site, root, workspace, agent;

// On the same home and port each time.
const startAgain = () => startSite(process.env.PROGRAM, process.env.SITE_LOG, {
    FLEETLEDGER_HOME: join(home, 'data'), PORT: String(port), JWT_SECRET: 'the-secret-of-the-agent-test',
});
// One task at a time: while it runs, the agent claims nothing and hears on its socket only.
const startAgent = () => agent.start(site, '--task-concurrency=1');

before(async () => {
    home = await mkdtemp(join(tmpdir(), 'fleetledger-live-'));
    await chmod(home, 0o755); // the database's own user must get through
    port = await freePort();
    site = await startAgain();
    root = await signIn(site, ADMIN);
    workspace = await makeWorkspace(site, root);
    agent = await enrollNode(site, root, workspace, 'a real machine');
    await startAgent();
});
after(async () => {
    await agent?.close();
    await site?.close();
    await rm(home, { recursive: true, force: true });
});
afterEach(closeSockets);

const node = () => must(site, 'GET', `/workspaces/${workspace.id}/nodes/${agent.nodeId}`, { token: root });
const isNode = (what, holds) => until(`a node that is ${what}`, async () => holds(await node()));
const file = (name) => join(agent.state, name);
const waitsFor = (name) => `while [ ! -e ${file(name)} ]; do sleep 0.05; done`;

// A shell on the node and a screen on it, which shows a prompt's answer already.
async function openShell(options) {
    const session = await openSession(site, root, agent, options);
    await hasStatus(session, 'open');
    const screen = await openScreen(session);
    await screen.type('echo $((6 * 7))-ready\n');
    await screen.shows('42-ready');
    return { session, screen };
}

// It writes its process id there; whether that process lives.
async function shellOf(screen, name) {
    await screen.type(`echo $$ > ${file(name)}.new; mv ${file(name)}.new ${file(name)}\n`);
    await until('a shell', () => isThere(file(name)));
    const pid = (await readFile(file(name), 'utf8')).trim();
    const lives = async () =>
        /^State:\s*[^Z\s]/m.test(await readFile(`/proc/${pid}/status`, 'utf8').catch(() => ''));
    assert.ok(await lives());
    return { ended: () => until('the end of the shell', async () => !await lives()) };
}

test('a node is online by the socket of its agent, and offline when that is killed', async () => {
    const screen = await listen(site, root);
    await isNode('online', ({ status }) => status === 'online');
    await agent.kill();
    await isNode('offline', ({ status }) => status === 'offline');
    await frame(screen, 'node.status.updated', (one) => one.nodeId === agent.nodeId && one.status === 'offline');
    await startAgent();
    await isNode('online', ({ status }) => status === 'online');
    await frame(screen, 'node.status.updated', (one) => one.nodeId === agent.nodeId && one.status === 'online');
});

test('a task goes to an agent that waits for one, and screens see it end', async () => {
    const screen = await listen(site, root);
    const task = await makeTask(site, root, agent, { command: 'echo $((6 * 7))-done' });
    const done = await frame(screen, 'task.updated', (one) => one.id === task.id && one.status === 'success');
    assert.match(done.output, /^42-done$/m);
    assert.ok(screen.heard.some(({ payload }) => payload.id === task.id && payload.status === 'running'));
});

test('what is typed on a screen goes to a real shell, and what that writes comes back', async () => {
    const { session, screen } = await openShell({ cols: 90, rows: 30 });
    await screen.type('tty; stty size\n');
    await screen.shows('/dev/pts/');
    await screen.shows('30 90');
    assert.equal((await screen.say('resize', { cols: 100, rows: 40 })).ok, true);
    await screen.type('stty size\n');
    await screen.shows('40 100');
    await screen.type('seq -s . 20000; echo $((6 * 7))-end\n'); // in many chunks
    await screen.shows('42-end');
    await screen.type("sh -c 'echo $((6 * 7))-asleep; exec sleep 600'\n");
    await screen.shows('42-asleep');
    await screen.type('\x03echo $((6 * 7))-interrupted\n');
    await screen.shows('42-interrupted');
    await screen.type('exit 3\n');
    const closed = await frame(screen, 'terminal.closed');
    assert.deepEqual([closed.session.status, closed.session.exitCode], ['closed', 3]);
    expectOrder(screen);
    assert.ok((await transcript(session)).includes(screen.text()), 'all that was shown is on record');
});

test('a terminal that is asked to end ends with its shell', async () => {
    const { session, screen } = await openShell();
    const shell = await shellOf(screen, 'terminated');
    await screen.type('trap "" HUP TERM; sleep 600\n');
    assert.deepEqual(await screen.say('terminate', { reason: 'enough' }),
        { ok: true, sessionId: session.id, status: 'terminating' });
    assert.equal((await frame(screen, 'terminal.closed')).session.closedReason, 'enough');
    await shell.ended();
    assert.equal((await show(session)).status, 'closed');
});

test('another root access profile is pushed to an agent that claims nothing', { skip: NOT_ROOT }, async () => {
    const screen = await listen(site, root);
    const busy = await makeTask(site, root, agent, { command: waitsFor('free') });
    await frame(screen, 'task.updated', (one) => one.id === busy.id && one.status === 'running');
    const want = (profile) => must(site, 'POST', `/workspaces/${workspace.id}/nodes/${agent.nodeId}/root-access`,
        { token: root, body: { profile } });
    await assert.rejects(openSession(site, root, agent, { runAsRoot: true }), /Applied profile is off/);
    await want('terminal');
    await isNode('open to root', ({ rootAccessAppliedProfile }) => rootAccessAppliedProfile === 'terminal');
    const session = await openSession(site, root, agent, { runAsRoot: true });
    await hasStatus(session, 'open'); // the agent would refuse it, too
    await must(site, 'POST', `${session.path}/terminate`, { token: root, body: {} });
    await hasStatus(session, 'closed');
    await want('off');
    await isNode('closed to root', ({ rootAccessAppliedProfile }) => rootAccessAppliedProfile === 'off');
    await writeFile(file('free'), '');
    await frame(screen, 'task.updated', (one) => one.id === busy.id && one.status === 'success');
});

test('a terminal outlives a server that is killed, and what its shell writes meanwhile is kept', async () => {
    const { session, screen } = await openShell();
    await screen.type(`KEPT=kept; ${waitsFor('go')}; echo $((6 * 7))-meanwhile; echo > ${file('gone')}\n`);
    await until('the echo of it', () => screen.text().includes('gone'));
    const lives = await agent.lives();
    await site.close('SIGKILL');
    await writeFile(file('go'), '');
    await until('what the shell writes', () => isThere(file('gone')));
    site = session.site = await startAgain();
    await agent.isLiveAgain(lives);
    const again = await openScreen(session);
    assert.deepEqual(again.answer, {
        ok: true, session: { id: session.id, status: 'open', cols: 80, rows: 24 } });
    await again.type('echo $KEPT-$((6 * 7))\n');
    await again.shows('kept-42');
    await again.type('exit\n');
    assert.equal((await frame(again, 'terminal.closed')).session.exitCode, 0);
    const written = await transcript(session);
    assert.equal(written.split('42-meanwhile').length, 2, 'once');
    assert.ok(written.indexOf('42-ready') < written.indexOf('42-meanwhile'));
    assert.ok(written.indexOf('42-meanwhile') < written.indexOf('kept-42'));
});

test('a terminal goes on while PostgreSQL is away', async () => {
    const { screen } = await openShell();
    const pid = await readFile(join(home, 'data', 'postgres', 'data', 'postmaster.pid'), 'utf8');
    process.kill(Number(pid.split('\n')[0]), 'SIGKILL');
    await screen.type('echo $((6 * 7))-away\n');
    await screen.shows('42-away');
    await screen.type('exit\n');
    await until('its end', () => screen.heard.some(({ name }) => name === 'terminal.closed'), { ms: 60_000 });
});

test('a terminal whose agent is killed ends at the next key, and its shell with the agent', async () => {
    const { session, screen } = await openShell();
    const shell = await shellOf(screen, 'orphan');
    await agent.kill();
    await shell.ended();
    await isNode('offline', ({ status }) => status === 'offline');
    assert.equal((await screen.type('x')).ok, true);
    assert.equal((await frame(screen, 'terminal.closed')).session.status, 'failed');
    assert.equal((await show(session)).closedReason, 'Agent route was unavailable while sending terminal input.');
    await startAgent();
});

test('a terminal whose agent is killed and comes back ends by itself', async () => {
    const { session, screen } = await openShell();
    const unseen = await openSession(site, root, agent);
    await hasStatus(unseen, 'open');
    await agent.kill();
    await startAgent();
    assert.equal((await frame(screen, 'terminal.closed')).session.status, 'failed');
    await hasStatus(unseen, 'failed');
    assert.equal((await show(session)).status, 'failed');
    await (await openShell()).screen.type('exit\n'); // the next one works
});

test('a terminal ends by itself where server and agent were killed', async () => {
    const { session } = await openShell();
    await agent.kill();
    await site.close('SIGKILL');
    site = session.site = await startAgain();
    await startAgent();
    await hasStatus(session, 'failed');
});

test('an agent that is stopped ends its terminals and says so', async () => {
    const { session, screen } = await openShell();
    const shell = await shellOf(screen, 'stopped');
    agent.child.kill('SIGTERM');
    assert.equal((await frame(screen, 'terminal.closed')).session.status, 'closed');
    await shell.ended();
    assert.equal((await show(session)).status, 'closed');
    await isNode('offline', ({ status }) => status === 'offline');
});
