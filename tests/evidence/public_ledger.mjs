// A server whose ledger anybody may read, with more events than a tile has; for all tests of this folder that
// run in one process.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { ADMIN, call, must, signIn, startSite, until } from '../support/site.mjs';

export const EVENTS = 300; // more than a tile has
export const ORIGIN = 'audit.example.com/evidence';
const AT_ONCE = 20;
export let site, key;
let token, workspace;

export const ledger = (path) => call(site, 'GET', `/api/v1/ledger/${path}`);

// Changes something; gives its position.
export async function rename(name) {
    const answer = await fetch(`${site.url}/api/v1/workspaces/${workspace}`, {
        method: 'PATCH',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ name }),
    });
    assert.equal(answer.status, 200);
    await answer.text();
    return Number(answer.headers.get('ledger-position'));
}

// A node whose agent takes a task and begins it: where the order stands on the ledger, and who gave it.
export async function restartNode() {
    const place = `/workspaces/${workspace}`;
    const { installCommand } = await must(site, 'POST', `${place}/node-installs`,
        { token, body: { nodeName: 'web-07' } });
    const { nodeId, agentToken } = await must(site, 'POST', '/node-installs/consume',
        { body: { token: /--bootstrap-token '([^']+)'/.exec(installCommand)[1], hostname: 'web-07' } });
    const task = await must(site, 'POST', `${place}/tasks`,
        { token, body: { nodeId, type: 'shell.exec', payload: { command: 'reboot' } } });
    const agent = { token: agentToken, headers: { 'x-agent-node-id': nodeId } };
    await must(site, 'POST', '/agent/tasks/claim', { ...agent, body: {} });
    await must(site, 'POST', `/agent/tasks/${task.id}/started`, { ...agent, body: {} });
    const { events: [created] } = await must(site, 'GET', `/entities/task/${task.id}/history?type=task.created`, { token });
    return { position: created.position, user: created.actor.id };
}

const signedSize = async () => Number((await ledger('checkpoint')).text.split('\n')[1]);
export const signed = (position) => until('a checkpoint that covers it',
    async () => (await signedSize()) > position);

before(async () => {
    site = await startSite(process.env.PROGRAM, process.env.SITE_LOG,
        { LEDGER_PUBLIC: 'true', FLEETLEDGER_ORIGIN: ORIGIN });
    token = await signIn(site, ADMIN);
    workspace = (await must(site, 'POST', '/workspaces',
        { token, body: { name: 'Evidence', slug: 'evidence' } })).id;
    let last = 0;
    for (let made = 0; made < EVENTS; made += AT_ONCE) {
        const batch = Array.from({ length: AT_ONCE }, (_, i) => rename(`Evidence ${made + i}`));
        last = Math.max(last, ...await Promise.all(batch));
    }
    await signed(last);
    key = (await ledger('key')).text.trim();
});
after(() => site?.close());
