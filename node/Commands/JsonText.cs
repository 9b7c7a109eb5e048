using System.Text.Encodings.Web;
using System.Text.Json;

namespace Federated.Node.Commands;

/// <summary>How commands write JSON: keys in snake_case, as in all our files; names and reasons readable as they are.</summary>
internal static class JsonText
{
    internal static JsonSerializerOptions Options { get; } =
        new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
