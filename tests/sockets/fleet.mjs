// A fleet of the tests: workspaces, nodes with agents, tasks, and sockets that hear of them.
// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { io } from 'socket.io-client';
import { must, until } from '../support/site.mjs';

const open = new Set();

export const sleep = (ms) => new Promise((resume) => setTimeout(resume, ms));

export function closeSockets() {
    for (const socket of open)
        socket.disconnect();
    open.clear();
}

// A socket of a namespace that remembers all it hears, in order.
export function socketOn(site, namespace, options = {}) {
    const socket = io(`${site.url}${namespace}`, {
        transports: ['websocket'],
        forceNew: true,
        reconnection: false,
        ...options,
    });
    socket.heard = [];
    socket.onAny((name, payload) => socket.heard.push({ name, payload }));
    open.add(socket);
    return socket;
}

export const connected = (socket) => new Promise((resume, refuse) => {
    socket.once('connect', () => resume(socket));
    socket.once('connect_error', refuse);
});

export const listen = (site, token, options = {}) =>
    connected(socketOn(site, '/realtime', { auth: { token }, ...options }));

// The end of a socket, and how long it took from now.
export const ended = (socket) => {
    const begun = Date.now();
    return new Promise((resume, refuse) => {
        socket.once('disconnect', (reason) => resume({ reason, ms: Date.now() - begun }));
        setTimeout(() => refuse(new Error('the socket has not ended')), 10_000).unref();
    });
};

// The first frame of this name that fits, also one that was heard before.
export const frame = (socket, name, fits = () => true) =>
    until(`a fitting ${name}`, () =>
        socket.heard.find((one) => one.name === name && fits(one.payload))?.payload);

export const count = (socket, name, fits = () => true) =>
    socket.heard.filter((one) => one.name === name && fits(one.payload)).length;

// Everything that was done until now has been told, on every loop: what is done to a node of its own is told
// after it.
export async function settle(site, root, { witness, beacon }) {
    const reason = randomUUID();
    await must(site, 'POST', `/nodes/${beacon.nodeId}/maintenance/enable`, {
        token: root,
        body: { reason },
    });
    await frame(witness, 'event.created', (event) => event.message.includes(reason));
}

export const makeWorkspace = (site, root) => {
    const name = `w-${randomUUID().slice(0, 18)}`;
    return must(site, 'POST', '/workspaces', { token: root, body: { name, slug: name } });
};

export const makeInstall = (site, root, workspace, nodeName) =>
    must(site, 'POST', `/workspaces/${workspace.id}/node-installs`, {
        token: root,
        body: { nodeName },
    });

// Of the command that an operator runs on the machine.
export const tokenOf = (install) => /[\w-]{40,}/.exec(
    install.installCommand.replaceAll(install.installId, ''))[0];

export async function makeAgent(site, root, workspace) {
    const hostname = `h-${randomUUID()}`;
    const token = tokenOf(await makeInstall(site, root, workspace, hostname));
    const made = await must(site, 'POST', '/node-installs/consume', {
        body: { token, hostname, additionalInfo: { os: 'linux', arch: 'amd64' } },
    });
    return { ...made, hostname, workspaceId: workspace.id };
}

export const heartbeat = (site, agent, more = {}) =>
    must(site, 'POST', '/agent/heartbeat', {
        body: { nodeId: agent.nodeId, agentToken: agent.agentToken, ...more },
    });

export const makeTask = (site, root, agent, payload = { command: 'true' }) =>
    must(site, 'POST', `/workspaces/${agent.workspaceId}/tasks`, {
        token: root,
        body: { nodeId: agent.nodeId, type: 'shell.exec', payload },
    });

const asAgent = (agent) => ({
    'x-agent-node-id': agent.nodeId,
    authorization: `Bearer ${agent.agentToken}`,
});

export const report = (site, agent, task, what, body = {}) =>
    must(site, 'POST', `/agent/tasks/${task.id}/${what}`, { headers: asAgent(agent), body });

export const claim = (site, agent, body = { waitMs: 0 }) =>
    must(site, 'POST', '/agent/tasks/claim', { headers: asAgent(agent), body });

export async function start(site, agent, task) {
    await claim(site, agent);
    await report(site, agent, task, 'started');
}

