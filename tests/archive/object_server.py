"""An object store for tests: moto's, behind a gate that holds every signature against botocore's.

Arguments: a file that the port is written to, access key, secret key. There is one bucket, "backups". Ends when
its standard input does.
moto checks signatures as well, on request, but of a query it signs what was decoded.
`POST /faults?count=3&status=503` has the next requests answered so.
SPDX-License-Identifier: Apache-2.0
"""

import os
import sys
import threading
from urllib.parse import parse_qs

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.s3.models import s3_backends
from werkzeug.serving import make_server

ACCOUNT = "123456789012"  # moto's own
PROBLEM = '<?xml version="1.0"?><Error><Code>{}</Code><Message>{}</Message></Error>'


class Gate:
    """Answers what is faulty or badly signed itself, and hands on the rest."""

    def __init__(self, app, access_key, secret_key):
        self.app = app
        self.access_key = access_key
        self.secret_key = secret_key
        self.faults = 0
        self.status = ""

    def is_signed(self, environ):
        """As the one who signs would do it, with the time and the headers that were signed."""
        given = environ.get("HTTP_AUTHORIZATION", "")
        if f"Credential={self.access_key}/" not in given or "SignedHeaders=" not in given:
            return False
        region = given.split("Credential=")[1].split("/")[2]
        names = given.split("SignedHeaders=")[1].split(",")[0].split(";")
        if not {"host", "x-amz-date", "x-amz-content-sha256"} <= set(names):
            return False
        headers = {n: environ.get("HTTP_" + n.upper().replace("-", "_")) for n in names}
        if "content-type" in names:
            headers["content-type"] = environ["CONTENT_TYPE"]
        url = f"http://{environ['HTTP_HOST']}{environ['RAW_URI']}"
        request = AWSRequest(environ["REQUEST_METHOD"], url, headers=headers)
        request.context["timestamp"] = headers["x-amz-date"]
        auth = S3SigV4Auth(Credentials(self.access_key, self.secret_key), "s3", region)
        text = auth.canonical_request(request)
        return given.endswith(auth.signature(auth.string_to_sign(request, text), request))

    def __call__(self, environ, start_response):
        if environ["PATH_INFO"] == "/faults":
            query = parse_qs(environ["QUERY_STRING"])
            self.faults, self.status = int(query["count"][0]), query["status"][0]
            start_response("204 No Content", [])
            return []
        length = int(environ.get("CONTENT_LENGTH") or 0)
        if self.faults > 0:
            self.faults -= 1
            environ["wsgi.input"].read(length)
            return self.refuse(start_response, f"{self.status} Fault", "Fault", "as it was told to")
        if not self.is_signed(environ):
            environ["wsgi.input"].read(length)
            return self.refuse(start_response, "403 Forbidden", "SignatureDoesNotMatch", "not so")
        return self.app(environ, start_response)

    @staticmethod
    def refuse(start_response, status, code, message):
        body = PROBLEM.format(code, message).encode()
        start_response(
            status, [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))]
        )
        return [body]


def main():
    port_file, access_key, secret_key = sys.argv[1:4]
    s3_backends[ACCOUNT]["aws"].create_bucket("backups", "us-east-1")
    gate = Gate(DomainDispatcherApplication(create_backend_app), access_key, secret_key)
    server = make_server("127.0.0.1", 0, gate, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with open(port_file + ".new", "w", encoding="ascii") as file:
        file.write(f"{server.server_port}\n")
    os.rename(port_file + ".new", port_file)
    sys.stdin.read()
    server.shutdown()


main()
