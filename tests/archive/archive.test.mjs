// A server that archives to an object store, loses its machine, and comes back from there.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ADMIN, call, must, signIn, startSite, until } from '../support/site.mjs';

const PATIENCE = { ms: 60_000 };
const OBJECTS = process.env.OBJECT_STORE_URL;
const settings = {
    S3_ENDPOINT: OBJECTS, S3_ACCESS_KEY: process.env.S3_ACCESS_KEY, S3_SECRET_KEY: process.env.S3_SECRET_KEY,
    ARCHIVE_TO: 's3://backups/fleet/first', ARCHIVE_RECOVERY_POINT_SECONDS: '3',
    SECRETS_ENCRYPTION_KEY: 'an archive of tests has this secret',
};
let place, site, token, workspace, names = 0;

const start = async (home) => {
    site = await startSite(process.env.PROGRAM, process.env.SITE_LOG, { ...settings, FLEETLEDGER_HOME: home });
    token = await signIn(site, ADMIN);
};

const makeEvents = async (count) => {
    for (let i = 0; i < count; i++)
        await must(site, 'PATCH', `/workspaces/${workspace}`, { token, body: { name: `Archive ${names++}` } });
};

// A figure of /metrics, by what follows "fleetledger_archive_".
const figure = async (name) => {
    const { text } = await call(site, 'GET', '/metrics');
    return Number(new RegExp(`^fleetledger_archive_${name} (\\S+)$`, 'm').exec(text)[1]);
};

const archiveCheck = async () => (await call(site, 'GET', '/health/ready')).json.checks.archive;
const isArchived = async () => await figure('last_success_seconds') > 0 && await figure('behind_events') === 0;

// The program with the settings, on a home; gives what it printed.
const run = (home, ...args) => new Promise((resolve) => {
    const options = { env: { PATH: process.env.PATH, ...settings, FLEETLEDGER_HOME: home } };
    execFile(process.env.PROGRAM, args, options, (error, out, complaint) =>
        resolve({ code: error?.code ?? 0, out, complaint }));
});

// The next requests of the object store are answered so.
const letFail = (count, status = 503) =>
    fetch(`${OBJECTS}/faults?count=${count}&status=${status}`, { method: 'POST' });

before(async () => {
    place = await mkdtemp(join(tmpdir(), 'fleetledger-archive-'));
    await chmod(place, 0o755);
    await start(join(place, 'home'));
    workspace = (await must(site, 'POST', '/workspaces',
        { token, body: { name: 'Archive', slug: 'archive' } })).id;
});
after(async () => {
    await site?.close();
    await rm(place, { recursive: true, force: true });
});

test('what is on record is archived as it comes', async () => {
    await makeEvents(5);
    await until('the archive', isArchived, PATIENCE);
    assert.deepEqual(await archiveCheck(),
        { healthy: true, status: 'ready', detail: 'behind=0;behindSeconds=0;failed=0' });
});

test('a store that is away is told of, holds up nobody, and gets everything once it is back', async () => {
    await letFail(1_000_000);
    await makeEvents(5);
    await until('a failure', async () => await figure('failed_tries') > 0, PATIENCE);
    await until('word of it', async () => (await archiveCheck()).status === 'behind', PATIENCE);
    assert.ok(await figure('behind_seconds') > await figure('recovery_point_seconds'));
    assert.equal((await call(site, 'GET', '/health/ready')).status, 200);
    await makeEvents(1);
    const log = await readFile(`${process.env.SITE_LOG}.err`, 'utf8');
    assert.match(log, /"archiver\.failed".*s3:\/\/backups\/fleet\/first/);
    assert.ok(!log.includes(settings.S3_SECRET_KEY));
    await letFail(0);
    await until('the archive', isArchived, PATIENCE);
    assert.equal(await figure('failed_tries'), 0);
});

const drills = async () => (await must(site, 'GET', '/timeline?type=platform.drill_recorded', { token })).events;

test('a drill beside the server finds that everything would come back, and is on record', async () => {
    await until('the archive', isArchived, PATIENCE);
    const drill = await run(join(place, 'home'), 'drill', `--from=${settings.ARCHIVE_TO}`, '--json');
    assert.equal(drill.code, 0, drill.complaint);
    const found = JSON.parse(drill.out);
    assert.equal(found.holds, true);
    assert.ok(found.tables > 10 && found.size > 10 && found.head >= found.size);
    assert.equal((await drills()).length, 1);
    assert.deepEqual(await readdir(join(place, 'home')).then((names) => names.filter((n) => n === 'drill')), []);
});

test('a drill that fails says why, and is on record too', async () => {
    const store = join(place, 'store');
    await until('the archive', isArchived, PATIENCE); // one backup of a home at a time
    const backup = await run(join(place, 'home'), 'backup', `--to=${store}`);
    assert.equal(backup.code, 0, backup.complaint);
    const [chain] = (await readdir(store)).filter((name) => name !== 'keys');
    const [range] = (await readdir(join(store, chain))).filter((name) => name.startsWith('range-'));
    const bytes = await readFile(join(store, chain, range));
    bytes[bytes.length >> 1] ^= 1;
    await writeFile(join(store, chain, range), bytes);
    const drill = await run(join(place, 'home'), 'drill', `--from=${store}`);
    assert.equal(drill.code, 1, drill.complaint);
    assert.match(drill.complaint, new RegExp(range));
    assert.match(drill.out, /^ {2}restore: ended with exit code 7$/m);
    const [event] = await drills();
    const { fields } = await must(site, 'GET', `/events/${event.position}`, { token });
    assert.deepEqual(fields.findings, ['restore: ended with exit code 7']);
});

test('from what was archived a machine that was lost comes back', async () => {
    const names = async () => (await must(site, 'GET', `/workspaces/${workspace}`, { token })).name;
    const before = await names();
    await until('the archive', isArchived, PATIENCE);
    await site.close('SIGKILL');
    const home = join(place, 'other');
    const restored = await run(home, 'restore', `--from=${settings.ARCHIVE_TO}`, '--json');
    assert.equal(restored.code, 0, restored.complaint);
    await start(home);
    assert.equal(await names(), before);
    assert.equal((await run(home, 'verify')).code, 0);
    await makeEvents(1);
    await until('the archive', isArchived, PATIENCE);
});
