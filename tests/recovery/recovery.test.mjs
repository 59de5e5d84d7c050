// docs/recovery.md, as somebody follows it who has lost something: its blocks of shell, one after the other in one
// shell, on a server that stands for the one that systemd would run.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { blocksOf, runBlocks } from '../support/page.mjs';
import { ADMIN } from '../support/site.mjs';

const page = fileURLToPath(new URL('../../docs/recovery.md', import.meta.url));
let place;

// Each start records something: somebody signs in.
const systemctl = `
export PORT=0 RATE_LIMIT_PER_MINUTE=0 LOG_LEVEL=warning
export ADMIN_EMAIL='${ADMIN.email}' ADMIN_PASSWORD='${ADMIN.password}'
sign_in() {
    curl -sf -o signed-in -H 'Content-Type: application/json' "$1/api/v1/auth/login" \\
        -d '${JSON.stringify({ email: ADMIN.email, password: ADMIN.password })}'
}
systemctl() {
    local url=
    if [ "$1" = stop ]; then
        kill "$server" && wait "$server" || true
        return
    fi
    "$PROGRAM" serve >out 2>>err &
    server=$!
    for _ in $(seq 600); do
        url=$(sed -n 's/^Fleetledger serves at //p' out)
        [ -z "$url" ] || ! curl -sf -o ready "$url/health/ready" || break
        kill -0 "$server"
        sleep 0.1
    done
    sign_in "$url" || echo 'NOBODY CAN SIGN IN'
}
trap 'systemctl stop' EXIT
`;

before(async () => {
    place = await mkdtemp(join(tmpdir(), 'fleetledger-recovery-'));
    await chmod(place, 0o755);
});
after(() => rm(place, { recursive: true, force: true }));

test('docs/recovery.md can be followed by copy and paste', async () => {
    const [settings, ...blocks] = await blocksOf(page, ['sh']);
    const values = {
        DATA: join(place, 'data'), STORE: join(place, 'store'), KEPT: join(place, 'kept'),
        PROGRAM: resolve(process.env.PROGRAM), RUN: '', OWNER: '',
    };
    const run = runBlocks([settings, systemctl, 'systemctl start fleetledger', ...blocks], place, values);
    assert.equal(run.status, 0, `${run.stdout}${run.stderr}`);
    assert.doesNotMatch(run.stdout, /NOBODY CAN SIGN IN/);
    assert.equal(run.stdout.match(/^All of it holds\.$/gm).length, 4, run.stdout);
    assert.equal(run.stdout.match(/^Every row of \d+ tables is as it was\.$/gm).length, 2, run.stdout);
    const recorded = spawnSync(values.PROGRAM, ['timeline', '--output=json'],
        { encoding: 'utf8', env: { PATH: process.env.PATH, FLEETLEDGER_HOME: values.DATA } });
    for (const type of ['log_restored', 'origin_declared', 'drill_recorded'])
        assert.match(recorded.stdout, new RegExp(`"platform\\.${type}"`));
});
