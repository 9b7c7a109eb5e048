using System.Globalization;
using System.Text.Json.Nodes;
using Federated.V1;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Federated.Cli.Studies;

/// <summary>An event as one JSON object: <c>sequence</c>, <c>time</c>, <c>event</c>, then the fields of that kind as protos/study.proto names them.</summary>
internal static class EventJson
{
    internal static JsonObject Of(StudyEvent what)
    {
        var kind = StudyEvent.Descriptor.Oneofs[0].Accessor.GetCaseFieldDescriptor(what);
        var json = new JsonObject
        {
            ["sequence"] = what.Sequence,
            ["time"] = EventText.TimeOf(what).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            ["event"] = kind?.Name ?? "unknown",
        };
        if (kind?.Accessor.GetValue(what) is IMessage message)
        {
            foreach (var field in message.Descriptor.Fields.InFieldNumberOrder())
            {
                json[field.Name] = ValueOf(field, field.Accessor.GetValue(message));
            }
        }

        return json;
    }

    private static JsonValue ValueOf(FieldDescriptor field, object value) =>
        value switch
        {
            string text => JsonValue.Create(text),
            bool flag => JsonValue.Create(flag),
            uint number => JsonValue.Create(number),
            ulong number => JsonValue.Create(number),
            long number => JsonValue.Create(number),
            ByteString bytes => JsonValue.Create(Convert.ToHexStringLower(bytes.Span)), // hashes, as everything else prints them
            _ => throw new InvalidOperationException($"{field.FullName} is of a type that no event had so far: {value.GetType().Name}."),
        };
}
