"""The service of interop.proto as the Python side sees it: method paths and message types, without generated code."""

import json
import sys

try:
    import grpc
except ImportError:
    print(json.dumps({"missing": "python3-grpcio"}), flush=True)
    sys.exit(1)

try:
    from google.protobuf import wrappers_pb2
except ImportError:
    print(json.dumps({"missing": "python3-protobuf"}), flush=True)
    sys.exit(1)

SERVICE = "federated.interop.v1.Interop"

Text = wrappers_pb2.StringValue
Number = wrappers_pb2.Int64Value
Bytes = wrappers_pb2.BytesValue
Bool = wrappers_pb2.BoolValue

# Method: (kind, request, response).
METHODS = {
    "Echo": ("unary_unary", Text, Text),
    "Sum": ("stream_unary", Number, Number),
    "Count": ("unary_stream", Number, Number),
    "Shout": ("stream_stream", Text, Text),
    "Missing": ("unary_unary", Text, Text),
    "Fail": ("unary_unary", Number, Text),
    "Wait": ("unary_unary", Text, Text),
    "WaitStream": ("unary_stream", Text, Text),
    "Abort": ("unary_stream", Text, Text),
    "WasCancelled": ("unary_unary", Text, Bool),
    "Upload": ("stream_unary", Bytes, Bytes),
    "Download": ("unary_stream", Number, Bytes),
}

CHUNK = 64 * 1024
PERIOD = bytes(i * 31 % 251 for i in range(251))
TILED = PERIOD * (CHUNK // len(PERIOD) + 2)


def chunks(total):
    """The bytes of Download, in chunks of 64 KiB: byte i is i * 31 mod 251."""
    for start in range(0, total, CHUNK):
        phase = start % len(PERIOD)
        yield TILED[phase : phase + min(CHUNK, total - start)]


def compression(name):
    """The library's constant for an encoding's name; none for null."""
    return {None: None, "gzip": grpc.Compression.Gzip, "deflate": grpc.Compression.Deflate}[name]


def report(values):
    """One line of JSON for the test that started this process."""
    print(json.dumps(values), flush=True)
