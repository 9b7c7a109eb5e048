"""A stock gRPC client for interop.proto. The first line of standard input configures it; each further line asks for one thing to be
tried, and is answered by one line that tells what was seen. What ought to have been seen, the test knows."""

import base64
import hashlib
import json
import queue
import sys

from wire import METHODS, SERVICE, Bytes, Number, Text, chunks, compression, grpc, report

# Ends a call that a fault would otherwise keep for ever; no test is about this value.
PATIENCE_SECONDS = 120


def channel(options):
    tls = options["tls"]
    if tls is None:
        return grpc.insecure_channel(options["target"], compression=compression(options["compression"]))

    key, certificate = (tls["key"] or "").encode() or None, (tls["certificate"] or "").encode() or None
    credentials = grpc.ssl_channel_credentials(tls["root"].encode(), key, certificate)
    return grpc.secure_channel(options["target"], credentials)


def entries(metadata):
    """Text as it is, bytes as base64."""
    return {k: base64.b64encode(v).decode() if isinstance(v, bytes) else v for k, v in metadata or ()}


def outcome(call):
    return {"code": call.code().value[0], "detail": call.details(), "trailers": entries(call.trailing_metadata())}


class Client:
    def __init__(self, connection):
        for name, (kind, request, response) in METHODS.items():
            method = getattr(connection, kind)(
                f"/{SERVICE}/{name}",
                request_serializer=request.SerializeToString,
                response_deserializer=response.FromString,
            )
            setattr(self, "_" + name, method)

    def echo(self, text, header, octets):
        metadata = (("x-echo", header), ("x-echo-bin", base64.b64decode(octets)))
        response, call = self._Echo.with_call(Text(value=text), metadata=metadata, timeout=PATIENCE_SECONDS)
        return {"text": response.value, "headers": entries(call.initial_metadata()), **outcome(call)}

    def sum(self, numbers):
        return {"number": self._Sum((Number(value=n) for n in numbers), timeout=PATIENCE_SECONDS).value}

    def count(self, number):
        return {"numbers": [n.value for n in self._Count(Number(value=number), timeout=PATIENCE_SECONDS)]}

    def shout(self, texts):
        """Sends each text only when the one before has been answered."""
        pending, answers = queue.Queue(), []
        call = self._Shout(iter(pending.get, None), timeout=PATIENCE_SECONDS)
        for text in texts:
            pending.put(Text(value=text))
            answers.append(next(call).value)
        pending.put(None)
        return {"texts": answers, "ended": next(call, None) is None, **outcome(call)}

    def fail(self, code):
        return self._failure(self._Fail, Number(value=code), PATIENCE_SECONDS)

    def missing(self):
        return self._failure(self._Missing, Text(), PATIENCE_SECONDS)

    def deadline(self, key, seconds):
        seen = self._failure(self._Wait, Text(value=key), seconds)
        return {**seen, "cancelled": self._was_cancelled(key)}

    def cancel(self, key):
        call = self._WaitStream(Text(value=key), timeout=PATIENCE_SECONDS)
        first = next(call).value
        call.cancel()
        return {"first": first, **outcome(call), "cancelled": self._was_cancelled(key)}

    def abort(self, text):
        call = self._Abort(Text(value=text), timeout=PATIENCE_SECONDS)
        seen = []
        try:
            for response in call:
                seen.append(response.value)
        except grpc.RpcError:
            pass  # what it was is in the outcome
        return {"texts": seen, **outcome(call)}

    def upload(self, total):
        digest = hashlib.sha256()

        def requests():
            for chunk in chunks(total):
                digest.update(chunk)
                yield Bytes(value=chunk)

        received = self._Upload(requests(), timeout=PATIENCE_SECONDS).value
        return {"sent": digest.hexdigest(), "received": received.hex()}

    def download(self, total):
        digest, count = hashlib.sha256(), 0
        for response in self._Download(Number(value=total), timeout=PATIENCE_SECONDS):
            digest.update(response.value)
            count += len(response.value)
        return {"count": count, "received": digest.hexdigest()}

    def _failure(self, method, request, seconds):
        try:
            method(request, timeout=seconds)
        except grpc.RpcError as error:
            return outcome(error)
        return {"code": 0}

    def _was_cancelled(self, key):
        return self._WasCancelled(Text(value=key), timeout=PATIENCE_SECONDS).value


def main():
    client = Client(channel(json.loads(sys.stdin.readline())))
    report({"ready": True})
    for line in sys.stdin:
        request = json.loads(line)
        try:
            report(getattr(client, request.pop("try"))(**request))
        except grpc.RpcError as error:
            report({"failed": outcome(error)})


main()
