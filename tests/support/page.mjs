// A page of docs/, as a newcomer follows it: its blocks of shell, one after the other in one shell.
// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';

// The blocks of a language ("sh", or "sh go" for those that need Go), of the whole page in its order.
export async function blocksOf(page, languages) {
    const text = await readFile(page, 'utf8');
    return [...text.matchAll(/^```(sh[^\n]*)\n([^]*?)^```$/gm)]
        .filter(([, language]) => languages.includes(language))
        .map(([, , block]) => block);
}

// Runs them in a directory, with other values of names that the page sets itself.
export function runBlocks(blocks, directory, values, options = {}) {
    const script = blocks.join('\n').replace(/^([A-Z]+)=.*$/gm,
        (line, name) => name in values ? `${name}='${values[name]}'` : line);
    return spawnSync('bash', ['-eu', '-o', 'pipefail', '-c', script],
        { cwd: directory, encoding: 'utf8', timeout: 300_000, ...options });
}
