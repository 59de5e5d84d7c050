// Who calls, and what there is to call about: people of every role, and three workspaces with one
// thing of each kind in them.
// SPDX-License-Identifier: Apache-2.0
import { ADMIN, call, must, signIn, until } from '../support/site.mjs';

const PASSWORD = 'Matrix-Passw0rd!';
const ROLES = ['viewer', 'member', 'admin', 'owner'];

// Invites somebody by mail, accepts for them, signs them in.
async function makePerson(site, root, name, role) {
    const email = `${name}@site.example.com`;
    const user = await must(site, 'POST', '/users', { token: root, body: { email, name, role } });
    const mailed = () => site.sink.letters
        .filter((letter) => letter.to.includes(email))
        .map((letter) => /\/invite\/([\w-]{20,})/.exec(letter.text)?.[1])
        .find((token) => token !== undefined);
    const token = await until(`the invitation of ${email}`, mailed);
    await must(site, 'POST', `/auth/invitations/${token}/accept`, { body: { password: PASSWORD } });
    return { id: user.id, token: await signIn(site, { email, password: PASSWORD }) };
}

export async function makePeople(site) {
    const root = await signIn(site, ADMIN);
    const people = { root: { token: root } };
    for (const name of ['user', 'stranger', ...ROLES])
        people[name] = await makePerson(site, root, name, 'user');
    people.platform = await makePerson(site, root, 'platform', 'platform_admin');
    return people;
}

async function makeAgent(site, token, place, name) {
    const install = await must(site, 'POST', `${place}/node-installs`,
        { token, body: { nodeName: name } });
    const bootstrap = /--bootstrap-token '([^']+)'/.exec(install.installCommand)[1];
    const agent = await must(site, 'POST', '/node-installs/consume',
        { body: { token: bootstrap, hostname: name } });
    return { installId: install.installId, nodeId: agent.nodeId, agentToken: agent.agentToken };
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
    const team = await must(site, 'POST', `${place}/teams`, { token, body: { name: 'Team' } });
    const teamMember = await must(site, 'POST', `${place}/teams/${team.id}/members`,
        { token, body: { userId: members.owner.id } });
    const task = await must(site, 'POST', `${place}/tasks`, { token,
        body: { nodeId: agent.nodeId, type: 'shell.exec', payload: { command: 'true' } } });
    return {
        id: workspace.id,
        agent,
        things: {
            nodes: agent.nodeId, 'node-installs': agent.installId, tasks: task.id, teams: team.id,
            members: memberships.owner.id, 'teams/members': teamMember.id,
        },
    };
}

export async function makeWorkspaces(site, people) {
    const own = Object.fromEntries(ROLES.map((role) => [role, people[role]]));
    const workspaces = {
        own: await makeWorkspace(site, people, 'Own', own),
        foreign: await makeWorkspace(site, people, 'Foreign', { owner: people.stranger }),
        archived: await makeWorkspace(site, people, 'Archived', own),
    };
    const archive = await call(site, 'PATCH', `/api/v1/workspaces/${workspaces.archived.id}`,
        { token: people.root.token, body: { isArchived: true } });
    if (archive.status !== 200)
        throw new Error(`archiving answered ${archive.status}: ${archive.text}`);
    return workspaces;
}
