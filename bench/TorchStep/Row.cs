using System.Text.Json.Serialization;

namespace Federated.Bench.TorchStep;

/// <summary>Median nanoseconds a step; Python's is null where it is not installed.</summary>
internal sealed record Row(string Model, string Widths, int Batch, double CSharp, double Cpp, double? Python);

[JsonSerializable(typeof(List<Row>))]
internal sealed partial class RowJson : JsonSerializerContext;
