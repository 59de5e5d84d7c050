// Strict authority: a role counts by a grant that a product root key has signed, and by nothing else. The keys sign by Node's
// own cryptography, or by the program's command line.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { makePerson } from '../support/people.mjs';
import { startPrimary } from '../support/postgres.mjs';
import { call, must, signIn, startSite, until } from '../support/site.mjs';
import { openStream } from '../sockets/stream.mjs';
import { activation, grant, inSeconds, makeRoot, revocation, rotation } from './root_key.mjs';

const [program, log] = [process.env.PROGRAM, process.env.SITE_LOG];
const OWNER = { email: 'owner@site.example.com', password: 'correct-horse-battery' };
const root = makeRoot();
let directory, database, site, installation, owner, workspace, made = 0;

const ask = (token, method, path, body) => call(site, method, `/api/v1${path}`, { token, body });
const outcome = ({ status, json }) => [status, json?.code];
const bootstrap = (manifest) => ask(undefined, 'POST', '/installation/bootstrap-owner', { manifest, password: OWNER.password });
const handIn = (token, envelope) => ask(token, 'POST', '/installation/role-grants', { envelope });
const grantOf = (person, role, serial, more) => root.seal('role-grant', grant(installation, person.id, role, serial, more));
const again = async (person) => ({ ...person, token: await signIn(site, person.credentials) });
const authorityOf = async ({ token }) => {
    const { role, effective, reason } = await must(site, 'GET', '/users/me/authority', { token });
    return [role, effective, reason];
};

// Somebody who has the role, and a grant of it that `more` says of.
async function makeHolder(role, more) {
    const person = await makePerson(site, owner.token, `holder-${++made}`, 'user');
    const { id } = (await handIn(person.token, grantOf(person, role, 1, more))).json;
    return { ...await again(person), grantId: id };
}

before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'fleetledger-authority-'));
    execFileSync('chmod', ['755', directory]);
    database = await startPrimary(directory);
    site = await startSite(program, log, {
        DATABASE_URL: database.url('fleet'),
        INSTALLATION_AUTHORITY_MODE: 'strict',
        INSTALLATION_PRODUCT_ROOT_PUBLIC_KEY_B64: root.publicKey,
    });
    installation = (await ask(undefined, 'GET', '/installation')).json;
});
after(async () => {
    await site?.close();
    await database?.stop();
    await rm(directory, { recursive: true, force: true });
});

test('the first start makes no account, and what the installation is known by is told', async () => {
    assert.equal((await ask(undefined, 'POST', '/auth/login',
        { email: 'root@site.example.com', password: 'Site-Passw0rd!' })).status, 401);
    assert.equal(installation.authorityMode, 'strict');
    assert.deepEqual(installation.roots, [{ keyId: root.keyId, publicKey: root.publicKey, validUntil: null }]);
    assert.equal(installation.isBootstrapped, false);
});

test('a manifest that does not fit makes nobody owner', async () => {
    const sealed = (more, by = root) => by.seal('activation', activation(installation, OWNER.email, more));
    const cases = [
        [sealed({ installationId: randomUUID() }), 'manifest_wrong_installation'],
        [sealed({ ledgerVerifierKey: `${installation.ledgerVerifierKey.slice(0, -4)}AAAA` }), 'manifest_wrong_installation'],
        [sealed({ environment: 'production' }), 'manifest_wrong_environment'],
        [sealed({ notBefore: inSeconds(600) }), 'manifest_not_yet_valid'],
        [sealed({ notBefore: inSeconds(-600), expiresAt: inSeconds(-1) }), 'manifest_expired'],
        [sealed({ expiresAt: inSeconds(31 * 86_400) }), 'manifest_invalid'],
        [sealed({ role: 'platform_auditor' }), 'manifest_invalid'],
        [sealed({ nonce: 'AAAA' }), 'manifest_invalid'],
        [sealed({ more: 1 }), 'manifest_invalid'],
        [sealed({}, makeRoot()), 'root_unknown'],
        [root.seal('role-grant', activation(installation, OWNER.email)), 'manifest_invalid'],
        [{ ...sealed(), signatures: [] }, 'manifest_invalid'],
    ];
    for (const [manifest, code] of cases)
        assert.deepEqual(outcome(await bootstrap(manifest)), [422, code]);
    assert.deepEqual(outcome(await ask(undefined, 'POST', '/installation/bootstrap-owner', OWNER)), [422, 'manifest_missing']);
});

test('one bit that is flipped, of the payload or the signature, spoils it', async () => {
    const sealed = root.seal('activation', activation(installation, OWNER.email));
    const flip = (text, at) => {
        const bytes = Buffer.from(text, 'base64');
        bytes[at] ^= 1;
        return bytes.toString('base64');
    };
    const [{ keyid, sig }] = sealed.signatures;
    for (const at of [0, 31, 63])
        assert.deepEqual(outcome(await bootstrap({ ...sealed, signatures: [{ keyid, sig: flip(sig, at) }] })),
            [422, 'signature_invalid']);
    for (const at of [0, 40, 100])
        assert.deepEqual(outcome(await bootstrap({ ...sealed, payload: flip(sealed.payload, at) })),
            [422, 'signature_invalid']);
    assert.equal((await ask(undefined, 'GET', '/installation')).json.isBootstrapped, false);
});

test('a manifest makes the first owner, once, however many race', async () => {
    const manifests = [OWNER.email, 'one@site.example.com', 'two@site.example.com', 'three@site.example.com']
        .map((email) => root.seal('activation', activation(installation, email)));
    const answers = [await bootstrap(manifests[0]), ...await Promise.all(manifests.map(bootstrap))];
    assert.deepEqual(answers.map(({ status }) => status), [201, 409, 409, 409, 409]);
    assert.equal(answers[1].json.code, 'already_bootstrapped');
    owner = { id: answers[0].json.userId, credentials: OWNER, token: await signIn(site, OWNER) };
    assert.deepEqual(await authorityOf(owner), ['platform_admin', true, null]);
    workspace = (await must(site, 'GET', '/workspaces', { token: owner.token }))[0];
});

test('a role in the database alone grants nothing, and the explanation says what is missing', async () => {
    const person = await makePerson(site, owner.token, 'named', 'platform_admin');
    assert.deepEqual(outcome(await ask(person.token, 'GET', '/users')), [403, 'authority_not_effective']);
    assert.equal((await ask(person.token, 'GET', '/users/me')).status, 200);
    assert.deepEqual(await authorityOf(person), ['platform_admin', false, 'no_grant']);
    const explained = (await ask(owner.token, 'GET', `/access/explain?userId=${person.id}&method=GET&path=/api/v1/users`)).json;
    assert.equal(explained.allowed, false);
    assert.equal(explained.refusal.code, 'authority_not_effective');
    const fact = explained.facts.find((one) => one.fact === 'grant');
    assert.deepEqual([fact.isMet, fact.value], [false, 'missing']);
    assert.match(fact.remedy, /role-grants/);
    await handIn(person.token, grantOf(person, 'platform_admin', 1));
    const now = await again(person);
    assert.equal((await ask(now.token, 'GET', '/users')).status, 200);
    const then = (await ask(owner.token, 'GET',
        `/access/explain?userId=${person.id}&method=GET&path=/api/v1/users`)).json;
    assert.equal(then.allowed, true);
    assert.equal(then.facts.find((one) => one.fact === 'grant').event.type, 'authority.role_granted');
});

test('a grant by the command line brings the role with it, once, and by rising serials', async () => {
    const key = join(directory, 'root.pem');
    await writeFile(key, root.pem, { mode: 0o600 });
    const person = await makePerson(site, owner.token, 'signed', 'user');
    const sign = (serial) => JSON.parse(execFileSync(program, ['authority', 'sign-grant', `--key=${key}`,
        `--installation=${installation.installationId}`, `--user=${person.id}`, '--role=platform_auditor',
        `--serial=${serial}`, '--reason=Audit of the year'], { encoding: 'utf8' }));
    const second = sign(2);
    const answer = await handIn(person.token, second);
    assert.equal(answer.status, 201);
    assert.deepEqual([answer.json.role, answer.json.serial, answer.json.end], ['platform_auditor', 2, null]);
    assert.equal((await ask(person.token, 'GET', '/users/me')).status, 401); // another role: all sessions ended
    const auditor = await again(person);
    assert.deepEqual(await authorityOf(auditor), ['platform_auditor', true, null]);
    assert.deepEqual(outcome(await handIn(owner.token, second)), [422, 'manifest_used']);
    assert.deepEqual(outcome(await handIn(owner.token, sign(2))), [409, 'serial_not_newer']);
    assert.deepEqual(outcome(await handIn(owner.token, sign(1))), [409, 'serial_not_newer']);
    assert.equal((await handIn(owner.token, sign(3))).status, 201);
    const rows = (await ask(auditor.token, 'GET', `/installation/role-grants?userId=${person.id}`)).json;
    assert.deepEqual(rows.map(({ serial, status, reason }) => [serial, status, reason]),
        [[3, 'active', 'Audit of the year'], [2, 'replaced', 'Audit of the year']]);
    assert.deepEqual(rows[1].envelope, second);
});

test('who is nobody here, or no person, is granted nothing', async () => {
    assert.deepEqual(outcome(await handIn(owner.token, grantOf({ id: randomUUID() }, 'platform_admin', 1))),
        [409, 'grant_holder_missing']);
    const { id } = await must(site, 'POST', '/service-accounts', { token: owner.token, body: { name: 'Report' } });
    assert.deepEqual(outcome(await handIn(owner.token, grantOf({ id }, 'platform_admin', 1))), [409, 'grant_holder_missing']);
    assert.equal((await call(site, 'POST', '/api/v1/installation/role-grants',
        { body: { envelope: grantOf(owner, 'platform_admin', 9) } })).status, 401);
});

test('a grant ends by the clock', async () => {
    const holder = await makeHolder('platform_auditor', { expiresAt: inSeconds(4) });
    assert.equal((await ask(holder.token, 'GET', '/installation/role-grants')).status, 200);
    await until('the end of the grant', async () =>
        (await ask(holder.token, 'GET', '/installation/role-grants')).status === 403);
    assert.deepEqual(outcome(await ask(holder.token, 'GET', '/installation/role-grants')), [403, 'authority_not_effective']);
    assert.deepEqual(await authorityOf(holder), ['platform_auditor', false, 'grant_expired']);
    await until('its row', async () => (await ask(owner.token, 'GET',
        `/installation/role-grants?userId=${holder.id}`)).json[0].status === 'expired');
});

test('what is followed by such a role ends with the grant, by the clock and by an order', async () => {
    const follow = ({ token }) => openStream(site, `/workspaces/${workspace.id}/changes`, { token });
    const brief = await makeHolder('platform_admin', { expiresAt: inSeconds(5) });
    const long = await makeHolder('platform_admin');
    const [ending, revoked] = [await follow(brief), await follow(long)];
    await ending.ended;
    assert.deepEqual(await authorityOf(brief), ['platform_admin', false, 'grant_expired']);
    assert.deepEqual(await authorityOf(long), ['platform_admin', true, null]);
    await must(site, 'POST', `/installation/role-grants/${long.grantId}/revoke`,
        { token: owner.token, body: { reason: 'Left' } });
    await revoked.ended;
});

test('a grant is revoked by an admin, or by whoever hands in a signature, and the last admin stays', async () => {
    const [one, other] = [await makeHolder('platform_admin'), await makeHolder('platform_admin')];
    const path = (id) => `/installation/role-grants/${id}/revoke`;
    const user = await makePerson(site, owner.token, 'messenger', 'user');
    assert.deepEqual(outcome(await ask(user.token, 'POST', path(one.grantId), { reason: 'Mine' })),
        [403, 'revocation_needs_signature']);
    assert.equal((await ask(owner.token, 'POST', path(one.grantId), {})).status, 400);
    assert.equal((await ask(owner.token, 'POST', path(one.grantId), { reason: 'Left' })).json.end, 'revoked');
    assert.deepEqual(outcome(await ask(one.token, 'GET', '/users')), [403, 'authority_not_effective']);
    assert.deepEqual(outcome(await ask(owner.token, 'POST', path(one.grantId), { reason: 'Again' })), [409, 'role_grant_ended']);
    assert.deepEqual(outcome(await ask(owner.token, 'POST', path(randomUUID()), { reason: 'Whose' })),
        [404, 'role_grant_not_found']);
    const signed = root.seal('role-revocation', revocation(installation, other.grantId));
    assert.equal((await ask(user.token, 'POST', path(one.grantId), { envelope: signed })).status, 400);
    assert.equal((await ask(user.token, 'POST', path(other.grantId), { envelope: signed })).status, 200);
    assert.deepEqual(await authorityOf(other), ['platform_admin', false, 'grant_revoked']);
    const rows = (await ask(owner.token, 'GET', `/installation/role-grants?userId=${other.id}`)).json;
    assert.deepEqual([rows[0].status, rows[0].endReason, rows[0].endEnvelope], ['revoked', 'No more', signed]);
});

test('a recovery administrator restores access to others, is seen, and reaches nothing else', async () => {
    const person = await makePerson(site, owner.token, 'rescuer', 'user');
    assert.deepEqual(outcome(await handIn(owner.token, grantOf(person, 'platform_recovery_admin', 1))),
        [422, 'manifest_invalid']);
    assert.deepEqual(outcome(await handIn(owner.token,
        grantOf(person, 'platform_recovery_admin', 1, { expiresAt: inSeconds(25 * 3600) }))), [422, 'manifest_invalid']);
    assert.equal((await handIn(owner.token,
        grantOf(person, 'platform_recovery_admin', 1, { expiresAt: inSeconds(3600) }))).status, 201);
    const rescuer = await again(person);
    const lost = await makePerson(site, owner.token, 'locked-out', 'user');
    const members = `/workspaces/${workspace.id}/members`;
    assert.equal((await ask(rescuer.token, 'GET', '/users')).status, 200);
    assert.equal((await ask(rescuer.token, 'PATCH', `/users/${lost.id}`, { isActive: false })).status, 200);
    assert.equal((await ask(rescuer.token, 'PATCH', `/users/${lost.id}`, { isActive: true })).status, 200);
    assert.equal((await ask(rescuer.token, 'DELETE', `/users/${lost.id}/sessions`)).status, 200);
    assert.equal((await ask(rescuer.token, 'POST', members, { userId: lost.id, role: 'member' })).status, 201);
    const refusals = [
        ['PATCH', `/users/${lost.id}`, { role: 'platform_admin' }, 'recovery_of_role'],
        ['PATCH', `/users/${owner.id}`, { isActive: false }, 'recovery_of_role'],
        ['POST', members, { userId: rescuer.id, role: 'owner' }, 'recovery_of_self'],
        ['GET', `/workspaces/${workspace.id}/secrets`, undefined, 'not_a_member'],
        ['GET', `/workspaces/${workspace.id}/nodes`, undefined, 'not_a_member'],
        ['GET', '/audit-logs', undefined, 'forbidden'],
        ['POST', '/installation/roots/rotate', { envelope: {} }, 'forbidden'],
    ];
    for (const [method, path, body, code] of refusals)
        assert.deepEqual(outcome(await ask(rescuer.token, method, path, body)), [403, code], `${method} ${path}`);
    const alarms = await until('the alarms', async () => {
        const events = (await ask(owner.token, 'GET', '/events?limit=100')).json
            .filter(({ type }) => /recovery-admin/.test(type));
        return events.length === 2 && events;
    });
    assert.deepEqual(alarms.map(({ type, severity }) => [type, severity]).sort(),
        [['auth.recovery-admin.signed-in', 'critical'], ['authority.recovery-admin.granted', 'critical']]);
});

test('another key signs once the one before it says so, and both for a while', async () => {
    const next = makeRoot();
    const rotate = (envelope, token = owner.token) => ask(token, 'POST', '/installation/roots/rotate', { envelope });
    assert.deepEqual(outcome(await rotate(next.seal('root-rotation', rotation(installation, next.publicKey)))),
        [422, 'root_unknown']);
    assert.deepEqual(outcome(await rotate(root.seal('root-rotation', rotation(installation, root.publicKey)))),
        [409, 'root_known']);
    const { json } = await rotate(root.seal('root-rotation', rotation(installation, next.publicKey)));
    assert.deepEqual(json.roots.map(({ keyId, validUntil }) => [keyId, validUntil !== null]),
        [[root.keyId, true], [next.keyId, false]]);
    assert.equal((await ask(owner.token, 'GET', '/users')).status, 200); // what the former key signed stays good
    const person = await makePerson(site, owner.token, 'by-the-next', 'user');
    const sealed = next.seal('role-grant', grant(installation, person.id, 'platform_auditor', 1));
    assert.equal((await handIn(owner.token, sealed)).status, 201);
});

// Asynchronous, as is what it waits for of the server.
const verify = (...options) => spawnSync(program, ['verify', '--json', ...options], {
    env: { PATH: process.env.PATH, FLEETLEDGER_HOME: site.home, DATABASE_URL: database.url('fleet') },
    encoding: 'utf8', timeout: 120_000 });
const part = ({ stdout }, name) => JSON.parse(stdout).parts.find((one) => one.part === name);

test('verify finds every grant signed, and names the key that they do not go back to', () => {
    const good = verify(`--root-key=${root.publicKey}`);
    assert.equal(part(good, 'keys').verdict, 'ok', good.stdout);
    assert.match(part(good, 'keys').note, /\d+ signed manifests hold$/);
    const other = verify(`--root-key=${makeRoot().publicKey}`);
    assert.equal(part(other, 'keys').verdict, 'differs');
    assert.match(part(other, 'keys').findings.join(), /do not go back to the product root key/);
});

test('a role that is written into PostgreSQL gives nothing, and verify names the row', async () => {
    const person = await makePerson(site, owner.token, 'intruder', 'user');
    const schema = database.sql("select schemaname from pg_tables where tablename = 'users' and schemaname like 'set_%'");
    database.sql(`update ${schema}.users set role = 'platform_admin' where id = '${person.id}'`);
    assert.deepEqual(outcome(await ask(person.token, 'GET', '/users')), [403, 'forbidden']);
    assert.deepEqual(await authorityOf(person), ['user', true, null]);
    const rows = part(verify(), 'read models');
    assert.equal(rows.verdict, 'differs');
    assert.match(rows.findings.join(), new RegExp(person.id));
});
