// Sends the server whatever its own OpenAPI document allows, and what it does not, and finds no
// answer of 5xx: what a property-based tool makes up, as the platform's admin and as an agent.
//
//   document ──► ids of things that are there, beside made-up ones ──► tool ──► server
//
// Environment: PROGRAM, TOOL (its command line program), WORK (a directory), SECONDS_IN_ALL.
// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ADMIN, call, must, signIn, startSite } from '../support/site.mjs';

const { PROGRAM, TOOL, WORK } = process.env;
const SECONDS = Number(process.env.SECONDS_IN_ALL ?? 100);
const AGENTS_SHARE = 0.2;
const LEAST_DONE = 100;

async function makeThings(site) {
    const token = await signIn(site, ADMIN);
    const workspace = await must(site, 'POST', '/workspaces',
        { token, body: { name: 'Property', slug: 'property' } });
    const place = `/workspaces/${workspace.id}`;
    const install = await must(site, 'POST', `${place}/node-installs`,
        { token, body: { nodeName: 'property' } });
    const bootstrap = /--bootstrap-token '([^']+)'/.exec(install.installCommand)[1];
    const agent = await must(site, 'POST', '/node-installs/consume',
        { body: { token: bootstrap, hostname: 'property' } });
    const body = { nodeId: agent.nodeId, type: 'shell.exec', payload: { command: 'true' } };
    const tasks = [];
    for (let i = 0; i < 3; i++)
        tasks.push((await must(site, 'POST', `${place}/tasks`, { token, body })).id);
    const ids = [workspace.id, agent.nodeId, install.installId, ...tasks];
    return { token, agent, workspace, ids };
}

// Lets made-up ids be real ones now and then.
function withIds(schema, ids) {
    if (schema === null || typeof schema !== 'object')
        return schema;
    if (Array.isArray(schema))
        return schema.map((inner) => withIds(inner, ids));
    if (schema.format === 'uuid')
        return { anyOf: [{ type: 'string', enum: ids }, schema] };
    return Object.fromEntries(
        Object.entries(schema).map(([name, inner]) => [name, withIds(inner, ids)]));
}

// Requests only: answers are looked at elsewhere. Nobody waits long for work, or follows what has no end.
function prepare(document, { ids, workspace }) {
    const prepared = structuredClone(document);
    for (const operation of Object.values(prepared.paths).flatMap(Object.values)) {
        operation.parameters = operation.parameters?.filter(({ name }) => name !== 'follow');
        for (const parameter of operation.parameters ?? []) {
            const known = parameter.name === 'workspaceId' ? [workspace.id] : ids;
            if (parameter.schema !== undefined) // else it is among the components
                parameter.schema = withIds(parameter.schema, known);
        }
    }
    prepared.components.schemas = withIds(prepared.components.schemas, ids);
    for (const { properties } of Object.values(prepared.components.schemas)) {
        if (properties?.waitMs !== undefined)
            properties.waitMs.maximum = 20;
    }
    return prepared;
}

// Left to the agent's turn; without end; and what ends the sign-in or the server of the run. The tool
// takes ids from answers, so that it knows the person who runs it as well.
const NOT_AS_ADMIN = '^/api/v1/agent/tasks|/changes$'
    + '|/auth/logout$|/users/[^/]+/sessions|/platform-settings/restart$';

// One worker: two of them parse Python at once, which Python 3.11 does not bear.
function runTool(site, name, document, headers, filter, seconds) {
    const args = ['run', document, '--url', site.url, '--checks', 'not_a_server_error',
        '--continue-on-failure', '--max-time', String(seconds), '--seed', '1', '--workers', '1',
        '--phases', 'examples,coverage,fuzzing', '--max-examples', '40', '--warnings', 'off',
        '--request-timeout', '20', '--suppress-health-check', 'all', '--no-color', ...filter];
    for (const [header, value] of Object.entries(headers))
        args.push('--header', `${header}:${value}`);
    console.log(`==== as ${name}, ${seconds} s`);
    return new Promise((resume, fail) => {
        const tool = spawn(TOOL, args, { cwd: WORK, stdio: ['ignore', 'inherit', 'inherit'] });
        tool.on('error', fail);
        tool.on('exit', (code) => resume(code === 0 ? [] : [`as ${name}: the tool says ${code}`]));
    });
}

// Answers by class of status, as the server counted them: a run that was only refused shows little.
// Readiness is left out: it says 503, rightly, while the server starts.
async function tally(site) {
    const page = (await call(site, 'GET', '/metrics')).text;
    const classes = {};
    const line = /^fleetledger_http_requests_total\{.*status="(\dxx)"\} (\d+)/gm;
    for (const [row, name, count] of page.matchAll(line)) {
        if (!row.includes('route="/health/ready"'))
            classes[name] = (classes[name] ?? 0) + Number(count);
    }
    return classes;
}

// What the run must not have done to the server or to itself.
async function lookAfter(site, things) {
    const wrong = [];
    const me = await call(site, 'GET', '/api/v1/users/me', { token: things.token });
    if (me.status !== 200)
        wrong.push(`the sign-in of the run did not last: ${me.text}`);
    const ready = await call(site, 'GET', '/health/ready');
    if (ready.status !== 200)
        wrong.push(`the server is not ready any more: ${ready.text}`);
    const answers = await tally(site);
    console.log('property: answers', JSON.stringify(answers));
    if ((answers['2xx'] ?? 0) < LEAST_DONE || answers['5xx'] !== undefined)
        wrong.push('there are answers of 5xx, or too few of 2xx');
    return wrong;
}

const site = await startSite(PROGRAM, join(WORK, 'server'));
try {
    const things = await makeThings(site);
    const document = join(WORK, 'openapi.json');
    await writeFile(document,
        JSON.stringify(prepare(await must(site, 'GET', '/docs-json'), things)));
    const agents = Math.max(5, Math.round(SECONDS * AGENTS_SHARE));
    const wrong = [
        ...await runTool(site, 'the platform\'s admin', document,
            { Authorization: `Bearer ${things.token}` },
            ['--exclude-path-regex', NOT_AS_ADMIN], SECONDS - agents),
        ...await runTool(site, 'an agent', document,
            {
                Authorization: `Bearer ${things.agent.agentToken}`,
                'x-agent-node-id': things.agent.nodeId,
            },
            ['--include-path-regex', '^/api/v1/agent/tasks'], agents),
        ...await lookAfter(site, things),
    ];
    wrong.forEach((sentence) => console.error(`property: ${sentence}`));
    process.exitCode = wrong.length === 0 ? 0 : 1;
} finally {
    await site.close();
}
