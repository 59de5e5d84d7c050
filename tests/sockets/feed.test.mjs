// The feed of changes, for programs: as a stream of events, and as pages.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { ADMIN, call, must, signIn, startSite, until } from '../support/site.mjs';
import { makePerson } from '../support/people.mjs';
import { closeSockets, frame, listen, makeAgent, makeTask, makeWorkspace, report, start } from './fleet.mjs';
import { openStream } from './stream.mjs';

let home;
let site;
let root;
let workspace;
let agent;
const streams = [];

const startAgain = () => startSite(process.env.PROGRAM, process.env.SITE_LOG, {
    FLEETLEDGER_HOME: join(home, 'data'), JWT_SECRET: 'the-secret-of-the-feed-test',
});

before(async () => {
    home = await mkdtemp(join(tmpdir(), 'fleetledger-feed-'));
    await chmod(home, 0o755);
    site = await startAgain();
    root = await signIn(site, ADMIN);
    workspace = await makeWorkspace(site, root);
    agent = await makeAgent(site, root, workspace);
});
after(async () => {
    await site?.close();
    await rm(home, { recursive: true, force: true });
});
afterEach(() => {
    closeSockets();
    for (const stream of streams.splice(0))
        stream.close();
});

const follow = async (path, options = {}) => {
    const stream = await openStream(site, path, { token: root, ...options });
    streams.push(stream);
    return stream;
};

const page = (since, { path = '/changes', wait = 0, token = root } = {}) =>
    must(site, 'GET', `${path}?since=${since}&wait=${wait}`, { token });

// Pages from there on, until there is nothing more.
async function all(since, options) {
    const changes = [];
    for (let next = since; ;) {
        const answer = await page(next, options);
        changes.push(...answer.changes);
        if (answer.changes.length === 0)
            return { changes, next: answer.next };
        next = answer.next;
    }
}

const now = async () => (await all(0)).next;
const number = (id) => {
    const [size, frames] = id.split('-').map(Number);
    return size + (frames ?? 0) / 1000;
};

test('the feed tells what sockets are told, with an id each', async () => {
    const socket = await listen(site, root);
    const stream = await follow('/changes');
    const task = await makeTask(site, root, agent);
    const told = await frame(socket, 'task.created', (one) => one.id === task.id);
    const event = await stream.next((one) => one.event === 'task.created' && one.data.id === task.id);
    assert.deepEqual(event.data, told);
    assert.match(event.id, /^\d+(-\d+)?$/);
});

test('whoever goes on at the id of any event misses none and gets none twice', async () => {
    const begin = await now();
    const own = await makeAgent(site, root, workspace);
    for (let i = 0; i < 5; i++) {
        const task = await makeTask(site, root, own);
        await start(site, own, task);
        await report(site, own, task, 'completed', { status: 'success' });
    }
    const { changes } = await all(begin);
    const ids = changes.map(({ id }) => number(id));
    assert.ok(changes.length >= 15);
    assert.ok(changes.some(({ id }) => id.includes('-')), 'several frames of one entry');
    assert.deepEqual(ids, [...ids].sort((a, b) => a - b));
    assert.equal(new Set(ids).size, ids.length);
    for (let i = 0; i < changes.length; i++)
        assert.deepEqual((await all(changes[i].id)).changes, changes.slice(i + 1), changes[i].id);
});

test('a stream goes on behind Last-Event-ID, or behind what the query says', async () => {
    const begin = await now();
    const task = await makeTask(site, root, agent);
    const { changes } = await all(begin);
    for (const stream of [
        await follow(`/changes?since=${begin}`),
        await follow('/changes', { headers: { 'last-event-id': begin } }),
        await follow('/changes?since=0', { headers: { 'last-event-id': begin } }),
    ])
        for (const { id, event, data } of changes)
            assert.deepEqual(await stream.next(), { id, event, data });
    assert.ok(changes.some(({ data }) => data.id === task.id));
});

test('a page waits until there is something, and not for what is not for its caller', async () => {
    const stranger = await makePerson(site, root, 'stranger', 'user');
    const begin = await now();
    const waits = page(begin, { wait: 20 });
    const task = await makeTask(site, root, agent);
    const { changes, next } = await waits;
    assert.ok(changes.some(({ data }) => data.id === task.id));
    assert.ok(number(next) > number(begin));
    const empty = await page(begin, { wait: 1, token: stranger.token });
    assert.deepEqual(empty.changes, []);
    assert.ok(number(empty.next) >= number(next));
});

test('a workspace has a feed of its own', async () => {
    const other = await makeAgent(site, root, await makeWorkspace(site, root));
    const begin = await now();
    const mine = await makeTask(site, root, agent);
    const others = await makeTask(site, root, other);
    const { changes } = await all(begin, { path: `/workspaces/${workspace.id}/changes` });
    assert.ok(changes.some(({ data }) => data.id === mine.id));
    assert.ok(changes.every(({ data }) => data.workspaceId === workspace.id));
    assert.ok((await all(begin)).changes.some(({ data }) => data.id === others.id));
});

test('people hear of their workspaces only, and their streams end with their rights', async () => {
    const person = await makePerson(site, root, 'member', 'user');
    const path = `/workspaces/${workspace.id}/changes`;
    const refused = await call(site, 'GET', `/api/v1${path}`, { token: person.token });
    assert.equal(refused.status, 403);
    const membership = await must(site, 'POST', `/workspaces/${workspace.id}/members`, {
        token: root, body: { userId: person.id, role: 'viewer' },
    });
    const begin = await now();
    const ofOne = await follow(`${path}?since=${begin}`, { token: person.token });
    const ofAll = await follow(`/changes?since=${begin}`, { token: person.token });
    const waits = call(site, 'GET', `/api/v1${path}?since=${begin + 1000}`, { token: person.token });
    assert.equal((await waits).status, 412);
    const heard = await makeTask(site, root, agent);
    for (const stream of [ofOne, ofAll])
        await stream.next((one) => one.data.id === heard.id);
    await must(site, 'DELETE', `/workspaces/${workspace.id}/members/${membership.id}`, { token: root });
    await ofOne.ended;
    const silent = await makeTask(site, root, agent);
    const { changes } = await all(begin, { token: person.token });
    assert.ok(!changes.some(({ data }) => data.id === silent.id));
    await must(site, 'PATCH', `/users/${person.id}`, { token: root, body: { isActive: false } });
    await ofAll.ended;
    assert.ok(!ofAll.heard.some((one) => one.data.id === silent.id));
});

test('who waits for a page is told that the account has been closed meanwhile', async () => {
    const person = await makePerson(site, root, 'waiting', 'user');
    const waits = call(site, 'GET', `/api/v1/changes?wait=20`, { token: person.token });
    await must(site, 'PATCH', `/users/${person.id}`, { token: root, body: { isActive: false } });
    assert.equal((await waits).status, 401);
});

test('a place that is none is refused', async () => {
    for (const since of ['x', '-1', '5-0', '5-x', '1-2-3'])
        assert.equal((await call(site, 'GET', `/api/v1/changes?since=${since}`, { token: root })).status, 400, since);
    const far = await call(site, 'GET', '/api/v1/changes?since=99999999', { token: root });
    assert.equal(far.status, 412);
    const head = await call(site, 'HEAD', '/api/v1/changes', { token: root });
    assert.equal(head.status, 200);
});

test('the output of a task is followed to its end, from any line on', async () => {
    const own = await makeAgent(site, root, workspace);
    const task = await makeTask(site, root, own);
    const path = `/workspaces/${workspace.id}/tasks/${task.id}/logs`;
    await start(site, own, task);
    await report(site, own, task, 'logs', { stream: 'stdout', line: 'line 1' });
    const stream = await follow(`${path}?follow=true`);
    const first = await stream.next((one) => one.data.message === 'line 1');
    for (let i = 2; i <= 250; i++)
        await report(site, own, task, 'logs', { stream: 'stdout', line: `line ${i}` });
    await stream.next((one) => one.data.message === 'line 250');
    const again = await follow(`/tasks/${task.id}/logs?follow=true`, { headers: { 'last-event-id': first.id } });
    await again.next((one) => one.data.message === 'line 250');
    await report(site, own, task, 'completed', { status: 'success' });
    await stream.ended;
    await again.ended;
    const lines = (from) => from.heard.filter((one) => one.event === 'row').map((one) => one.data.message);
    const wanted = Array.from({ length: 250 }, (_, i) => `line ${i + 1}`);
    assert.deepEqual(lines(stream), wanted);
    assert.deepEqual(lines(again), wanted.slice(1));
    assert.equal(stream.heard.at(-1).event, 'end');
    const rows = await must(site, 'GET', path, { token: root });
    assert.deepEqual(stream.heard.slice(0, 2).map((one) => one.data), rows.slice(0, 2));
    const whole = await call(site, 'GET', `/api/v1${path}?follow=true`, {
        token: root, headers: { 'last-event-id': again.lastId },
    });
    assert.equal(whole.status, 204);
});

test('what cannot be followed is refused before anything is sent', async () => {
    const nobody = '00000000-0000-7000-8000-000000000000';
    const status = async (path) => (await call(site, 'GET', `/api/v1${path}`, { token: root })).status;
    const task = await makeTask(site, root, agent);
    assert.equal(await status(`/tasks/${nobody}/logs?follow=true`), 404);
    assert.equal(await status(`/tasks/${task.id}/logs?follow=true&after=x`), 400);
    assert.equal(await status('/tasks?follow=true'), 400);
});

test('one person does not take all the streams there are', async () => {
    const person = await makePerson(site, root, 'greedy', 'user');
    const open = async () => (await fetch(`${site.url}/api/v1/changes`, {
        headers: { authorization: `Bearer ${person.token}` }, signal: greed.signal,
    })).status;
    const greed = new AbortController();
    const all = [];
    while (!all.includes(503) && all.length < 256)
        all.push(await open());
    assert.equal(all.at(-1), 503);
    await follow('/changes'); // others still may
    greed.abort();
    await until('room for another', async () => {
        const stream = await follow('/changes', { token: person.token }).catch(() => undefined);
        return stream !== undefined;
    });
});

// Agents need no PostgreSQL, so that something happens meanwhile.
test('while PostgreSQL is away nothing is left out, of the feed nor of the news', async () => {
    const own = await makeAgent(site, root, workspace);
    const tasks = [await makeTask(site, root, own), await makeTask(site, root, own)];
    const socket = await listen(site, root);
    const stream = await follow('/changes');
    const pid = await readFile(join(home, 'data', 'postgres', 'data', 'postmaster.pid'), 'utf8');
    process.kill(Number(pid.split('\n')[0]), 'SIGKILL');
    for (const task of tasks) {
        await start(site, own, task);
        await report(site, own, task, 'completed', { status: 'success' });
    }
    for (const task of tasks) {
        const isEnd = (one) => one.id === task.id && one.status === 'success';
        await until('the end of the task', () => socket.heard.some((one) => isEnd(one.payload)), { ms: 60_000 });
        await until('the same in the feed', () => stream.heard.some((one) => isEnd(one.data)), { ms: 60_000 });
    }
});

test('after a restart a stream goes on where it was', async () => {
    const stream = await follow('/changes');
    const before = await makeTask(site, root, agent);
    const event = await stream.next((one) => one.event === 'task.created' && one.data.id === before.id);
    await site.close();
    await stream.ended; // properly: the server says that nothing more comes
    site = await startAgain();
    const later = await makeTask(site, root, agent);
    const again = await follow('/changes', { headers: { 'last-event-id': event.id } });
    const next = await again.next((one) => one.event === 'task.created');
    assert.equal(next.data.id, later.id);
    assert.notEqual(next.data.sourceInstanceId, event.data.sourceInstanceId);
    assert.ok(next.data.sequence > event.data.sequence);
});
