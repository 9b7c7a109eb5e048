namespace Grpc.Core;

/// <summary>How a call ended (gRPC, "Status codes and their use").</summary>
public enum StatusCode
{
    /// <summary>The call succeeded.</summary>
    OK = 0,

    /// <summary>The caller gave up.</summary>
    Cancelled = 1,

    /// <summary>The peer failed without saying how.</summary>
    Unknown = 2,

    /// <summary>The request is wrong whatever the state of the server.</summary>
    InvalidArgument = 3,

    /// <summary>Time ran out; the work may still have been done.</summary>
    DeadlineExceeded = 4,

    /// <summary>What the request names does not exist.</summary>
    NotFound = 5,

    /// <summary>What the request would create exists.</summary>
    AlreadyExists = 6,

    /// <summary>The caller is known, and may not do this.</summary>
    PermissionDenied = 7,

    /// <summary>A quota or the server's room is used up.</summary>
    ResourceExhausted = 8,

    /// <summary>The server's state does not allow this now; repeating alone will not help.</summary>
    FailedPrecondition = 9,

    /// <summary>Another operation got in between; repeat the whole sequence.</summary>
    Aborted = 10,

    /// <summary>A position past the end.</summary>
    OutOfRange = 11,

    /// <summary>The server has no such method.</summary>
    Unimplemented = 12,

    /// <summary>An invariant of the server or of the transport is broken.</summary>
    Internal = 13,

    /// <summary>The server cannot be reached or is not ready; repeat later.</summary>
    Unavailable = 14,

    /// <summary>Data was lost or is corrupt.</summary>
    DataLoss = 15,

    /// <summary>The caller is not known.</summary>
    Unauthenticated = 16,
}
