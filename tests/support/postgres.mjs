// PostgreSQL servers of a test's own, on loopback ports: a primary, and streaming replicas that
// pg_basebackup makes of it.
// SPDX-License-Identifier: Apache-2.0
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { appendFile, chown, mkdir, open, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, stopChild, until } from './site.mjs';

export const USER = 'fleet';
export const PASSWORD = 'Ne1ther-Logged-nor-shown';
const START = { ms: 60_000 };

export async function findBinaries() {
    const versions = await readdir('/usr/lib/postgresql').catch(() => []);
    return join('/usr/lib/postgresql', versions.sort((a, b) => b - a)[0] ?? '', 'bin');
}

// Whom a server runs as, for spawn(): PostgreSQL refuses to be root.
export function serverUser() {
    if (process.getuid() !== 0)
        return {};
    const id = (flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
    return { uid: id('-u'), gid: id('-g') };
}

const environment = { PATH: process.env.PATH, PGUSER: USER, PGPASSWORD: PASSWORD, PGCONNECT_TIMEOUT: '5' };

// A server that is stopped; start() and stop() may alternate.
async function makeServer(directory, name, fill, settings = []) {
    const binaries = await findBinaries();
    const user = serverUser();
    const place = join(directory, name);
    const data = join(place, 'data');
    const port = await freePort();
    const run = (program, args) => execFileSync(join(binaries, program), args,
        { ...user, cwd: place, env: environment, stdio: ['ignore', 'ignore', 'pipe'] });
    await mkdir(place);
    if (user.uid !== undefined)
        await chown(place, user.uid, user.gid);
    await fill({ place, data, run });
    await appendFile(join(data, 'postgresql.conf'), [`port=${port}`, "listen_addresses='127.0.0.1'",
        `unix_socket_directories='${place}'`, 'fsync=off', 'shared_buffers=32MB', ...settings, ''].join('\n'));
    const server = { data, port, url: (database) => `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/${database}` };

    const ask = (text, database = 'fleet') => spawnSync('psql',
        ['-XAtq', '-h', '127.0.0.1', '-p', String(port), '-d', database, '-v', 'ON_ERROR_STOP=1', '-c', text],
        { env: environment, encoding: 'utf8' });
    server.sql = (text, database) => {
        const said = ask(text, database);
        if (said.status !== 0)
            throw new Error(`${name}: ${said.stderr}`);
        return said.stdout.trim();
    };
    server.start = async () => {
        const log = await open(join(place, 'log'), 'a');
        server.child = spawn(join(binaries, 'postgres'), ['-D', data],
            { ...user, env: { PATH: process.env.PATH }, stdio: ['ignore', log.fd, log.fd] });
        await log.close();
        await until(name, () => ask('select 1', 'postgres').status === 0, START);
        return server;
    };
    // SIGINT ends its sessions and stops; SIGKILL is a crash.
    server.stop = (signal = 'SIGINT') => server.child === undefined ? undefined : stopChild(server.child, signal);
    return server;
}

// With an empty database "fleet".
export async function startPrimary(directory) {
    const server = await makeServer(directory, 'primary', async ({ place, data, run }) => {
        await writeFile(join(place, 'password'), PASSWORD);
        run('initdb', ['-D', data, '-U', USER, '-A', 'scram-sha-256', `--pwfile=${join(place, 'password')}`,
            '-E', 'UTF8', '--locale=C', '--no-sync']);
    });
    await server.start();
    server.sql('create database fleet', 'postgres');
    return server;
}

// A standby of a server that runs, itself not started yet.
export function makeReplica(directory, name, upstream) {
    return makeServer(directory, name, async ({ data, run }) => run('pg_basebackup',
        ['-h', '127.0.0.1', '-p', String(upstream.port), '-D', data, '-R', '-X', 'stream', '-c', 'fast', '--no-sync']));
}
