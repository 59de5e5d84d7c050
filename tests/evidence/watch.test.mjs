// `fleetledger verify` of a server, from another machine: what holds, and what is said of what does not.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { stopChild, until } from '../support/site.mjs';
import { flip, startBentServer } from './bent_server.mjs';
import { makeKey, makeLog, serveLog } from './own_log.mjs';
import { key, rename, signed, site } from './public_ledger.mjs';

const PROGRAM = process.env.PROGRAM;
const UNPROVEN = 7, NOT_REACHED = 6, REFUSED = 5, ASKED_WRONGLY = 2, FAILED = 1;

function start(...args) {
    const child = spawn(PROGRAM, ['verify', ...args], { env: { PATH: process.env.PATH } });
    const said = { out: '', err: '' };
    child.stdout.on('data', (data) => { said.out += data; });
    child.stderr.on('data', (data) => { said.err += data; });
    return { child, said };
}

async function verify(...args) {
    const { child, said } = start(...args);
    const [code] = await once(child, 'close');
    return { code, ...said };
}

const place = () => mkdtemp(join(dirname(process.env.SITE_LOG), 'watch-'));

// A server in front of ours, that bends what it shows.
async function bent(t, bend) {
    const server = await startBentServer(site.url, bend);
    t.after(() => server.close());
    return server;
}

test('verify checks all that a server shows, by the key alone', async () => {
    const whole = await verify('--url', `${site.url}/`, '--key', key);
    assert.equal(whole.code, 0, whole.err);
    assert.match(whole.out, /^audit\.example\.com\/evidence of size \d+, signed \S+Z: checkpoint, every entry and every tile hold$/m);
});

test('verify --copy fetches only news the next time, and its copy can be checked without the server', async (t) => {
    const server = await bent(t);
    const copy = join(await place(), 'copy');
    assert.equal((await verify('--url', server.url, '--key', key, '--copy', copy)).code, 0);
    await signed(await rename('News'));
    server.asked.length = 0;
    const second = await verify('--url', server.url, '--key', key, '--copy', copy);
    assert.equal(second.code, 0, second.err);
    assert.ok(server.asked.length > 0);
    assert.deepEqual(server.asked.filter((path) => /\/000$/.test(path)), [], 'whole tiles are there already');
    const offline = await verify('--tiles', copy, '--key', key);
    assert.equal(offline.code, 0, offline.err);
    assert.equal((await readdir(join(copy, 'tile/entries/001.p'))).length, 1, 'one partial tile is enough');
});

test('a copy that was damaged here is fetched anew, and is no alarm', async () => {
    const copy = join(await place(), 'copy');
    assert.equal((await verify('--url', site.url, '--key', key, '--copy', copy)).code, 0);
    const entries = await readFile(join(copy, 'tile/entries/000'));
    entries[77] ^= 4;
    await writeFile(join(copy, 'tile/entries/000'), entries);
    assert.equal((await verify('--tiles', copy, '--key', key)).code, UNPROVEN);
    const again = await verify('--url', site.url, '--key', key, '--copy', copy);
    assert.equal(again.code, 0, again.err);
    assert.match(again.err, /was damaged; it is fetched anew/);
    assert.equal((await verify('--tiles', copy, '--key', key)).code, 0);
});

test('one changed bit of entry, tile, checkpoint or key is named, wherever it is', async (t) => {
    const server = await bent(t);
    const named = async (path, bit, words) => {
        server.bend = flip(path, bit);
        const found = await verify('--url', server.url, '--key', key);
        assert.equal(found.code, UNPROVEN, `${path}, bit ${bit}: ${found.err}`);
        assert.match(found.err, words);
    };
    await named('tile/entries/000', 1000, /entry at position \d+, in bundle 0/);
    await named('tile/entries/000', 3, /tile\/entries\/000 (ends|goes on)/);
    await named('tile/0/000', 8 * 32 * 7, /hash of position 7, in tile 0 of level 0/);
    await named('tile/1/000.p/1', 9, /tile\/1\/000\.p\/1 does not have the hashes/);
    for (const bit of [300, 500, 1200])
        await named('checkpoint', bit, /its checkpoint is not signed by the key of audit\.example/);
    await named('checkpoint', 2, /shows a checkpoint of eudit\.example\.com\/evidence, not of audit\.example/);
    server.bend = (_, answer) => answer;
    const letters = key.split('+');
    const other = `${letters[0]}+${letters[1]}+${letters.slice(2).join('+').replace(/.(.{3})$/, (end) => `${end[0] === 'A' ? 'B' : 'A'}${end.slice(1)}`)}`;
    const wrong = await verify('--url', server.url, '--key', other);
    assert.equal(wrong.code, ASKED_WRONGLY);
    assert.match(wrong.err, /--key is no verifier key/);
});

test('a server far away is asked for several files at once', async (t) => {
    const waiting = new Set();
    const server = await bent(t, async (path, answer) => {
        if (/^tile\/(0|entries)\//.test(path)) {
            waiting.add(path);
            await until('two bundles and their hashes', () => waiting.size === 4);
        }
        return answer;
    });
    const whole = await verify('--url', server.url, '--key', key);
    assert.equal(whole.code, 0, whole.err);
});

test('what was signed and is not shown is missing', async (t) => {
    const gone = { status: 404, headers: {}, body: '{"code":"tile_not_found","message":"Gone."}' };
    const server = await bent(t, (path, answer) => path === 'tile/entries/000' ? gone : answer);
    const found = await verify('--url', server.url, '--key', key);
    assert.equal(found.code, UNPROVEN);
    assert.match(found.err, /tile\/entries\/000 was signed, and is not shown/);
});

test('less than was seen before is never accepted again, by a later run either', async (t) => {
    const old = Buffer.from(await (await fetch(`${site.url}/api/v1/ledger/checkpoint`)).arrayBuffer());
    const server = await bent(t);
    const copy = join(await place(), 'copy');
    await signed(await rename('Rolled back'));
    assert.equal((await verify('--url', server.url, '--key', key, '--copy', copy)).code, 0);
    server.bend = (path, answer) => path === 'checkpoint' ? { ...answer, body: old } : answer;
    for (let i = 0; i < 2; i++) {
        const found = await verify('--url', server.url, '--key', key, '--copy', copy);
        assert.equal(found.code, UNPROVEN);
        assert.match(found.err, /was of size \d+ when it was last seen, and is of size \d+ now/);
        assert.match(found.err, /why: ledger_rolled_back/);
    }
    assert.deepEqual(await readFile(join(copy, 'contradicting-checkpoint')), old);
    // A cache that answers once with what it had is no alarm.
    let stale = 1;
    server.bend = (path, answer) => path === 'checkpoint' && stale-- > 0 ? { ...answer, body: old } : answer;
    assert.equal((await verify('--url', server.url, '--key', key, '--copy', copy)).code, 0);
});

test('verify --follow tells of each checkpoint, and ends with an alarm at the first that does not hold', async (t) => {
    const server = await bent(t);
    const { child, said } = start('--url', server.url, '--key', key, '--follow', '--every', '1');
    t.after(() => stopChild(child));
    const lines = () => said.out.split('\n').length - 1;
    await until('the first look', () => lines() >= 1, { ms: 30_000 });
    const before = lines();
    await signed(await rename('Followed'));
    await until('the next checkpoint', () => lines() > before);
    server.bend = (path, answer) => flip('checkpoint', 600)(path, answer);
    const [code] = await once(child, 'close');
    assert.equal(code, UNPROVEN);
    assert.match(said.err, /why: not_signed\n {2}do: /);
    assert.match(said.err, /This is what it shows as its checkpoint:/);
});

const NAME = 'log.example/of/others';
const entries = (count, first = 'a') => Array.from({ length: count }, (_, i) => i === 0 ? first : `entry ${i}`);

async function ownLog(t, ...log) {
    const server = await serveLog(makeLog(NAME, ...log));
    t.after(() => server.close());
    return server;
}

test('a log of others is verified as ours is, and told for programs', async (t) => {
    const own = makeKey(NAME);
    const server = await ownLog(t, entries(77), [own]);
    const held = await verify('--url', server.url, '--key', own.vkey, '--json');
    assert.equal(held.code, 0, held.err);
    const { verdict, log, size, root } = JSON.parse(held.out);
    assert.deepEqual({ verdict, log, size, root },
        { verdict: 'ok', log: NAME, size: 77, root: String(server.files.checkpoint).split('\n')[2] });
    server.files['tile/0/000.p/77'][40] ^= 1;
    const found = await verify('--url', server.url, '--key', own.vkey, '--json');
    assert.equal(found.code, UNPROVEN);
    assert.equal(JSON.parse(found.out).verdict, 'damaged');
    assert.equal(JSON.parse(found.out).code, 'evidence_damaged');
});

test('two ledgers of one size are a fork, and so are two of which neither continues the other', async (t) => {
    const own = makeKey(NAME);
    for (const size of [40, 50]) {
        const server = await ownLog(t, entries(40), [own]);
        const copy = join(await place(), 'copy');
        assert.equal((await verify('--url', server.url, '--key', own.vkey, '--copy', copy)).code, 0);
        server.files = makeLog(NAME, entries(size, 'another first one'), [own]);
        const found = await verify('--url', server.url, '--key', own.vkey, '--copy', copy);
        assert.equal(found.code, UNPROVEN);
        assert.match(found.err, /why: ledger_forked/);
        assert.deepEqual(await readFile(join(copy, 'contradicting-checkpoint')), server.files.checkpoint);
        assert.equal((await verify('--tiles', copy, '--key', own.vkey)).code, 0, 'what was seen is still there');
    }
});

test('while a log changes its key, either one verifies it, and none of the two may be wrong', async (t) => {
    const old = makeKey(NAME), next = makeKey(NAME), stranger = makeKey(NAME);
    const server = await ownLog(t, entries(5), [next, stranger, old]);
    const code = async (...keys) => (await verify('--url', server.url, '--key', keys.map(({ vkey }) => vkey).join('\n'))).code;
    assert.equal(await code(old), 0);
    assert.equal(await code(next), 0);
    assert.equal(await code(next, old), 0);
    assert.equal(await code(makeKey(NAME)), UNPROVEN);
    assert.match((await verify('--url', server.url, '--key', makeKey('another.example').vkey)).err,
        /shows a checkpoint of log\.example\/of\/others, not of another\.example/);
    const other = makeLog(NAME, entries(6), [old]).checkpoint.toString().split('\n')[4];
    const lines = server.files.checkpoint.toString().split('\n');
    server.files.checkpoint = Buffer.from([...lines.slice(0, 6), other, ''].join('\n'));
    assert.equal(await code(next), 0, 'what is no signature of a known key is passed over');
    assert.equal(await code(next, old), UNPROVEN);
});

test('one directory is kept by one verify, and one that cannot be kept is named', async (t) => {
    const own = makeKey(NAME);
    const server = await ownLog(t, entries(3), [own]);
    const copy = join(await place(), 'copy');
    const { child, said } = start('--url', server.url, '--key', own.vkey, '--follow', '--copy', copy);
    t.after(() => stopChild(child));
    await until('the first look', () => said.out !== '', { ms: 30_000 });
    const second = await verify('--url', server.url, '--key', own.vkey, '--copy', copy);
    assert.equal(second.code, REFUSED);
    assert.match(second.err, /another verify keeps /);
    const nowhere = await verify('--url', server.url, '--key', own.vkey, '--copy', '/dev/null/nowhere');
    assert.equal(nowhere.code, FAILED);
    assert.match(nowhere.err, /\/dev\/null\/nowhere cannot be made/);
});

test('silence is an alarm', async (t) => {
    const server = await bent(t);
    const still = Buffer.from(await (await fetch(`${server.url}/api/v1/ledger/checkpoint`)).arrayBuffer());
    const since = new Date(Date.now() - 60_000).toUTCString();
    server.bend = (path, answer) => path !== 'checkpoint' ? answer
        : { status: 200, headers: { 'last-modified': since }, body: still };
    const quiet = await verify('--url', server.url, '--key', key, '--follow', '--every', '1', '--silence', '30');
    assert.equal(quiet.code, UNPROVEN);
    assert.match(quiet.err, /has signed nothing for \d+ s/);
    assert.match(quiet.err, /why: ledger_silent/);
});

test('a server that does not answer is borne for a while, and then said', async (t) => {
    const server = await bent(t);
    const patient = start('--url', server.url, '--key', key, '--follow', '--every', '1', '--unreachable', '600');
    t.after(() => stopChild(patient.child));
    await until('the first look', () => patient.said.out !== '', { ms: 30_000 });
    server.bend = () => undefined;
    await until('what is said of it', () => patient.said.err.includes('cannot be asked'), { ms: 30_000 });
    server.bend = (_, answer) => answer;
    await until('that it is back', () => patient.said.err.includes('answers again'), { ms: 30_000 });
    server.bend = () => undefined;
    const impatient = await verify('--url', server.url, '--key', key, '--follow', '--every', '1', '--unreachable', '1');
    assert.equal(impatient.code, NOT_REACHED);
    assert.match(impatient.err, /for \d+ s now: /);
});

test('what was asked wrongly is said', async () => {
    const said = async (words, ...args) => {
        const wrong = await verify(...args);
        assert.equal(wrong.code, ASKED_WRONGLY, wrong.err);
        assert.match(wrong.err, words);
    };
    await said(/without --key nothing is proven/, '--url', site.url);
    await said(/give one of --tiles, --url and --proof/, '--url', site.url, '--tiles', '.', '--key', key);
    await said(/--copy and --follow are of a server/, '--tiles', '.', '--key', key, '--follow');
    await said(/--copy and --follow are of a server: give --url/, '--copy', 'audit');
    await said(/--bodies is of one look at a server: give --url/, '--bodies', '5');
    await said(/--bodies is of one look at a server/, '--url', site.url, '--key', key, '--bodies', '5', '--follow');
    await said(/is no address of a server/, '--url', 'fleet.example', '--key', key);
    await said(/holds no access token/, '--url', site.url, '--key', key, '--token-file', '/dev/null');
    const copy = await place();
    await writeFile(join(copy, 'checkpoint'), 'other.example\n');
    await said(/checkpoint is not signed by the key of/, '--url', site.url, '--key', key, '--copy', copy);
});

test('a receipt is checked without a server, and one changed bit is found', async () => {
    const position = await rename('Proven');
    await signed(position);
    const file = join(await place(), 'event.tlog-proof');
    const receipt = Buffer.from(await (await fetch(`${site.url}/api/v1/ledger/receipts/${position}`)).arrayBuffer());
    await writeFile(file, receipt);
    const whole = await verify('--proof', file, '--key', key);
    assert.equal(whole.code, 0, whole.err);
    assert.match(whole.out, new RegExp(`, position ${position}: the event is on the ledger of size \\d+ that was signed`));
    assert.match(whole.out, /^event \S{36}, workspace\.\S+, recorded at \S+Z$/m);
    const entry = join(await place(), 'entry');
    const words = receipt.toString().split('\n');
    await writeFile(entry, Buffer.from(words[1].split(' ')[1], 'base64'));
    await writeFile(file, [words[0], ...words.slice(2)].join('\n'));
    assert.match((await verify('--proof', file, '--key', key)).err, /name a file with it by --entry/);
    assert.equal((await verify('--proof', file, '--key', key, '--entry', entry)).code, 0);
    for (const bit of [200, 250, 2000, 3000, receipt.length * 8 - 100]) {
        const changed = Buffer.from(receipt);
        changed[bit >> 3] ^= 1 << (bit & 7);
        await writeFile(file, changed);
        const found = await verify('--proof', file, '--key', key);
        assert.ok(found.code === UNPROVEN || found.code === ASKED_WRONGLY, `bit ${bit}: ${found.code}`);
        assert.match(found.err, /receipt/);
    }
});
