using Grpc.Core;

namespace Federated.Grpc.Tests.Semantics;

[TestClass]
public sealed class StatusTests
{
    [TestMethod]
    public void Statuses_with_the_same_parts_are_equal()
    {
        var cause = new InvalidOperationException("cause");

        Assert.AreEqual(new Status(StatusCode.NotFound, "no such round"), new Status(StatusCode.NotFound, "no such round"));
        Assert.AreEqual(new Status(StatusCode.Internal, "x", cause), new Status(StatusCode.Internal, "x", cause));
        Assert.AreNotEqual(new Status(StatusCode.NotFound, "a"), new Status(StatusCode.NotFound, "b"));
        Assert.AreNotEqual(new Status(StatusCode.NotFound, "a"), new Status(StatusCode.Internal, "a"));
    }

    [TestMethod]
    public void Codes_have_the_numbers_of_the_specification()
    {
        // gRPC, "Status codes and their use in gRPC".
        StatusCode[] inOrder =
        [
            StatusCode.OK,
            StatusCode.Cancelled,
            StatusCode.Unknown,
            StatusCode.InvalidArgument,
            StatusCode.DeadlineExceeded,
            StatusCode.NotFound,
            StatusCode.AlreadyExists,
            StatusCode.PermissionDenied,
            StatusCode.ResourceExhausted,
            StatusCode.FailedPrecondition,
            StatusCode.Aborted,
            StatusCode.OutOfRange,
            StatusCode.Unimplemented,
            StatusCode.Internal,
            StatusCode.Unavailable,
            StatusCode.DataLoss,
            StatusCode.Unauthenticated,
        ];

        CollectionAssert.AreEqual(Enumerable.Range(0, 17).ToArray(), inOrder.Select(code => (int)code).ToArray());
    }

    [TestMethod]
    public void The_message_of_an_exception_shows_its_status_unless_it_has_one_of_its_own()
    {
        var status = new Status(StatusCode.NotFound, "no such round");

        Assert.AreEqual("""Status(StatusCode="NotFound", Detail="no such round")""", new RpcException(status).Message);
        Assert.AreEqual("own", new RpcException(status, "own").Message);
        Assert.AreEqual("own", new RpcException(status, [], "own").Message);
    }

    [TestMethod]
    public void An_exception_keeps_status_trailers_and_cause()
    {
        var cause = new IOException("cause");
        var trailers = new Metadata { { "a", "1" } };
        var exception = new RpcException(new Status(StatusCode.Unavailable, "gone", cause), trailers);

        Assert.AreEqual(StatusCode.Unavailable, exception.StatusCode);
        Assert.AreEqual("gone", exception.Status.Detail);
        Assert.AreSame(trailers, exception.Trailers);
        Assert.AreSame(cause, exception.InnerException);
        Assert.IsEmpty(new RpcException(Status.DefaultCancelled).Trailers);
    }
}
