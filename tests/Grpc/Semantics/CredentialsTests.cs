using Grpc.Core;
using Grpc.Net.Client;

namespace Federated.Grpc.Tests.Semantics;

[TestClass]
public sealed class CredentialsTests
{
    private static readonly CallCredentials Token = CallCredentials.FromInterceptor((_, _) => Task.CompletedTask);

    [TestMethod]
    public void Secrets_do_not_go_over_a_channel_that_is_not_secured()
    {
        var options = new GrpcChannelOptions { Credentials = ChannelCredentials.Create(ChannelCredentials.Insecure, Token) };

        Assert.ThrowsExactly<InvalidOperationException>(() => GrpcChannel.ForAddress("http://localhost", options));
    }

    [TestMethod]
    public void Composing_takes_two_credentials()
    {
        Assert.ThrowsExactly<ArgumentException>(() => CallCredentials.Compose(Token));
    }

    [TestMethod]
    public void A_peer_that_proved_who_it_is_has_an_identity()
    {
        var context = new AuthContext(
            "name",
            new()
            {
                ["name"] = [AuthProperty.Create("name", "site-a"u8.ToArray())],
                ["other"] = [AuthProperty.Create("other", [1]), AuthProperty.Create("other", [2])],
            }
        );

        Assert.IsTrue(context.IsPeerAuthenticated);
        Assert.AreEqual("site-a", context.PeerIdentity.Single().Value);
        Assert.HasCount(2, context.FindPropertiesByName("other"));
        Assert.HasCount(3, context.Properties);
        Assert.IsEmpty(context.FindPropertiesByName("absent"));
    }

    [TestMethod]
    public void A_peer_that_did_not_prove_who_it_is_has_none()
    {
        var context = new AuthContext(null, []);

        Assert.IsFalse(context.IsPeerAuthenticated);
        Assert.IsEmpty(context.PeerIdentity);
    }
}
