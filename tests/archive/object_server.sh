# Sourced: the object store of tests, in the directory of whoever sources it.
#   object_server_begin     starts it, until the script ends; exports OBJECT_STORE_URL, S3_… for its bucket "backups"
# SPDX-License-Identifier: Apache-2.0
object_server_source=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/object_server.py

# A Python that has moto, of the version that was tried.
object_server_python() {
    local moto='moto[server]==5.2.1'
    if python3 -c 'import moto.moto_server.werkzeug_app' 2>/dev/null; then
        echo python3
        return
    fi
    [ -x moto/bin/python3 ] || python3 -m venv moto >moto.log 2>&1 || return 1
    moto/bin/python3 -c 'import moto.moto_server.werkzeug_app' 2>/dev/null ||
        timeout 300 moto/bin/pip install -q "$moto" >>moto.log 2>&1 || return 1
    echo moto/bin/python3
}

object_server_end() {
    exec {object_server_input}>&-
    wait "$object_server_pid" || true
}

object_server_begin() {
    local python
    python=$(object_server_python) || {
        echo 'NOT CHECKED: no object store to test with, as Python or moto of PyPI is not here.' >&2
        exit 77
    }
    export S3_ACCESS_KEY=tests-key S3_SECRET_KEY=secret/of+tests
    rm -f object.port object.input
    mkfifo -m 600 object.input
    "$python" "$object_server_source" object.port "$S3_ACCESS_KEY" "$S3_SECRET_KEY" <object.input >object.log 2>&1 &
    object_server_pid=$!
    exec {object_server_input}>object.input
    trap object_server_end EXIT
    for _ in $(seq 300); do
        [ ! -f object.port ] || break
        kill -0 "$object_server_pid" || { cat object.log; exit 1; }
        sleep 0.1
    done
    OBJECT_STORE_URL=http://127.0.0.1:$(cat object.port)
    export OBJECT_STORE_URL
}
