using System.Text.Json;

namespace Federated.Scenarios.Tests;

/// <summary>The figures that <c>fed demo --json</c> wrote.</summary>
internal sealed class DemoJson(string file)
{
    private readonly JsonElement _root = JsonDocument.Parse(File.ReadAllBytes(file)).RootElement;

    /// <summary>AUROC on the union of test rows of the model that all sites trained together.</summary>
    public double FederatedAuroc => Number("federated", "auroc");

    public double PooledAuroc => Number("pooled", "auroc");

    /// <summary>AUROC on the union of test rows of each site's own model.</summary>
    public double[] LocalAuroc => [.. _root.GetProperty("local").EnumerateArray().Select(model => model.GetProperty("auroc").GetDouble())];

    /// <summary>A number, by its path of keys.</summary>
    public double Number(params string[] path) => At(path).GetDouble();

    /// <summary>The objects of a list.</summary>
    public JsonElement[] List(params string[] path) => [.. At(path).EnumerateArray()];

    /// <summary>The keys of an object.</summary>
    public string[] Keys(params string[] path) => [.. At(path).EnumerateObject().Select(property => property.Name)];

    private JsonElement At(string[] path) => path.Aggregate(_root, (element, key) => element.GetProperty(key));
}
