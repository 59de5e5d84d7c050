// The page's own part. The query says where the server is, and by which transports the page hears of changes.
// SPDX-License-Identifier: Apache-2.0
/* global io, Terminal */
const query = new URLSearchParams(location.search);
const server = query.get('server');
const at = (id) => document.getElementById(id);
let token;
let node;

async function call(method, path, body) {
    const headers = { 'content-type': 'application/json' };
    if (token !== undefined)
        headers.authorization = `Bearer ${token}`;
    const answer = await fetch(`${server}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
    if (!answer.ok)
        throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
    return answer.json();
}

// What frames say, one state after the other.
function add(place, status) {
    const seen = place.textContent.split(' → ').filter(Boolean);
    if (seen.at(-1) !== status)
        place.textContent = [...seen, status].join(' → ');
}

function listen() {
    const socket = io(`${server}/realtime`, { transports: [query.get('transport')], auth: { token } });
    socket.on('connect', () => document.body.classList.add('live'));
    socket.on('node.status.updated', ({ nodeId, status }) => nodeId === node.id && add(at('node'), status));
    for (const name of ['task.created', 'task.updated'])
        socket.on(name, ({ nodeId, status }) => nodeId === node.id && add(at('task'), status));
}

at('sign-in').addEventListener('submit', async (event) => {
    event.preventDefault();
    token = (await call('POST', '/auth/login', Object.fromEntries(new FormData(event.target)))).accessToken;
    [node] = await call('GET', '/nodes');
    add(at('node'), node.status);
    listen();
});

at('run').addEventListener('click', () => call('POST', `/workspaces/${node.workspaceId}/tasks`,
    { nodeId: node.id, type: 'shell.exec', payload: { command: 'sleep 0.2' } }));

const bytesOf = (payload) => Uint8Array.from(atob(payload), (char) => char.charCodeAt(0));
const payloadOf = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

at('open').addEventListener('click', async () => {
    const terminal = new Terminal({ cols: 80, rows: 24 });
    const session = await call('POST', `/workspaces/${node.workspaceId}/nodes/${node.id}/terminal-sessions`,
        { cols: terminal.cols, rows: terminal.rows });
    const screen = io(`${server}/terminal`, {
        transports: ['websocket'], auth: { token: session.terminalConnectToken },
    });
    const say = (name, body) => screen.emitWithAck(`terminal.${name}`, { sessionId: session.id, ...body });
    screen.on('terminal.output', ({ chunk }) => terminal.write(bytesOf(chunk.payload)));
    screen.on('terminal.session.state', (told) => add(at('session'), told.session.status));
    screen.on('connect', async () => {
        add(at('session'), (await say('attach')).session.status);
        terminal.onData((text) => say('input', { payload: payloadOf(text) }));
    });
    terminal.open(at('terminal'));
    terminal.focus();
});
