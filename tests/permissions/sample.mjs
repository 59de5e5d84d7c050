// The least body that a route takes, from its schema in the OpenAPI document; ids are of things
// that are there. References are resolved first: inlined() does it.
// SPDX-License-Identifier: Apache-2.0

const USUAL = {
    name: 'Sample', slug: 'sample', hostname: 'sample-host', nodeName: 'Sample', os: 'linux',
    arch: 'amd64', type: 'shell.exec', payload: { command: 'true' }, timezone: 'UTC',
    defaultTimezone: 'UTC', email: 'sample@site.example.com', reason: 'Sample', line: 'Sample',
    names: ['curl'], packages: ['curl'], status: 'success',
    sourcePresetId: 'syslog',
};

function sampleText(schema) {
    if (schema.format === 'uuid')
        return '00000000-0000-4000-8000-000000000000';
    if (schema.format === 'date-time')
        return '2026-01-01T00:00:00.000Z';
    return 'x'.repeat(Math.max(schema.minLength ?? 1, 1));
}

function sampleValue(name, schema, ids) {
    const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
    if (ids[name] !== undefined)
        return type === 'array' ? [ids[name]] : ids[name];
    if (schema.enum !== undefined && !schema.enum.includes(USUAL[name]))
        return schema.enum[0];
    if (USUAL[name] !== undefined)
        return USUAL[name];
    switch (type) {
    case 'integer':
    case 'number':
        return schema.minimum ?? 1;
    case 'boolean':
        return true;
    case 'array':
        return [sampleValue('', schema.items ?? { type: 'string' }, ids)];
    case 'object':
        return sampleBody(schema, ids);
    default:
        return sampleText(schema);
    }
}

// A schema with all that it refers to in its place.
export function inlined(schema, document) {
    if (Array.isArray(schema))
        return schema.map((inner) => inlined(inner, document));
    if (schema === null || typeof schema !== 'object')
        return schema;
    if (schema.$ref !== undefined)
        return inlined(document.components.schemas[schema.$ref.split('/').at(-1)], document);
    const whole = schema.allOf ?? schema.anyOf;
    if (whole !== undefined)
        return inlined(whole[0], document);
    return Object.fromEntries(
        Object.entries(schema).map(([name, inner]) => [name, inlined(inner, document)]));
}

// What is required; where nothing is, the first property, since a change of nothing may be refused.
export function sampleBody(schema, ids) {
    const properties = Object.entries(schema?.properties ?? {});
    const required = properties.filter(([name]) => schema.required?.includes(name));
    const wanted = required.length > 0 ? required : properties.slice(0, 1);
    return Object.fromEntries(
        wanted.map(([name, inner]) => [name, sampleValue(name, inner, ids)]));
}
