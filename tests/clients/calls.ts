// Calls a started server by the types generated from the OpenAPI document: what does not fit them does
// not compile. Arguments: its URL, address and password of an admin.
// SPDX-License-Identifier: Apache-2.0
import createClient from 'openapi-fetch';
import type { components, paths } from './api.js';

declare const process: { argv: string[] };

const [baseUrl, email, password] = process.argv.slice(2) as [string, string, string];
const nobody = createClient<paths>({ baseUrl });

function must<Body>(answer: { data?: Body; error?: unknown; response: Response }): Body {
    if (answer.data === undefined)
        throw new Error(`${answer.response.status}: ${JSON.stringify(answer.error)}`);
    return answer.data;
}

const session = must(await nobody.POST('/api/v1/auth/login', { body: { email, password } }));
if (!('accessToken' in session)) throw new Error('a second factor is asked for');
const admin = createClient<paths>({
    baseUrl,
    headers: { authorization: `Bearer ${session.accessToken}` },
});
const workspace: components['schemas']['Workspace'] = must(
    await admin.POST('/api/v1/workspaces', { body: { name: 'By TypeScript', slug: 'by-typescript' } }));
const node: components['schemas']['Node'] = must(
    await admin.POST('/api/v1/workspaces/{workspaceId}/nodes', {
        params: { path: { workspaceId: workspace.id } },
        body: { name: 'typescript-1', hostname: 'typescript-1', os: 'linux', arch: 'amd64' },
    }));
const task = must(
    await admin.POST('/api/v1/workspaces/{workspaceId}/tasks', {
        params: { path: { workspaceId: workspace.id }, header: { 'Idempotency-Key': 'once, by TypeScript' } },
        body: { nodeId: node.id, type: 'shell.exec', payload: { command: 'uptime' } },
    }));
const command: unknown = task.payload['command'];
if (command !== 'uptime')
    throw new Error(`the payload came back as ${JSON.stringify(task.payload)}`);

const list = await admin.GET('/api/v1/workspaces/{workspaceId}/tasks', {
    params: { path: { workspaceId: workspace.id }, query: { status: 'queued', limit: 1 } },
});
if (must(list)[0]?.id !== task.id || list.response.headers.get('ledger-size') === null)
    throw new Error('the list does not show the task, or no size of the ledger');

const missing = await admin.GET('/api/v1/tasks/{id}', { params: { path: { id: workspace.id } } });
if (missing.response.status !== 404 || missing.error?.code !== 'not_found')
    throw new Error(`a missing task answers ${missing.response.status}`);
console.log('TypeScript: signed in, made a workspace, a node and a task, and was refused once');
