// Terminals as people use them: a session, and screens on it by socket.io-client.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { must, until } from '../support/site.mjs';
import { connected, socketOn } from './fleet.mjs';

const text = (payload) => Buffer.from(payload, 'base64').toString();

// A session on the node, of whose token it is; with what it takes to come to it.
export async function openSession(site, token, { workspaceId, nodeId }, options = { cols: 80, rows: 24 }) {
    const made = await must(site, 'POST', `/workspaces/${workspaceId}/nodes/${nodeId}/terminal-sessions`,
        { token, body: options });
    return { ...made, site, token, path: `/workspaces/${workspaceId}/terminal-sessions/${made.id}` };
}

// As its GET shows it.
export const show = ({ site, token, path }) => must(site, 'GET', path, { token });

export const hasStatus = (session, status) =>
    until(`a session that is ${status}`, async () => {
        const shown = await show(session);
        return shown.status === status && shown;
    });

// What its transcript holds, as it was shown: no input.
export async function transcript(session) {
    const chunks = await must(session.site, 'GET', `${session.path}/chunks?limit=1000`, { token: session.token });
    return chunks.filter(({ direction }) => direction !== 'stdin').map(({ payload }) => text(payload)).join('');
}

// Attached to it, by `mode`, as the person whose token it is (else its creator); `answer` is the attachment's.
export async function openScreen(session, { mode = 'control', token = session.token, headers = {}, transports = ['websocket'] } = {}) {
    const { site, id, path } = session;
    const { terminalConnectToken } = await must(site, 'POST', `${path}/connect-token`, { token, body: { mode } });
    const screen = await connected(socketOn(site, '/terminal', { auth: { token: terminalConnectToken },
        extraHeaders: headers, transports }));
    screen.say = (name, body) => screen.timeout(5000).emitWithAck(`terminal.${name}`, { sessionId: id, ...body });
    screen.type = (typed) => screen.say('input', { payload: Buffer.from(typed).toString('base64') });
    screen.chunks = () => screen.heard.filter(({ name }) => name === 'terminal.output')
        .map(({ payload }) => payload.chunk);
    screen.text = () => screen.chunks().map(({ payload }) => text(payload)).join('');
    screen.shows = (what) => until(`${what} on the screen`, () => screen.text().includes(what));
    screen.answer = await screen.say('attach');
    return screen;
}

// The numbers of what it was shown only grow.
export function expectOrder(screen) {
    const numbers = screen.chunks().map(({ seq }) => seq);
    assert.deepEqual(numbers, [...new Set(numbers)].sort((a, b) => a - b));
}
