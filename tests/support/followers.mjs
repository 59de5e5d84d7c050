// Followers of servers that tests written for Node have started.
// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

// Admits a follower of this name at the leader's home; gives the settings that it is started with. Both have the same
// key-encryption key, by `settings`.
export async function admitFollower(leader, name, settings) {
    const { stdout, stderr } = await promisify(execFile)(process.env.PROGRAM, ['admit-follower', name],
        { env: { ...process.env, FLEETLEDGER_HOME: leader.home, ...settings } });
    const file = join(leader.home, '..', `${name}.token`);
    await writeFile(file, stdout.split('\n')[0]);
    return { ...settings, FLEETLEDGER_FOLLOW: leader.url, FLEETLEDGER_FOLLOW_TOKEN_FILE: file,
        FLEETLEDGER_FOLLOW_KEY: /FLEETLEDGER_FOLLOW_KEY\s+(\S.*)/.exec(stderr)[1].trim() };
}
