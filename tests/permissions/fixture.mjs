// Who calls, and what there is to call about: people of every role, and three workspaces with one
// thing of each kind in them. Whatever a workspace holds bears its name: Amber, Birch or Cobalt.
// SPDX-License-Identifier: Apache-2.0
import { makePerson } from '../support/people.mjs';
import { ADMIN, call, must, signIn } from '../support/site.mjs';

const ROLES = ['viewer', 'member', 'admin', 'owner'];

export async function makePeople(site) {
    const root = await signIn(site, ADMIN);
    const people = { root: { token: root } };
    for (const name of ['user', 'stranger', ...ROLES])
        people[name] = await makePerson(site, root, name, 'user');
    people.platform = await makePerson(site, root, 'platform', 'platform_admin');
    people.recovery = await makePerson(site, root, 'recovery', 'platform_recovery_admin');
    people.auditor = await makePerson(site, root, 'auditor', 'platform_auditor');
    return people;
}

// Tokens for programs of every scope, of people and of an account of programs, which belongs to the workspace as its owner.
export async function makeTokens(site, people, place) {
    const order = async (token, path, body) => must(site, 'POST', path, { token, body });
    const make = async (who, scope) => (await order(people[who].token, '/users/me/api-tokens',
        { name: scope, scope, expiresAt: new Date(Date.now() + 3_600_000) })).token;
    const tokens = [];
    for (const who of ['owner', 'platform', 'auditor']) {
        for (const scope of ['read', 'work', 'admin'])
            tokens.push({ who, scope, token: await make(who, scope) });
    }
    const { id } = await order(people.root.token, '/service-accounts', { name: 'Report' });
    await order(people.root.token, `/workspaces/${place.id}/members`, { userId: id, role: 'owner' });
    const { token } = await order(people.root.token, `/service-accounts/${id}/api-tokens`,
        { name: 'all', scope: 'admin', expiresAt: new Date(Date.now() + 3_600_000) });
    return [...tokens, { who: 'owner', of: 'a service account', scope: 'admin', token }];
}

async function makeAgent(site, token, place, name) {
    const install = await must(site, 'POST', `${place}/node-installs`,
        { token, body: { nodeName: name } });
    const bootstrap = /--bootstrap-token '([^']+)'/.exec(install.installCommand)[1];
    const agent = await must(site, 'POST', '/node-installs/consume',
        { body: { token: bootstrap, hostname: name } });
    return { installId: install.installId, nodeId: agent.nodeId, agentToken: agent.agentToken };
}

// A task that ran, said something, and ended; and what its node measured meanwhile.
async function runTask(site, agent, name) {
    const own = { token: agent.agentToken, headers: { 'x-agent-node-id': agent.nodeId } };
    const say = (path, body) => must(site, 'POST', `/agent/${path}`, { ...own, body });
    const known = { nodeId: agent.nodeId, agentToken: agent.agentToken };
    await say('heartbeat', known);
    await say('metrics', { ...known, cpuUsage: 1, memoryUsage: 2, diskUsage: 3 });
    const { task } = await say('tasks/claim', {});
    await say(`tasks/${task.id}/started`, {});
    await say(`tasks/${task.id}/logs`, { stream: 'stdout', line: `${name} line` });
    await say(`tasks/${task.id}/completed`, { status: 'success', output: `${name} output` });
    return task.id;
}

// A workspace with the members given (role → person), and one thing of each kind.
async function makeWorkspace(site, people, name, members) {
    const token = people.root.token;
    const workspace = await must(site, 'POST', '/workspaces',
        { token, body: { name, slug: name.toLowerCase() } });
    const place = `/workspaces/${workspace.id}`;
    const memberships = {};
    for (const [role, person] of Object.entries(members))
        memberships[role] = await must(site, 'POST', `${place}/members`,
            { token, body: { userId: person.id, role } });
    const agent = await makeAgent(site, token, place, `${name.toLowerCase()}-node`);
    const team = await must(site, 'POST', `${place}/teams`,
        { token, body: { name: `${name} team` } });
    const teamMember = await must(site, 'POST', `${place}/teams/${team.id}/members`,
        { token, body: { userId: members.owner.id } });
    const order = { nodeId: agent.nodeId, type: 'shell.exec', payload: { command: `echo ${name}` } };
    await must(site, 'POST', `${place}/tasks`, { token, body: order });
    const ran = await runTask(site, agent, name);
    const task = await must(site, 'POST', `${place}/tasks`, { token, body: order });
    const template = await must(site, 'POST', `${place}/task-templates`,
        { token, body: { name: `${name} template`, taskType: 'shell.exec' } });
    const schedule = await must(site, 'POST', `${place}/scheduled-tasks`, { token, body: {
        nodeId: agent.nodeId, name: `${name} schedule`, command: 'true', cadence: 'weekly', minute: 0, hour: 0, dayOfWeek: 0 } });
    const selection = await must(site, 'POST', `${place}/selections`,
        { token, body: { name: `${name} selection`, selector: 'env=prod' } });
    // What it tells is told to nobody: addresses of this machine are not allowed.
    const channel = await must(site, 'POST', `${place}/channels`, { token, body: {
        name: `${name} channel`, kind: 'webhook', url: 'http://127.0.0.1:1/', types: ['none'] } });
    await must(site, 'POST', `${place}/channels/${channel.id}/test`, { token });
    const secret = await must(site, 'POST', `${place}/secrets`,
        { token, body: { name: `${name}_secret`, value: 'not to be shown' } });
    const rolling = await must(site, 'POST', `${place}/rolling-runs`, { token, body: {
        nodeIds: [agent.nodeId], name: `${name} run`, type: 'shell.exec', payload: { command: 'true' }, waveSize: 1 } });
    await must(site, 'PUT', `${place}/windows`, { token, body: { windows: [
        { name: `${name} window`, from: '2020-01-01T00:00:00Z', until: '2020-01-02T00:00:00Z' }] } });
    const taken = await must(site, 'POST', `${place}/exports`, { token, body: { format: 'jsonl' } });
    return {
        id: workspace.id,
        name,
        agent,
        things: {
            nodes: agent.nodeId, 'node-installs': agent.installId, tasks: task.id, teams: team.id,
            'task-templates': template.id, 'scheduled-tasks': schedule.id,
            'rolling-runs': rolling.id, selections: selection.id, channels: channel.id, secrets: secret.id,
            members: memberships.owner.id, 'teams/members': teamMember.id, exports: taken.id,
        },
        ran,
    };
}

export async function makeWorkspaces(site, people) {
    const own = Object.fromEntries(ROLES.map((role) => [role, people[role]]));
    const workspaces = {
        own: await makeWorkspace(site, people, 'Amber', own),
        foreign: await makeWorkspace(site, people, 'Cobalt', { owner: people.stranger }),
        archived: await makeWorkspace(site, people, 'Birch', own),
    };
    const archive = await call(site, 'PATCH', `/api/v1/workspaces/${workspaces.archived.id}`,
        { token: people.root.token, body: { isArchived: true } });
    if (archive.status !== 200)
        throw new Error(`archiving answered ${archive.status}: ${archive.text}`);
    return workspaces;
}
