"""Asks a server all that scim2-tester asks of any. Arguments: its root, a token, a domain of the provider's. Prints what
came of each check, as JSON."""
# SPDX-License-Identifier: Apache-2.0
import json
import sys
import uuid

import httpx2
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import check_server, filling

ROOT, TOKEN, DOMAIN = sys.argv[1:]
examples = filling.get_random_example_value


def example(path):
    """No schema can say that userName is an address."""
    if str(path).endswith("userName"):
        return f"{uuid.uuid4()}@{DOMAIN}"
    return examples(path)


filling.get_random_example_value = example
http = httpx2.Client(base_url=ROOT, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=60)
results = check_server(SyncSCIMClient(http))
print(json.dumps([[one.title, one.status.name, one.reason] for one in results]))
