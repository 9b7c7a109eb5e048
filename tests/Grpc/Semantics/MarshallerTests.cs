using Grpc.Core;

namespace Federated.Grpc.Tests.Semantics;

[TestClass]
public sealed class MarshallerTests
{
    [TestMethod]
    public void Text_is_UTF_8()
    {
        var bytes = Marshallers.StringMarshaller.Serializer("santé");

        CollectionAssert.AreEqual("santé"u8.ToArray(), bytes);
        Assert.AreEqual("santé", Marshallers.StringMarshaller.Deserializer(bytes));
    }

    [TestMethod]
    public void Functions_over_buffers_have_no_form_over_arrays()
    {
        var marshaller = Marshallers.Create<string>((_, context) => context.Complete([]), _ => "");

        Assert.ThrowsExactly<NotImplementedException>(() => marshaller.Serializer("a"));
        Assert.ThrowsExactly<NotImplementedException>(() => marshaller.Deserializer([]));
    }

    [TestMethod]
    public void A_method_knows_its_path_on_the_wire()
    {
        var method = new Method<string, string>(
            MethodType.DuplexStreaming,
            "federated.v1.Rounds",
            "Join",
            Marshallers.StringMarshaller,
            Marshallers.StringMarshaller
        );

        Assert.AreEqual("/federated.v1.Rounds/Join", method.FullName);
        Assert.AreEqual(("federated.v1.Rounds", "Join", MethodType.DuplexStreaming), (method.ServiceName, method.Name, method.Type));
    }
}
