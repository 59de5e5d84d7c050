// Reads go to streaming replicas that have come far enough, and to nobody else.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { chmod, chown, copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { blocksOf, runBlocks } from '../support/page.mjs';
import { PASSWORD, findBinaries, makeReplica, serverUser, startPrimary } from '../support/postgres.mjs';
import { ADMIN, freePort, must, signIn, startSite, until } from '../support/site.mjs';

const PATIENCE = { ms: 60_000 };
const READS = 40;
let place, primary, site, token, workspace, names = 0;
const replicas = [];
const servers = () => [primary, ...replicas];

const logged = () => readFile(`${process.env.SITE_LOG}.err`, 'utf8');

// What metrics say of the replicas, by the name of the metric: a figure each.
async function figures(name) {
    const page = await (await fetch(`${site.url}/metrics`)).text();
    return [...page.matchAll(new RegExp(`^fleetledger_replica_${name}\\{replica="\\d+"\\} (\\S+)$`, 'gm'))]
        .map(([, value]) => Number(value));
}

// What health says of the replica of that place in the settings, from 1.
async function state(number) {
    const { checks } = await (await fetch(`${site.url}/health/ready`)).json();
    return new RegExp(`replica${number}=([a-z]+)`).exec(checks.replicas.detail)[1];
}
const becomes = (number, wanted) => until(`replica ${number} ${wanted}`, async () => await state(number) === wanted, PATIENCE);

const read = async () => {
    const answer = await fetch(`${site.url}/api/v1/workspaces/${workspace}`, { headers: { authorization: `Bearer ${token}` } });
    assert.equal(answer.status, 200);
    return { name: (await answer.json()).name, size: Number(answer.headers.get('ledger-size')) };
};

async function write() {
    const name = `Replicas ${names++}`;
    await must(site, 'PATCH', `/workspaces/${workspace}`, { token, body: { name } });
    return name;
}

// How many of some reads each replica has answered.
async function share() {
    const earlier = await figures('reads_total');
    for (let i = 0; i < READS; i++)
        await read();
    return (await figures('reads_total')).map((count, i) => count - earlier[i]);
}

// A replica answers once it has been seen to have all that there is.
const answers = (number) => until(`reads by replica ${number}`, async () => (await share())[number - 1] > 0, PATIENCE);

before(async () => {
    place = await mkdtemp(join(tmpdir(), 'fleetledger-replicas-'));
    await chmod(place, 0o755);
    primary = await startPrimary(place);
    for (const name of ['first', 'second'])
        replicas.push(await (await makeReplica(place, name, primary)).start());
    replicas.push(await makeReplica(place, 'third', replicas[1]));
    const urls = [...replicas.map((replica) => replica.url('fleet')), replicas[0].url('postgres'), primary.url('fleet')];
    site = await startSite(process.env.PROGRAM, process.env.SITE_LOG, {
        FLEETLEDGER_HOME: join(place, 'home'), LOG_LEVEL: 'info',
        DATABASE_URL: primary.url('fleet'), DATABASE_READ_URLS: urls.join(', '),
    });
    token = await signIn(site, ADMIN);
    workspace = (await must(site, 'POST', '/workspaces', { token, body: { name: 'Replicas', slug: 'replicas' } })).id;
    await Promise.all([becomes(1, 'ready'), becomes(2, 'ready')]);
});

after(async () => {
    await site?.close();
    for (const server of servers())
        await server?.stop('SIGQUIT');
    await rm(place, { recursive: true, force: true });
});

test('replicas that have all answer in turns, and say what they reflect', async () => {
    const name = await write();
    await answers(1);
    await answers(2);
    const [first, second] = await share();
    assert.ok(first >= READS / 4 && second >= READS / 4, `${first} and ${second} of ${READS}`);
    const { size, name: seen } = await read();
    assert.equal(seen, name);
    assert.ok(size > 0);
    assert.deepEqual(await figures('behind_events').then((lags) => lags.slice(0, 2)), [0, 0]);
});

test('whoever writes and then reads sees the write', async () => {
    for (let i = 0; i < 50; i++) {
        const name = await write();
        assert.equal((await read()).name, name);
        assert.equal((await read()).name, name);
    }
});

test('what is no replica of this database is refused by name', async () => {
    await becomes(4, 'foreign');
    await becomes(5, 'primary');
    const log = await logged();
    assert.match(log, new RegExp(`replica\\.left_out.*127\\.0\\.0\\.1:${replicas[0].port}/postgres.*foreign`));
    assert.match(log, /it is no standby, so that it does not follow our primary/);
});

test('a paused replica is left out, and comes back', async () => {
    replicas[0].sql('select pg_wal_replay_pause()');
    const name = await write();
    await becomes(1, 'behind');
    assert.equal((await read()).name, name);
    assert.equal((await share())[0], 0);
    assert.ok((await figures('behind_events'))[0] > 0);
    assert.ok((await figures('lag_seconds'))[0] > 0);
    replicas[0].sql('select pg_wal_replay_resume()');
    await becomes(1, 'ready');
    await answers(1);
});

test('a replica that is killed while it is read from fails nobody, and comes back', async () => {
    const reading = (async () => {
        for (let i = 0; i < 5 * READS; i++)
            await read();
    })();
    await replicas[0].stop('SIGKILL');
    await reading;
    await becomes(1, 'away');
    await replicas[0].start();
    await becomes(1, 'ready');
    await answers(1);
});

test('replicas answer while the primary is away', async () => {
    const name = await write();
    await answers(1);
    await answers(2);
    await primary.stop('SIGKILL');
    for (let i = 0; i < READS; i++)
        assert.equal((await read()).name, name);
    await primary.start();
    const written = await until('the primary', () => write().catch(() => false), PATIENCE);
    assert.equal((await read()).name, written);
});

test('a replica that was promoted by mistake is not asked again, whatever is written there', async () => {
    const name = await write();
    await answers(2);
    const watchers = replicas[1].sql(`select pid from pg_stat_activity
        where query like 'select serving.schema%' and pid <> pg_backend_pid()`).split('\n').map(Number);
    for (const pid of watchers)
        process.kill(pid, 'SIGSTOP'); // each answer must tell by itself
    replicas[1].sql('select pg_promote()');
    const schema = replicas[1].sql('select schema from fleetledger.serving');
    replicas[1].sql(`update ${schema}.workspaces set name = 'Not so'`);
    for (let i = 0; i < READS; i++)
        assert.equal((await read()).name, name);
    for (const pid of watchers)
        process.kill(pid, 'SIGCONT');
    await becomes(2, 'primary');
    assert.match(await logged(), /replica\.left_out.*primary.*make it a standby again/);
});

test('a standby of the promoted one shows another history, and is refused', async () => {
    replicas[1].sql('select pg_promote() where pg_is_in_recovery()');
    await replicas[2].start();
    replicas[1].sql("update fleetledger.sets set root = sha256(root) where schema = (select schema from fleetledger.serving)");
    await becomes(3, 'diverged');
    assert.match(await logged(), /it reflects \d+ events of another ledger/);
    replicas[1].sql('update fleetledger.sets set size = size + 1000000');
    await until('the larger one', async () => /more than there are on this ledger/.test(await logged()), PATIENCE);
    assert.equal((await share())[2], 0);
});

test('no password is in the log', async () => {
    assert.ok(!(await logged()).includes(PASSWORD));
});

test('docs/scaling.md can be followed by copy and paste', async () => {
    const page = join(place, 'page');
    const user = serverUser();
    await mkdir(page);
    await copyFile(process.env.PROGRAM, join(page, 'fleetledger'));
    await chmod(join(page, 'fleetledger'), 0o755);
    if (user.uid !== undefined)
        await chown(page, user.uid, user.gid);
    const cleaning = "trap '[ -z \"$(jobs -p)\" ] || kill -KILL $(jobs -p); wait' EXIT";
    const blocks = (await blocksOf(fileURLToPath(new URL('../../docs/scaling.md', import.meta.url)), ['sh']))
        .map((block) => block.replace('-c fast', '-c fast --no-sync').replace('--pwfile', '--no-sync --pwfile'));
    const [PRIMARY, FIRST, SECOND, REDIS, ...ports] = await Promise.all(Array.from({ length: 6 }, freePort));
    const [leader, FOLLOWER] = ports.map((port) => `http://127.0.0.1:${port}`);
    const run = runBlocks([cleaning, ...blocks], page, { PROGRAM: join(page, 'fleetledger'), BIN: await findBinaries(),
        PRIMARY, FIRST, SECOND, REDIS, URL: leader, FOLLOWER }, { ...user, env: { PATH: process.env.PATH },
        stdio: ['ignore', 'pipe', 'pipe'] });
    assert.equal(run.status, 0, run.stdout + run.stderr);
    assert.match(run.stdout, /replica1=ready,lag=0,behindUs=0;replica2=ready,lag=0,behindUs=0/);
    assert.equal(run.stdout.match(/^ledger-size: \d+/gim).length, 12);
    const shares = [...run.stdout.matchAll(/^fleetledger_replica_reads_total\{replica="\d"\} (\d+)$/gm)];
    assert.ok(shares.length === 2 && shares.every(([, count]) => Number(count) >= 1), run.stdout);
    assert.match(run.stdout, /^fleetledger_redis_connected 0$/m);
    assert.match(run.stdout, /replica1=away/);
    assert.match(run.stdout, /^ledger-epoch: 1/im);
    assert.match(run.stdout, /Another server leads this ledger/);
});
