// A workspace with agents in it, for tests of sockets.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { ADMIN, ENROLLMENT_TOKEN, must, signIn } from '../support/site.mjs';
import { argumentsOf } from './raw.mjs';

let made = 0;

export async function prepare(site) {
    const root = await signIn(site, ADMIN);
    const { id } = await must(site, 'POST', '/workspaces',
        { token: root, body: { name: 'Sockets', slug: 'sockets' } });
    const place = `/workspaces/${id}`;
    const makeTask = (nodeId) => must(site, 'POST', `${place}/tasks`,
        { token: root, body: { nodeId, type: 'shell.exec', payload: { command: 'true' } } });
    return { root, workspace: id, place, makeTask };
}

// A node of the workspace with an agent's credential.
export async function makeAgent(site, fleet) {
    const name = `socket-node-${++made}`;
    const install = await must(site, 'POST', `${fleet.place}/node-installs`,
        { token: fleet.root, body: { nodeName: name } });
    const bootstrap = /--bootstrap-token '([^']+)'/.exec(install.installCommand)[1];
    const { nodeId, agentToken } = await must(site, 'POST', '/node-installs/consume',
        { body: { token: bootstrap, hostname: name } });
    return { nodeId, agentToken, name };
}

// agent.auth on a socket of the agents' namespace; it must succeed. Gives the two answers.
export async function authenticate(raw, { nodeId, agentToken }, more = {}) {
    const said = { type: 'agent.auth', nodeId, agentToken, ...more };
    raw.send(`42/agent-realtime,7${JSON.stringify(['agent.auth', said])}`);
    const [name, told] = argumentsOf(await raw.next());
    assert.equal(name, 'agent.auth.ack', JSON.stringify(told));
    const acknowledged = await raw.next();
    assert.ok(acknowledged.startsWith('43/agent-realtime,7['), acknowledged);
    assert.deepEqual(argumentsOf(acknowledged), [told]);
    return told;
}
