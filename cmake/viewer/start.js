// Shows the document that the server prints of itself; asks nobody else for anything.
// SPDX-License-Identifier: Apache-2.0
'use strict';

const place = new URL('.', document.currentScript.src).pathname.replace(/\/$/, '');

window.ui = SwaggerUIBundle({
    url: `${place}-json`,
    dom_id: '#viewer',
    presets: [SwaggerUIBundle.presets.apis],
    layout: 'BaseLayout',
    docExpansion: 'none',
    tryItOutEnabled: true,
    validatorUrl: null,
});
