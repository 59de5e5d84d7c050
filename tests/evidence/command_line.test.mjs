// The command line, asking a server by its address: names in place of ids, for whom the token says.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { makePerson } from '../support/people.mjs';
import { startBentServer } from './bent_server.mjs';
import { ADMIN, call, must, signIn, startSite, until } from '../support/site.mjs';

const ASKED_WRONGLY = 2, NOT_FOUND = 3, NOT_ALLOWED = 4, UNPROVEN = 7;
const FORMATS = ['jsonl', 'csv', 'ocsf', 'cloudevents', 'cef', 'timesketch'];
let site, root, owner, acme, beta;

const run = (token, ...args) => runAt(site.url, token, ...args);

async function runAt(url, token, ...args) {
    const child = spawn(process.env.PROGRAM, [...args, '--url', url],
        { env: { PATH: process.env.PATH, FLEETLEDGER_TOKEN: token }, stdio: ['ignore', 'pipe', 'pipe'] });
    const said = { out: '', err: '' };
    child.stdout.on('data', (data) => { said.out += data; });
    child.stderr.on('data', (data) => { said.err += data; });
    const [code] = await once(child, 'close');
    return { code, ...said };
}

async function ids(token, ...args) {
    const { code, out, err } = await run(token, ...args, '-o', 'id');
    assert.equal(code, 0, err);
    return out;
}

const makeNode = (place, hostname) =>
    must(site, 'POST', `/workspaces/${place}/nodes`,
        { token: root, body: { name: hostname, hostname, os: 'linux', arch: 'amd64' } });

before(async () => {
    site = await startSite(process.env.PROGRAM, process.env.SITE_LOG);
    root = await signIn(site, ADMIN);
    owner = await makePerson(site, root, 'olga', 'user');
    [acme, beta] = (await Promise.all(['acme', 'beta'].map((slug) =>
        must(site, 'POST', '/workspaces', { token: root, body: { name: `The ${slug}`, slug } })))).map(({ id }) => id);
    await must(site, 'POST', `/workspaces/${acme}/members`, { token: root, body: { userId: owner.id, role: 'owner' } });
    await makeNode(acme, 'web-1');
    await makeNode(beta, 'db-1');
});
after(() => site?.close());

test('names and addresses find what their ids find', async () => {
    const node = (await must(site, 'GET', `/workspaces/${acme}/nodes`, { token: root }))[0].id;
    const byId = await ids(root, 'timeline', '--entity', node);
    assert.notEqual(byId, '');
    for (const args of [['--node', 'web-1'], ['--entity', 'node:web-1'], ['--node', node.slice(-8)],
        ['--workspace', 'acme', '--node', 'WEB-1'], ['--workspace', 'The acme', '--node', 'web-1']])
        assert.equal(await ids(root, 'timeline', ...args), byId, args.join(' '));
    assert.equal(await ids(root, 'entity', 'node', 'web-1'), byId);
    assert.equal(await ids(root, 'timeline', '--actor', 'olga@site.example.com'),
        await ids(root, 'timeline', '--actor', owner.id));
});

test('an owner names their workspace, and finds nothing of others by any name', async () => {
    const ours = await ids(owner.token, 'timeline', '--workspace', acme);
    assert.notEqual(ours, '');
    assert.equal(await ids(owner.token, 'timeline', '--workspace', 'acme'), ours);
    assert.equal(await ids(owner.token, 'timeline', '--workspace', 'acme', '--node', 'web-1'),
        await ids(root, 'timeline', '--workspace', 'acme', '--node', 'web-1'));
    for (const args of [['--workspace', 'beta'], ['--workspace', 'acme', '--node', 'db-1'],
        ['--workspace', 'acme', '--actor', 'nobody@site.example.com']]) {
        const { code, err } = await run(owner.token, 'timeline', ...args);
        assert.equal(code, NOT_FOUND, err);
        assert.match(err, /why: name_unknown/);
        assert.doesNotMatch(err, /did you mean (beta|db-1)/);
    }
    const { code, err } = await run(owner.token, 'timeline', '--node', 'web-1');
    assert.equal(code, NOT_ALLOWED);
    assert.match(err, /name your --workspace/);
});

test('an address that was asked for is on record as a digest alone', async () => {
    await run(root, 'timeline', '--actor', 'somebody.looked.for@site.example.com');
    const looks = await must(site, 'GET', '/timeline?type=platform.look_recorded&limit=1000', { token: root });
    const details = await Promise.all(looks.events.map(({ position }) =>
        must(site, 'GET', `/events/${position}`, { token: root })));
    assert.ok(details.some(({ fields }) => fields.route === '/entities'), JSON.stringify(details.map(({ fields }) => fields)));
    assert.doesNotMatch(JSON.stringify(details), /looked\.for/);
});

const place = () => mkdtemp(join(dirname(process.env.SITE_LOG), 'export-'));
const isThere = (file) => access(file).then(() => true, () => false);

test('an export of a server is fetched in each format, and is what is on record', async () => {
    const directory = await place();
    for (const format of FORMATS) {
        const file = join(directory, format);
        const { code, err } = await run(root, 'export', '--format', format, '--type', 'workspace.*', '--output', file);
        assert.equal(code, 0, err);
        const [, id] = /is what is on record as export (\S+)\.$/m.exec(err);
        const made = await must(site, 'GET', `/exports/${id}`, { token: root });
        assert.equal(made.format, format);
        assert.match(err, new RegExp(`^${made.count} events of the positions from 0 up to ${made.endPosition}, of root ${made.root}`));
        const content = await fetch(`${site.url}/api/v1/exports/${id}/content`, { headers: { authorization: `Bearer ${root}` } });
        assert.equal(await readFile(file, 'utf8'), await content.text());
    }
});

test('an owner exports what their workspace has, by its name, and to standard output', async () => {
    const { code, out, err } = await run(owner.token, 'export', '--format', 'jsonl', '--workspace', 'acme', '--node', 'web-1');
    assert.equal(code, 0, err);
    const events = out.trim().split('\n').map((line) => JSON.parse(line));
    assert.deepEqual(events.map(({ type, workspace }) => [type, workspace]), [['node.added', acme]]);
    assert.equal((await run(owner.token, 'export', '--format', 'jsonl')).code, NOT_ALLOWED);
    const unrecorded = await run(root, 'export', '--format', 'jsonl', '--unrecorded');
    assert.equal(unrecorded.code, ASKED_WRONGLY);
    assert.match(unrecorded.err, /always on record/);
});

// Without an event, cut off, or with one that never was: the file is not kept.
test('an export that is not what was recorded is found out, and not kept', async (t) => {
    const file = join(await place(), 'bent');
    const server = await startBentServer(site.url);
    t.after(() => server.close());
    const bends = [
        [(body) => body.subarray(body.indexOf('\n') + 1), /events came, and \d+ are on record/],
        [(body) => body.subarray(0, body.length - 5), /is not whole/],
        [(body) => Buffer.from(body.toString().replace(/"leafHash":"./, '"leafHash":"x')), /is no event in the format/],
        [(body) => Buffer.from(body.toString().replace(/("leafHash":")(.)/, (_, name, digit) =>
            name + (digit === '0' ? '1' : '0'))), /have the root/],
    ];
    for (const [bend, said] of bends) {
        server.bend = (path, answer) =>
            (path.endsWith('/content') ? { ...answer, body: bend(answer.body) } : answer);
        const { code, err } = await runAt(server.url, root, 'export', '--format', 'jsonl', '--output', file);
        assert.equal(code, UNPROVEN, err);
        assert.match(err, said);
        assert.match(err, /why: export_damaged/);
        assert.equal(await isThere(file), false);
    }
});

const isSigned = async (size) => {
    const checkpoint = await call(site, 'GET', '/api/v1/ledger/checkpoint', { token: root });
    return checkpoint.status === 200 && Number(checkpoint.text.split('\n')[1]) >= size;
};

test('verify compares stored bodies with the digests that were signed, and names one that was changed', async (t) => {
    const { ledgerSize } = await must(site, 'GET', '/timeline?limit=1', { token: root });
    await until('all of it to be signed', () => isSigned(ledgerSize));
    const key = (await call(site, 'GET', '/api/v1/ledger/key', { token: root })).text.trim();
    const server = await startBentServer(site.url);
    t.after(() => server.close());
    const verify = (count) => runAt(server.url, root, 'verify', '--key', key, '--bodies', String(count));
    const last = ledgerSize - 1;
    const mark = (position) => Buffer.from(BigInt(position).toString(16).padStart(16, '0'), 'hex').toString('base64');
    const some = await verify(3);
    assert.equal(some.code, 0, some.err);
    assert.match(some.out, /^3 of \d+ bodies, chosen by chance, are what was recorded; 0 of those chosen were dropped$/m);
    const bends = [
        [(event) => ({ ...event, storedBody: event.storedBody.replace(/^../, (start) => (start === 'AA' ? 'BB' : 'AA')) }),
            /the event at position \d+: its body is not what was recorded/],
        [(event) => ({ ...event, entry: event.entry.replace(/.{4}(=*)$/, 'AAAA$1') }), /its entry is not what was signed/],
        [(event) => ({ ...event, storedBody: null }), /entry or body are not shown/],
        [(event) => ({ ...event, storedBody: 'AAAAAAAAAAA=' }), /its body is not what was recorded/], // dropped before it was there
        // … by an event that drops nothing
        [(event) => (event.position === last ? event : { ...event, storedBody: mark(last) }),
            /its body is gone, and no event dropped it/],
    ];
    for (const [bend, said] of bends) {
        server.bend = (path, answer) => (/\/events\/\d+/.test(path)
            ? { ...answer, body: JSON.stringify(bend(JSON.parse(answer.body))) } : answer);
        const { code, err } = await verify(1000);
        assert.equal(code, UNPROVEN, err);
        assert.match(err, said);
    }
    const { status, json } = await call(site, 'GET', `/api/v1/workspaces/${acme}/events/5?stored=true`, { token: owner.token });
    assert.equal(status, 400, JSON.stringify(json));
    assert.match(json.message, /stored is for those who may read all/);
    assert.equal((await runAt(site.url, owner.token, 'verify', '--key', key, '--bodies', '1')).code, NOT_ALLOWED);
});
