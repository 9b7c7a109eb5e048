"""A stock gRPC server for interop.proto. The first line of standard input configures it; it ends when standard input does, so that it
never outlives the test that started it."""

import hashlib
import json
import sys
import threading
from concurrent import futures

from wire import METHODS, SERVICE, Bool, Bytes, Number, Text, chunks, compression, grpc, report

# Longer than any test waits: a handler that nobody cancelled then says so instead of hanging.
PATIENCE_SECONDS = 120


class Ends:
    """How the calls of Wait and WaitStream ended, by their text."""

    def __init__(self):
        self._known = {}
        self._changed = threading.Condition()

    def record(self, key, cancelled):
        with self._changed:
            self._known[key] = cancelled
            self._changed.notify_all()

    def wait(self, key):
        with self._changed:
            self._changed.wait_for(lambda: key in self._known, PATIENCE_SECONDS)
            return self._known.get(key, False)


ENDS = Ends()


def await_cancellation(key, context):
    ended = threading.Event()
    if context.add_callback(ended.set):
        ENDS.record(key, ended.wait(PATIENCE_SECONDS))
    else:
        ENDS.record(key, True)  # it ended before the callback could be added


class Interop:
    def Echo(self, request, context):
        headers = dict(context.invocation_metadata())
        trailers = []
        if "x-echo" in headers:
            context.send_initial_metadata((("x-echo", headers["x-echo"]),))
            trailers.append(("x-echo", headers["x-echo"]))
        if "x-echo-bin" in headers:
            trailers.append(("x-echo-bin", headers["x-echo-bin"]))
        for name in context.auth_context().get("x509_common_name", []):
            trailers.append(("x-peer", name.decode()))
        context.set_trailing_metadata(trailers)
        return request

    def Sum(self, requests, context):
        return Number(value=sum(request.value for request in requests))

    def Count(self, request, context):
        for number in range(1, request.value + 1):
            yield Number(value=number)

    def Shout(self, requests, context):
        for request in requests:
            yield Text(value=request.value.upper())

    def Fail(self, request, context):
        codes = {code.value[0]: code for code in grpc.StatusCode}
        context.set_trailing_metadata((("x-reason", "because"), ("grpc-status-details-bin", bytes(range(256)))))
        context.abort(codes[request.value], "détail: 100 % raté")

    def Wait(self, request, context):
        await_cancellation(request.value, context)
        return Text(value="nobody cancelled")

    def WaitStream(self, request, context):
        # The callback comes before the first response: a call that is cancelled right after it never resumes this generator.
        ended = threading.Event()
        waiting = True

        def end():
            ENDS.record(request.value, waiting)
            ended.set()

        if not context.add_callback(end):
            end()
        yield request
        ended.wait(PATIENCE_SECONDS)
        waiting = False

    def Abort(self, request, context):
        yield request
        context.abort(grpc.StatusCode.ABORTED, "the server gave up")

    def WasCancelled(self, request, context):
        return Bool(value=ENDS.wait(request.value))

    def Upload(self, requests, context):
        digest = hashlib.sha256()
        for request in requests:
            digest.update(request.value)
        return Bytes(value=digest.digest())

    def Download(self, request, context):
        for chunk in chunks(request.value):
            yield Bytes(value=chunk)


def handlers(service):
    return {
        name: getattr(grpc, kind + "_rpc_method_handler")(
            getattr(service, name),
            request_deserializer=request.FromString,
            response_serializer=response.SerializeToString,
        )
        for name, (kind, request, response) in METHODS.items()
        if hasattr(service, name)
    }


def main():
    options = json.loads(sys.stdin.readline())
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=16), compression=compression(options["compression"]))
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, handlers(Interop())),))

    tls = options["tls"]
    if tls is None:
        port = server.add_insecure_port("127.0.0.1:0")
    else:
        pair = (tls["key"].encode(), tls["certificate"].encode())
        credentials = grpc.ssl_server_credentials([pair], tls["root"].encode(), require_client_auth=True)
        port = server.add_secure_port("127.0.0.1:0", credentials)

    server.start()
    report({"port": port})
    sys.stdin.read()
    server.stop(None)


main()
