"""Calls a started server by the generated Python client. Arguments: its URL, address and password of
an admin. SPDX-License-Identifier: Apache-2.0"""
import sys
from http import HTTPStatus
from uuid import UUID

from client import AuthenticatedClient, Client
from client.api.agent import post_agent_tasks_claim
from client.api.identity import get_users_me, post_auth_login
from client.api.node import post_node_installs_consume
from client.api.node import post_workspaces_by_workspace_id_node_installs as create_install
from client.api.platform import get_root_health_ready
from client.api.task import get_tasks_by_id, get_workspaces_by_workspace_id_tasks
from client.api.task import post_workspaces_by_workspace_id_tasks
from client.api.workspace import post_workspaces
from client.models import (
    AdditionalInfo, ClaimTask, ConsumeInstall, CreateInstall, CreateTask, CreateTaskPayloadType0,
    CreateWorkspace, Problem, SignIn)

url, email, password = sys.argv[1:]
nobody = Client(base_url=url)

ready = get_root_health_ready.sync(client=nobody)
assert ready["ready"] is True, ready

session = post_auth_login.sync(client=nobody, body=SignIn(email=email, password=password))
admin = AuthenticatedClient(base_url=url, token=session.access_token)
assert get_users_me.sync(client=admin).email == email

workspace = post_workspaces.sync(
    client=admin, body=CreateWorkspace(name="By Python", slug="by-python"))
install = create_install.sync(workspace.id, client=admin, body=CreateInstall(node_name="python-1"))
token = install.install_command.split("--bootstrap-token '")[1].split("'")[0]
node = post_node_installs_consume.sync(client=nobody, body=ConsumeInstall(
    token=token, hostname="python-1", additional_info=AdditionalInfo(os="linux", arch="amd64")))

payload = CreateTaskPayloadType0()
payload["command"] = "uptime"
order = CreateTask(node_id=UUID(str(node.node_id)), type_="shell.exec", payload=payload)
task = post_workspaces_by_workspace_id_tasks.sync(
    workspace.id, client=admin, body=order, idempotency_key="once, by Python")
again = post_workspaces_by_workspace_id_tasks.sync(
    workspace.id, client=admin, body=order, idempotency_key="once, by Python")
assert task.id == again.id and task.payload["command"] == "uptime", again

agent = AuthenticatedClient(base_url=url, token=node.agent_token)
claimed = post_agent_tasks_claim.sync(
    client=agent, body=ClaimTask(wait_ms=0), x_agent_node_id=str(node.node_id))
assert claimed.task.id == task.id, claimed

listed = get_workspaces_by_workspace_id_tasks.sync(workspace.id, client=admin, limit=5, ledger_min_size=1)
assert [one.id for one in listed] == [task.id]

missing = get_tasks_by_id.sync_detailed(workspace.id, client=admin)
assert missing.status_code == HTTPStatus.NOT_FOUND
assert isinstance(missing.parsed, Problem) and missing.parsed.code == "not_found", missing
print("Python: signed in, made a workspace, a node and a task, claimed it, and was refused once")
