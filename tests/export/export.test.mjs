// Exports that a server makes: what they say of themselves is so, whoever asks again gets the same bytes, and
// nobody gets what is not theirs.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { makePerson } from '../support/people.mjs';
import { ADMIN, call, must, signIn, startSite } from '../support/site.mjs';

const FORMATS = ['jsonl', 'csv', 'ocsf', 'cloudevents', 'cef', 'timesketch'];
const HOSTILE = "=cmd|' /C calc'!A0\n@SUM(A1)\t\"+1\"";
let site, token, workspace, other, auditor, owner;

before(async () => {
    site = await startSite(process.env.PROGRAM, process.env.SITE_LOG);
    token = await signIn(site, ADMIN);
    const make = (name) => must(site, 'POST', '/workspaces', { token, body: { name, slug: name } });
    workspace = (await make('taken')).id;
    other = (await make('left')).id;
    auditor = await makePerson(site, token, 'auditor', 'platform_auditor');
    owner = await makePerson(site, token, 'owner', 'user');
    await must(site, 'POST', `/workspaces/${workspace}/members`,
        { token, body: { userId: owner.id, role: 'admin' } });
    for (let i = 0; i < 30; i++)
        await must(site, 'PATCH', `/workspaces/${workspace}`, { token, body: { name: `Name ${i}` } });
    await must(site, 'POST', `/workspaces/${workspace}/teams`,
        { token, body: { name: 'Readers', description: HOSTILE } });
    await must(site, 'POST', `/workspaces/${other}/teams`, { token, body: { name: 'Strangers' } });
});
after(() => site?.close());

const of = (id) => (id === undefined ? '/exports' : `/workspaces/${id}/exports`);
const make = (body, { where, as = token } = {}) =>
    must(site, 'POST', of(where), { token: as, body: { format: 'jsonl', ...body } });
const contentOf = async (made, { where, as = token, after: position } = {}) => {
    const path = `${of(where)}/${made.id}/content`;
    const query = position === undefined ? '' : `?afterPosition=${position}`;
    const answer = await call(site, 'GET', `/api/v1${path}${query}`, { token: as });
    assert.equal(answer.status, 200, answer.text);
    return answer.text;
};
const eventsOf = (text) => text.trimEnd().split('\n').filter(Boolean).map((line) => JSON.parse(line));

// RFC 6962, section 2.1.
function rootOf(leaves) {
    const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
    if (leaves.length === 0)
        return sha256();
    if (leaves.length === 1)
        return leaves[0];
    const half = 2 ** (Math.ceil(Math.log2(leaves.length)) - 1);
    return sha256(Buffer.from([1]), rootOf(leaves.slice(0, half)), rootOf(leaves.slice(half)));
}
const hexRoot = (events) => rootOf(events.map((event) => Buffer.from(event.leafHash, 'hex'))).toString('hex');

test('an export says its range, filter, count and root, and they are so', async () => {
    const made = await make({ type: 'workspace.*', actorKind: 'user' });
    const events = eventsOf(await contentOf(made));
    assert.equal(events.length, made.count);
    assert.ok(made.count > 30);
    assert.equal(hexRoot(events), made.root);
    assert.equal(made.filter.type, 'workspace.*');
    assert.ok(events.every((event) => event.type.startsWith('workspace.') &&
        event.position >= made.firstPosition && event.position < made.endPosition));
    const timeline = await must(site, 'GET',
        `/timeline?type=workspace.*&actorKind=user&limit=1000&order=oldest&toPosition=${made.endPosition - 1}`, { token });
    assert.deepEqual(events.map((event) => event.position), timeline.events.map((event) => event.position));
});

test('an export of everything has the root of the ledger', async () => {
    const made = await make({});
    assert.equal(made.firstPosition, 0);
    assert.equal(made.count, made.endPosition);
    assert.equal(made.root, made.ledgerRoot);
    assert.equal(hexRoot(eventsOf(await contentOf(made))), made.root);
});

test('an export is an event, which says as much as its answer', async () => {
    const made = await make({ entity: workspace, origin: '127.0.0.1', from: '-1d', correlation: 'mine' });
    const event = await must(site, 'GET', `/events/${made.position}`, { token });
    assert.equal(event.type, 'platform.export_made');
    assert.equal(event.fields.exportId, made.id);
    assert.equal(event.fields.count, made.count);
    assert.equal(event.fields.filter.entity, workspace);
    assert.equal(Buffer.from(event.fields.filter.origins, 'base64').length % 32, 0);
    assert.ok(!JSON.stringify(event).includes('127.0.0.1') && !JSON.stringify(event).includes('mine'));
});

test('the same bytes come each time, in every format, and whoever was cut off goes on', async () => {
    for (const format of FORMATS) {
        const made = await make({ format, workspace });
        const whole = await contentOf(made);
        assert.equal(await contentOf(made), whole);
        const lines = whole.split('\n').filter((line) => line !== '');
        assert.equal(lines.length, made.count + (format === 'csv' ? 1 : 0));
        const position = eventsOf(await contentOf(await make({ workspace })))[6].position;
        const kept = (format === 'csv' ? 1 : 0) + 7;
        const rest = await contentOf(made, { after: position });
        assert.equal(lines.slice(0, kept).map((line) => `${line}\n`).join('') + rest, whole);
    }
});

test('a later event changes no export', async () => {
    const made = await make({ workspace });
    const before = await contentOf(made);
    await must(site, 'PATCH', `/workspaces/${workspace}`, { token, body: { name: 'Later' } });
    assert.equal(await contentOf(made), before);
});

test('a file comes with its name and its type', async () => {
    const made = await make({ format: 'csv', workspace });
    const answer = await fetch(`${site.url}/api/v1/exports/${made.id}/content`,
        { headers: { authorization: `Bearer ${token}` } });
    await answer.text();
    assert.equal(answer.headers.get('content-type'), made.mediaType);
    assert.equal(answer.headers.get('content-disposition'), `attachment; filename="${made.fileName}"`);
    assert.match(made.fileName, /\.csv$/);
});

test('what is personal is sealed, and what somebody wrote on purpose does nothing', async () => {
    const text = await contentOf(await make({}));
    assert.ok(!text.includes(ADMIN.email) && !text.includes('127.0.0.1'));
    const registered = eventsOf(text).find((event) => event.type === 'identity.user_registered');
    assert.equal(registered.fields.email, null);
    assert.ok(registered.sealed.includes('email'));
    const team = eventsOf(text).find((event) => event.fields?.description === HOSTILE);
    assert.ok(team, 'the text itself is whole');
    assert.ok(!/(^|,)"?[=+@-]/m.test(await contentOf(await make({ format: 'csv', type: 'workspace.*' }))));
});

test('exports are listed, newest first, page by page', async () => {
    const made = [await make({}), await make({}), await make({ workspace })];
    const first = await must(site, 'GET', '/exports?limit=2', { token });
    assert.deepEqual(first.exports.map((each) => each.id), [made[2].id, made[1].id]);
    const second = await must(site, 'GET', `/exports?limit=1&after=${first.next}`, { token });
    assert.deepEqual(second.exports.map((each) => each.id), [made[0].id]);
    const read = await must(site, 'GET', `/exports/${made[0].id}`, { token });
    assert.equal(read.root, made[0].root);
});

test('a workspace takes along its own alone, and others are not there', async () => {
    const made = await make({}, { where: workspace, as: owner.token });
    assert.equal(made.workspace, workspace);
    const events = eventsOf(await contentOf(made, { where: workspace, as: owner.token }));
    assert.ok(events.length > 30 && events.every((event) => event.workspace === workspace));
    const theirs = await make({}, { where: other });
    for (const path of [theirs.id, `${theirs.id}/content`])
        assert.equal((await call(site, 'GET', `/api/v1${of(workspace)}/${path}`, { token: owner.token })).status, 404);
    const listed = await must(site, 'GET', of(workspace), { token: owner.token });
    assert.ok(listed.exports.every((each) => each.workspace === workspace));
    assert.equal((await call(site, 'GET', `/api/v1/exports/${made.id}`, { token: owner.token })).status, 403);
});

// More than what the kernel and the server keep for somebody who does not read.
async function makeLargeExport(where, as) {
    const description = '"'.repeat(2000);
    for (let i = 0; i < 500; i += 50)
        await Promise.all(Array.from({ length: 50 }, (_, n) => must(site, 'POST', `/workspaces/${where}/teams`,
            { token, body: { name: `Large ${i + n}`, description } })));
    return make({ format: 'ocsf' }, { where, as });
}

// Asks, and reads nothing until told to; then all of it, to the end of the connection.
async function beginDownload(made, where, as) {
    const { hostname, port } = new URL(site.url);
    const socket = connect(Number(port), hostname);
    await new Promise((resume, fail) => socket.once('connect', resume).once('error', fail));
    socket.write(`GET /api/v1${of(where)}/${made.id}/content HTTP/1.1\r\nHost: ${hostname}:${port}\r\n` +
        `Authorization: Bearer ${as}\r\nConnection: close\r\n\r\n`);
    await new Promise((resume) => socket.once('readable', resume));
    return async () => {
        let text = '';
        const ended = new Promise((resume) => socket.once('close', resume));
        socket.on('error', () => {}); // a reset is an end, too
        socket.on('data', (piece) => (text += piece));
        await ended;
        return text;
    };
}
const isWhole = (text) => text.startsWith('HTTP/1.1 200 ') && text.endsWith('\r\n0\r\n\r\n');

test('a download ends with the right to it, in its midst, and goes on for who may take it along still', async () => {
    const where = (await must(site, 'POST', '/workspaces', { token, body: { name: 'Large', slug: 'large' } })).id;
    const join = (userId, role) =>
        must(site, 'POST', `/workspaces/${where}/members`, { token, body: { userId, role } });
    const leave = (membership) =>
        must(site, 'DELETE', `/workspaces/${where}/members/${membership.id}`, { token });
    const leaving = await makePerson(site, token, 'leaving', 'user');
    const membership = await join(leaving.id, 'admin');
    const made = await makeLargeExport(where, leaving.token);
    const theirs = await beginDownload(made, where, leaving.token);
    const auditors = await beginDownload(made, where, auditor.token);
    const follower = await fetch(`${site.url}/api/v1/workspaces/${where}/changes`,
        { headers: { authorization: `Bearer ${leaving.token}`, accept: 'text/event-stream' } });
    assert.equal(follower.status, 200);
    await leave(await join(auditor.id, 'viewer'));
    await leave(membership);
    await follower.text(); // ends when the server has heard of it
    assert.ok(!isWhole(await theirs()));
    assert.ok(isWhole(await auditors()));
});

test('auditors take evidence along, and change nothing else', async () => {
    const made = await make({ type: 'identity.*' }, { as: auditor.token });
    assert.equal(made.actor.id, auditor.id);
    assert.equal(eventsOf(await contentOf(made, { as: auditor.token })).length, made.count);
    await make({}, { where: workspace, as: auditor.token });
    const denied = await call(site, 'PATCH', `/api/v1/workspaces/${workspace}`,
        { token: auditor.token, body: { name: 'No' } });
    assert.equal(denied.status, 403);
});

test('what would begin behind the ledger is empty, and ends where the ledger does', async () => {
    for (const where of [undefined, workspace]) {
        const made = await make({ fromPosition: 10 ** 9 }, { where });
        assert.equal(made.count, 0);
        assert.equal(made.firstPosition, made.endPosition);
        assert.ok(made.endPosition <= made.position, `ends at ${made.endPosition}`);
        assert.deepEqual(eventsOf(await contentOf(made, { where })), []);
    }
    assert.ok(!site.hasEnded());
});

test('a repeat of the order is the same export', async () => {
    const order = () => must(site, 'POST', '/exports',
        { token, headers: { 'idempotency-key': 'once' }, body: { format: 'jsonl' } });
    assert.equal((await order()).id, (await order()).id);
});

test('what is asked wrongly is refused by name', async () => {
    const wrong = [
        [{}, /format/], [{ format: 'xml' }, /format/], [{ format: 'csv', from: 'soon' }, /from/],
        [{ format: 'csv', to: '-2y' }, /to/], [{ format: 'csv', limit: 3 }, /limit/],
        [{ format: 'csv', order: 'newest' }, /order/], [{ format: 'csv', after: 'x' }, /after/],
        [{ format: 'csv', fromPosition: -1 }, /fromPosition/], [{ format: 'csv', entity: 'x' }, /entity/],
        [{ format: 'csv', colour: 1 }, /colour/],
    ];
    for (const [body, named] of wrong) {
        const answer = await call(site, 'POST', '/api/v1/exports', { token, body });
        assert.equal(answer.status, 400, JSON.stringify(body));
        assert.match(answer.text, named);
    }
    const made = await make({ workspace });
    for (const position of [-1, made.endPosition, 'x']) {
        const answer = await call(site, 'GET',
            `/api/v1/exports/${made.id}/content?afterPosition=${position}`, { token });
        assert.equal(answer.status, 400);
        assert.match(answer.text, /afterPosition/);
    }
    const nobody = '/api/v1/exports/00000000-0000-4000-8000-000000000000';
    assert.equal((await call(site, 'GET', nobody, { token })).status, 404);
    assert.equal((await call(site, 'GET', '/api/v1/exports?after=x', { token })).status, 400);
});

test('an export of nothing is a file of its head', async () => {
    const made = await make({ format: 'csv', from: '2999-01-01' });
    assert.equal(made.count, 0);
    assert.equal(made.root, createHash('sha256').digest('hex'));
    assert.match(await contentOf(made), /^position,.*\r\n$/);
    assert.equal(await contentOf(await make({ from: '2999-01-01' })), '');
});
