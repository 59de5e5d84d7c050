// A reporter for node --test that judges by left-out.txt: a case must pass, unless it is left out;
// then it must fail. Prints one line for each surprise and nothing when there is none.
//
//   LEFT_OUT=left-out.txt node --test --test-reporter=./verdict.mjs …
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** The keys "file | case" of a list of cases. */
function leftOut(text) {
    const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
    return new Set(
        lines.map((line) => {
            const [file, name, reason] = line.split('|').map((part) => part.trim());
            if (!file || !name || !reason) throw new Error(`left-out.txt: not "file | case | why": ${line}`);
            return `${file} | ${name}`;
        }),
    );
}

export default async function* verdict(events) {
    const expectedToFail = leftOut(readFileSync(process.env.LEFT_OUT, 'utf8'));
    const seen = new Set();
    for await (const { type, data } of events) {
        if (!['test:pass', 'test:fail'].includes(type) || data.skip !== undefined) continue;
        if (data.details?.type === 'suite') continue; // its cases come by themselves
        const key = `${basename(data.file ?? data.name)} | ${data.name}`;
        seen.add(key);
        if (type === 'test:fail' && !expectedToFail.has(key)) yield `failed: ${key}\n`;
        if (type === 'test:pass' && expectedToFail.has(key)) yield `passes, although left out: ${key}\n`;
    }
    for (const key of expectedToFail) if (!seen.has(key)) yield `left out, but there is no such case: ${key}\n`;
}
