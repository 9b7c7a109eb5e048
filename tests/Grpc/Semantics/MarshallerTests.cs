using System.Buffers.Binary;
using System.Text;
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
    public void Functions_over_buffers_serve_arrays_too()
    {
        var marshaller = Marshallers.Create<string>(
            (message, context) =>
            {
                context.SetPayloadLength(Encoding.UTF8.GetByteCount(message));
                Encoding.UTF8.GetBytes(message, context.GetBufferWriter());
                context.Complete();
            },
            context => Encoding.UTF8.GetString(context.PayloadAsReadOnlySequence()) + context.PayloadLength
        );

        CollectionAssert.AreEqual("ab"u8.ToArray(), marshaller.Serializer("ab"));
        CollectionAssert.AreEqual(Array.Empty<byte>(), marshaller.Serializer(""));
        Assert.AreEqual("ab2", marshaller.Deserializer("ab"u8.ToArray()));
    }

    [TestMethod]
    public void Functions_that_hand_over_a_whole_array_serve_arrays_too()
    {
        var marshaller = Marshallers.Create(
            (message, context) => context.Complete(BitConverter.GetBytes(message)),
            context => BinaryPrimitives.ReadInt32LittleEndian(context.PayloadAsNewBuffer())
        );

        Assert.AreEqual(0x01020304, marshaller.Deserializer(marshaller.Serializer(0x01020304)));
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
