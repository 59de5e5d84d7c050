// The ledger as those see it who do not trust the server.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ADMIN, until } from '../support/site.mjs';
import { blocksOf, runBlocks } from '../support/page.mjs';
import { node } from './own_log.mjs';
import { EVENTS, ORIGIN, key, ledger, rename, restartNode, signed, site } from './public_ledger.mjs';
import './watch.test.mjs';

test('a verifier that is not ours accepts all of it, and names each of a hundred changed bits', (t) => {
    if (!process.env.VERIFIER)
        return t.skip('there is no Go here, or not golang-golang-x-mod-dev');
    const seed = process.env.EVIDENCE_SEED ?? String(randomInt(2 ** 31));
    const said = execFileSync(process.env.VERIFIER, [`${site.url}/api/v1/ledger/`, seed], { encoding: 'utf8' });
    assert.match(said, /^\d+ files hold; 100 changes were found and named$/m);
});

// It hangs at a fault that it finds unless it has workers left, and ends with 0 whatever it found.
function fsck(url, vkey) {
    writeFileSync(join(dirname(process.env.SITE_LOG), 'fsck.vkey'), vkey);
    const run = spawnSync(process.env.FSCK, ['--storage_url', url, '--public_key', join(dirname(process.env.SITE_LOG), 'fsck.vkey'),
        '--ui=false', '-N', '8'], { encoding: 'utf8', timeout: 30_000 });
    return run.stderr;
}

test("Tessera's fsck takes the server and a copy of it, and names what was changed", async (t) => {
    if (!process.env.FSCK)
        return t.skip("NOT CHECKED: Tessera's fsck could not be built; it takes Go and its modules");
    const copy = join(await mkdtemp(join(dirname(process.env.SITE_LOG), 'fsck-')), 'copy');
    execFileSync(process.env.PROGRAM, ['verify', '--url', site.url, '--key', key, '--copy', copy]);
    assert.match(fsck(`${site.url}/api/v1/ledger/`, key), /Successfully fsck'd log with size \d+/);
    assert.match(fsck(`file://${resolve(copy)}/`, key), /Successfully fsck'd log with size \d+/);
    for (const path of ['tile/entries/000', 'tile/0/000', 'tile/1/000.p/1', 'checkpoint']) {
        const sound = await readFile(join(copy, path));
        const changed = Buffer.from(sound);
        changed[Math.floor(changed.length / 2)] ^= 1;
        await writeFile(join(copy, path), changed);
        assert.doesNotMatch(fsck(`file://${resolve(copy)}/`, key), /Successfully/, path);
        await writeFile(join(copy, path), sound);
    }
});

const hasGo = () => spawnSync('go', ['version']).status === 0;

test('docs/auditing.md can be followed by copy and paste', async (t) => {
    const { position, user } = await restartNode();
    const page = fileURLToPath(new URL('../../docs/auditing.md', import.meta.url));
    const place = await mkdtemp(join(resolve(dirname(process.env.SITE_LOG)), 'page-'));
    const languages = hasGo() && process.env.FSCK ? ['sh', 'sh go'] : ['sh'];
    const blocks = (await blocksOf(page, languages)).map((block) => block
        .replace('timeout 10', 'timeout 3')
        .replace(/^GOBIN=.*$/m, `ln -s ${process.env.FSCK} fsck`)
        .replace('{"email":"admin@example.com","password":"correct-horse"}',
            JSON.stringify({ email: ADMIN.email, password: ADMIN.password }))
        .replace('--actor admin@example.com', `--actor ${ADMIN.email}`));
    const run = runBlocks(blocks, place, { URL: site.url, PROGRAM: resolve(process.env.PROGRAM) });
    assert.equal(run.status, 0, run.stderr);
    assert.equal(run.stdout.match(/checkpoint, every entry and every tile hold/g).length, 5);
    assert.match(run.stdout, /^20 of \d+ bodies, chosen by chance, are what was recorded/m);
    assert.match(run.stdout, /Signature Verified Successfully/);
    const [, node, root] = /^(\S{43}=)\n(\S{43}=)$/m.exec(run.stdout);
    assert.equal(node, root);
    assert.match(run.stderr, /the entry at position \d+, in bundle 0, is not what was signed/);
    assert.match(run.stdout, /^exit code 7$/m);
    assert.match(run.stdout, new RegExp(`^causes\\t${position}\\t\\S+\\ttask.created\\tdone\\tuser\\t${user}\\t`, 'm'));
    assert.match(run.stdout, new RegExp(`^${position}\\t\\S+\\ttask.created\\tdone\\tuser\\t${user}\\t`, 'm'));
    assert.match(run.stdout, /^sealed\t\["email","name"\]$/m);
    assert.match(run.stdout, /\tnode\.added\t.*\tmade\t/);
    assert.match(run.stderr, /^\d+ events of the positions from 0 .* is what is on record as export \S+\.$/m);
    if (languages.length === 1)
        return t.skip('NOT CHECKED: what the page does with Go, which is not here, or has not its modules');
    assert.equal(run.stderr.match(/Successfully fsck'd log/g).length, 2);
    assert.match(run.stderr, /event 0 is on the ledger audit\.example\.com\/evidence of size \d+/);
});

test('openssl verifies the signature of a checkpoint', async () => {
    const note = (await ledger('checkpoint')).text;
    const key = Buffer.from((await ledger('key')).text.trim().split('+').slice(2).join('+'), 'base64');
    const end = note.lastIndexOf('\n\n') + 1;
    const signature = Buffer.from(note.slice(end).trim().split(' ').at(-1), 'base64');
    const place = dirname(process.env.SITE_LOG);
    const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key.subarray(1)]);
    await writeFile(join(place, 'text'), note.slice(0, end));
    await writeFile(join(place, 'signature'), signature.subarray(4));
    await writeFile(join(place, 'key.der'), spki);
    const verify = ['pkeyutl', '-verify', '-rawin', '-pubin', '-keyform', 'DER', '-inkey', 'key.der',
        '-in', 'text', '-sigfile', 'signature'];
    const said = execFileSync('openssl', verify, { cwd: place, encoding: 'utf8' });
    assert.match(said, /Signature Verified Successfully/);
    await writeFile(join(place, 'text'), `${note.slice(0, end - 1)} \n`);
    assert.throws(() => execFileSync('openssl', verify, { cwd: place, stdio: 'pipe' }));
});

test('a checkpoint is named after the ledger, and says how far it is', async () => {
    const [origin, size, root, empty, signature] = (await ledger('checkpoint')).text.split('\n');
    assert.equal(origin, ORIGIN);
    assert.ok(Number(size) > EVENTS);
    assert.equal(Buffer.from(root, 'base64').length, 32);
    assert.equal(empty, '');
    assert.ok(signature.startsWith(`\u2014 ${ORIGIN} `));
});

test('caches may keep a tile for ever, and a checkpoint for a second', async () => {
    const tile = await fetch(`${site.url}/api/v1/ledger/tile/0/000`);
    assert.equal(tile.headers.get('cache-control'), 'public, max-age=31536000, immutable');
    assert.equal((await tile.arrayBuffer()).byteLength, 8192);
    const checkpoint = await fetch(`${site.url}/api/v1/ledger/checkpoint`);
    assert.equal(checkpoint.headers.get('cache-control'), 'public, max-age=1');
    assert.ok(Date.parse(checkpoint.headers.get('last-modified')) > 0);
});

test('a change names its position, whose receipt is there as soon as it is signed', async () => {
    const position = await rename('Evidence at last');
    await signed(position);
    const receipt = (await ledger(`receipts/${position}`)).text.split('\n');
    assert.equal(receipt[0], 'c2sp.org/tlog-proof@v1');
    assert.match(receipt[1], /^extra [A-Za-z0-9+/]+=*$/); // the entry
    assert.equal(receipt[2], `index ${position}`);
});

// The names of a tile for every 256 of `count`, the last one partial.
const tilesOf = (level, count) => Array.from({ length: Math.ceil(count / 256) }, (_, n) => {
    const width = Math.min(256, count - n * 256);
    return `tile/${level}/${String(n).padStart(3, '0')}${width < 256 ? `.p/${width}` : ''}`;
});

test('verify checks a copy of checkpoint and tiles without a server, and names what was changed', async () => {
    const copy = join(dirname(process.env.SITE_LOG), 'copy');
    const save = async (path, bytes) => {
        await mkdir(dirname(join(copy, path)), { recursive: true });
        await writeFile(join(copy, path), bytes);
    };
    const checkpoint = (await ledger('checkpoint')).text;
    const size = Number(checkpoint.split('\n')[1]);
    await save('checkpoint', checkpoint);
    for (const path of [...tilesOf('entries', size), ...tilesOf(0, size), ...tilesOf(1, size >> 8)]) {
        const answer = await fetch(`${site.url}/api/v1/ledger/${path}`);
        assert.equal(answer.status, 200, path);
        await save(path, Buffer.from(await answer.arrayBuffer()));
    }
    const verify = () => spawnSync(process.env.PROGRAM, ['verify', '--tiles', copy, '--key', key], { encoding: 'utf8' });
    const whole = verify();
    assert.equal(whole.status, 0, whole.stderr);
    assert.match(whole.stdout, new RegExp(`^${ORIGIN} of size ${size}: `));
    const entries = await readFile(join(copy, 'tile/entries/000'));
    entries[100] ^= 1;
    await save('tile/entries/000', entries);
    const changed = verify();
    assert.equal(changed.status, 7);
    assert.match(changed.stderr, /the entry at position \d+, in bundle 0, is not what was signed/);
    await save('checkpoint', checkpoint.replace(`\n${size}\n`, `\n${size - 1}\n`));
    assert.match(verify().stderr, /checkpoint is not signed by the key/);
});

const bytes = (base64) => Buffer.from(base64, 'base64');

// RFC 9162, section 2.1.3.2.
function rootOf({ position, size, leaf, hashes }) {
    let at = position, last = size - 1, root = bytes(leaf);
    for (const text of hashes) {
        if (at % 2 === 1 || at === last) {
            root = node(bytes(text), root);
            while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
        } else {
            root = node(root, bytes(text));
        }
        [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
    }
    return root.toString('base64');
}

test('an inclusion proof in JSON leads from the leaf to the root', async () => {
    for (const position of [0, 1, 255, 256, EVENTS]) {
        const proof = (await ledger(`inclusion?position=${position}`)).json;
        assert.equal(rootOf(proof), proof.root);
    }
});

test('a consistency proof in JSON has the root of the inclusion proofs of its size', async () => {
    const proof = (await ledger('consistency?from=256&size=300')).json;
    const whole = (await ledger('inclusion?position=0&size=300')).json;
    const part = (await ledger('inclusion?position=0&size=256')).json;
    assert.equal(proof.root, whole.root);
    assert.equal(proof.fromRoot, part.root);
    assert.ok(proof.hashes.length > 0);
});

test('what is not there, or is no tile, is refused by name', async () => {
    const refused = async (path, status, code) => {
        const answer = await ledger(path);
        assert.equal(answer.status, status, path);
        assert.equal(answer.json.code, code, path);
    };
    await refused('tile/0/x', 400, 'malformed_tile');
    await refused('tile/7/000', 400, 'malformed_tile');
    await refused('tile/0/000.p/256', 400, 'malformed_tile');
    await refused('tile/0/x001/000', 404, 'tile_not_found');
    await refused('tile/entries/999', 404, 'tile_not_found');
    await refused('inclusion?position=1000000', 400, 'proof_impossible');
    await refused('inclusion?position=0&size=1000000', 400, 'size_not_signed');
    await refused('consistency?from=9&size=8', 400, 'proof_impossible');
    await refused('receipts/1000000', 404, 'event_not_found');
    await refused('receipts/-1', 400, 'validation_failed');
});

// The last one: the server has other keys afterwards.
test('while keys overlap, a verifier that is not ours takes the signatures of each', async (t) => {
    const rotate = (...flags) => execFileSync(process.env.PROGRAM, ['rotate-key', ...flags],
        { env: { FLEETLEDGER_HOME: site.home }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    const shown = async (keys) => until('the keys are shown',
        async () => (await ledger('key')).text === `${keys.join('\n')}\n`);
    const second = rotate('--overlap-seconds=3600');
    await shown([second, key]);
    // The second one ends at once, and the first one when it was to end.
    const third = rotate('--overlap-seconds=0');
    await shown([third, key]);
    const note = (await ledger('checkpoint')).text;
    for (const known of [key, third, `${third} ${key}`]) {
        const verify = spawnSync(process.env.PROGRAM, ['verify', '--url', site.url, '--key', known], { encoding: 'utf8' });
        assert.equal(verify.status, 0, verify.stderr);
    }
    if (!process.env.VERIFIER)
        return t.skip('there is no Go here, or not golang-golang-x-mod-dev');
    const said = execFileSync(process.env.VERIFIER, ['signatures', third, key], { input: note, encoding: 'utf8' });
    assert.equal(said, 'signed by 2 keys\n');
    assert.notEqual(spawnSync(process.env.VERIFIER, ['signatures', third, second], { input: note }).status, 0);
});
