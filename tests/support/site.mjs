// A server of one's own for tests written for Node: started on a fresh home, with a mail sink
// beside it, and stopped and removed again.
// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { chmod, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMailSink } from './mail_sink.mjs';

export const ADMIN = { email: 'root@site.example.com', password: 'Site-Passw0rd!', name: 'Site Root' };
export const ENROLLMENT_TOKEN = 'site-enrollment-token';

const START_MS = 120_000;
const STOP_MS = 30_000;
// The database of a server that is killed ends a while after it, and writes files until then.
const PATIENCE_WITH_DATABASE = { maxRetries: 20, retryDelay: 100 };

// until something: asks it every 50 ms; gives what it gave, once that is truthy.
export async function until(what, ask, { ms = 10_000 } = {}) {
    const end = Date.now() + ms;
    for (;;) {
        const answer = await ask();
        if (answer)
            return answer;
        if (Date.now() > end)
            throw new Error(`${what}: not within ${ms} ms`);
        await new Promise((resume) => setTimeout(resume, 50));
    }
}

function environment(home, sinkPort) {
    return {
        PATH: process.env.PATH,
        FLEETLEDGER_HOME: home,
        PORT: '0',
        ADMIN_EMAIL: ADMIN.email,
        ADMIN_PASSWORD: ADMIN.password,
        ADMIN_NAME: ADMIN.name,
        AGENT_ENROLLMENT_TOKEN: ENROLLMENT_TOKEN,
        RATE_LIMIT_PER_MINUTE: '0',
        SMTP_HOST: '127.0.0.1',
        SMTP_PORT: String(sinkPort),
        SMTP_FROM_EMAIL: 'fleetledger@site.example.com',
        LOG_LEVEL: 'warning',
    };
}

// A port that is free by now.
export const freePort = () => new Promise((resume) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
        const { port } = server.address();
        server.close(() => resume(port));
    });
});

// Ends a child process, by force where it takes too long, and waits for that.
export async function stopChild(child, signal = 'SIGTERM') {
    if (child.exitCode !== null || child.signalCode !== null)
        return;
    const ended = new Promise((resume) => child.once('exit', resume));
    const impatience = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    child.kill(signal);
    await ended;
    clearTimeout(impatience);
}

// Starts `program` with more settings; what it prints goes to `${log}.out` and `${log}.err`. It may be closed
// with SIGKILL.
export async function startSite(program, log, settings = {}) {
    const sink = await startMailSink();
    const home = await mkdtemp(join(tmpdir(), 'fleetledger-site-'));
    await chmod(home, 0o755); // the database's own user must get through
    const out = await open(`${log}.out`, 'w');
    const err = await open(`${log}.err`, 'w');
    const child = spawn(program, ['serve'], {
        env: { ...environment(join(home, 'data'), sink.port), ...settings },
        stdio: ['ignore', out.fd, err.fd],
    });
    const close = async (signal) => {
        await stopChild(child, signal);
        await sink.close();
        await Promise.all([out.close(), err.close()]);
        await rm(home, { recursive: true, force: true, ...PATIENCE_WITH_DATABASE });
    };
    const address = async () => {
        if (child.exitCode !== null || child.signalCode !== null)
            throw new Error(`the server has ended: ${await readFile(`${log}.err`, 'utf8')}`);
        return /^Fleetledger serves at (\S+)/m.exec(await readFile(`${log}.out`, 'utf8'))?.[1];
    };
    try {
        const url = await until('the server', address, { ms: START_MS });
        const isReady = () => fetch(`${url}/health/ready`).then((answer) => answer.ok, () => false);
        await until('the database', isReady, { ms: START_MS });
        return { url, home: join(home, 'data'), sink, close, signal: (name) => child.kill(name), hasEnded: () => child.exitCode !== null,
            exitCode: () => child.exitCode };
    } catch (error) {
        await close();
        throw error;
    }
}

// One call; `body` is sent as JSON, `raw` as it is.
export async function call(site, method, path, { token, headers, body, raw } = {}) {
    const sent = { ...headers };
    if (token !== undefined)
        sent.authorization = `Bearer ${token}`;
    if (body !== undefined || raw !== undefined)
        sent['content-type'] = 'application/json';
    const answer = await fetch(`${site.url}${path}`, {
        method,
        headers: sent,
        body: raw ?? (body === undefined ? undefined : JSON.stringify(body)),
        signal: AbortSignal.timeout(20_000),
    });
    const text = await answer.text();
    let json;
    try {
        json = JSON.parse(text);
    } catch {
        json = undefined; // not every answer is JSON
    }
    return { status: answer.status, text, json };
}

// A call below /api/v1 that must succeed; gives its body.
export async function must(site, method, path, options) {
    const answer = await call(site, method, `/api/v1${path}`, options);
    if (answer.status < 200 || answer.status > 299)
        throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text.slice(0, 400)}`);
    return answer.json;
}

export async function signIn(site, { email, password }) {
    return (await must(site, 'POST', '/auth/login', { body: { email, password } })).accessToken;
}
