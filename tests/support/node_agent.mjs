// Our agent as a program of its own, enrolled by a one-click install; it lies beside the server's.
// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { must, stopChild, until } from './site.mjs';

const PROGRAM = join(dirname(process.env.PROGRAM), 'fleetledger-agent');
const LIVE = /\brealtime\.live\b/g;

class NodeAgent {
    constructor(state, workspace) {
        this.state = state;
        this.workspaceId = workspace.id;
        this.log = join(state, 'log');
    }

    async spawn(site, ...args) {
        const log = await open(this.log, 'a');
        this.child = spawn(PROGRAM, [
            ...args, `--api-url=${site.url}`, `--state-directory=${this.state}`,
            '--config-file=/nonexistent', '--metrics-interval-seconds=1', '--shutdown-timeout-seconds=10',
        ], { env: { PATH: process.env.PATH, HOME: this.state, SHELL: '/bin/sh' }, stdio: ['ignore', log.fd, log.fd] });
        await log.close();
    }

    // How often its socket was live.
    async lives() {
        return ((await readFile(this.log, 'utf8')).match(LIVE) ?? []).length;
    }

    // Runs, with a live socket, from then on.
    async start(site, ...args) {
        const before = await this.lives();
        await this.spawn(site, 'run', ...args);
        await this.isLiveAgain(before);
    }

    isLiveAgain(before) {
        return until('a live socket of the agent', async () => {
            if (this.child.exitCode !== null || this.child.signalCode !== null)
                throw new Error(`the agent has ended: ${await readFile(this.log, 'utf8')}`);
            return await this.lives() > before;
        }, { ms: 60_000 });
    }

    kill() {
        return stopChild(this.child, 'SIGKILL');
    }

    async close() {
        await stopChild(this.child);
        await rm(this.state, { recursive: true, force: true });
    }
}

// Enrolled in the workspace, and not running.
export async function enrollNode(site, root, workspace, nodeName) {
    const agent = new NodeAgent(await mkdtemp(join(tmpdir(), 'fleetledger-agent-')), workspace);
    const { installCommand } = await must(site, 'POST', `/workspaces/${workspace.id}/node-installs`,
        { token: root, body: { nodeName } });
    const [, token] = /--bootstrap-token '([^']+)'/.exec(installCommand);
    await agent.spawn(site, 'bootstrap', `--bootstrap-token=${token}`);
    const [code] = await once(agent.child, 'exit');
    if (code !== 0)
        throw new Error(`bootstrap ended with ${code}: ${await readFile(agent.log, 'utf8')}`);
    agent.nodeId = JSON.parse(await readFile(join(agent.state, 'identity.json'), 'utf8')).nodeId;
    return agent;
}
