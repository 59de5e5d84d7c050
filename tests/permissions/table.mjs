// Reads permissions.txt: who there is, rules, and a rule for each route.
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';

const ANSWERS = new Set(['yes', '401', '403', '404', '409', '-']);

function readRule(words, who, rules) {
    const [name, ...cells] = words;
    if (cells.length !== who.length)
        throw new Error(`rule ${name} says ${cells.length} things of ${who.length}`);
    const odd = cells.find((cell) => !ANSWERS.has(cell));
    if (odd !== undefined)
        throw new Error(`rule ${name} does not know ${odd}`);
    rules.set(name, new Map(who.map((one, i) => [one, cells[i]])));
}

// "GET /path rule [session | work] [recovery] [who=answer …]": the rule, but for what is named; a session no token is, and
// work is a scope. A recovery administrator gets what the platform's admin does where the line says so, else what a user gets.
function readRoute(words, who, rules, routes) {
    const [method, path, name, ...exceptions] = words;
    const cells = Object.assign(new Map(rules.get(name)), { rule: name, takes: undefined });
    if (!rules.has(name))
        throw new Error(`${method} ${path}: there is no rule ${name}`);
    if (routes.has(`${method} ${path}`))
        throw new Error(`${method} ${path} is listed twice`);
    let restored = false;
    for (const exception of exceptions) {
        if (exception === 'session' || exception === 'work') {
            cells.takes = exception;
            continue;
        }
        if (exception === 'recovery') {
            restored = true;
            continue;
        }
        const [one, answer] = exception.split('=');
        if (!who.includes(one) || !ANSWERS.has(answer))
            throw new Error(`${method} ${path} does not know ${exception}`);
        cells.set(one, answer);
    }
    cells.set('recovery', cells.get(restored ? 'platform' : 'user'));
    routes.set(`${method} ${path}`, cells);
}

// The routes of the table: "GET /path" → who → answer.
export function readTable(file) {
    const who = [];
    const rules = new Map();
    const routes = new Map();
    for (const line of readFileSync(file, 'utf8').split('\n')) {
        const words = line.replace(/#.*/, '').replaceAll('|', ' ').split(/\s+/).filter(Boolean);
        if (words.length === 0)
            continue;
        if (words[0] === 'who')
            who.push(...words.slice(1));
        else if (words[0] === 'rule')
            readRule(words.slice(1), who, rules);
        else
            readRoute(words, who, rules, routes);
    }
    return routes;
}
