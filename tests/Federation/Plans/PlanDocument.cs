using System.Text;
using System.Text.Json.Nodes;
using Federated.Federation.Documents;
using Federated.Federation.Plans;
using Federated.Fixtures;

namespace Federated.Federation.Tests.Plans;

/// <summary>A valid plan as a JSON document, of which a test changes one place.</summary>
internal sealed class PlanDocument(StudyPlan plan)
{
    private readonly JsonObject _root = JsonNode.Parse(plan.ToBytes())!.AsObject();

    public PlanDocument()
        : this(SamplePlan.For("alpha", "beta", "gamma")) { }

    /// <summary>Puts JSON at a place such as <c>sites[1].weight</c> (from 0); null removes the key.</summary>
    public PlanDocument Set(string place, string? json)
    {
        JsonNode at = _root;
        var steps = place.Split(['.', '['], StringSplitOptions.RemoveEmptyEntries);
        foreach (var step in steps[..^1])
        {
            at = step.EndsWith(']') ? at[int.Parse(step[..^1])]! : at[step]!;
        }

        if (json is null)
        {
            at.AsObject().Remove(steps[^1]);
        }
        else if (steps[^1].EndsWith(']'))
        {
            at[int.Parse(steps[^1][..^1])] = JsonNode.Parse(json);
        }
        else
        {
            at[steps[^1]] = JsonNode.Parse(json);
        }

        return this;
    }

    public byte[] ToBytes() => Encoding.UTF8.GetBytes(_root.ToJsonString());

    /// <summary>The faults of bytes that must be refused.</summary>
    public static IReadOnlyList<DocumentFault> FaultsOf(byte[] bytes)
    {
        var result = PlanCodec.Decode(bytes);
        Assert.IsInstanceOfType<PlanResult.Invalid>(result, Encoding.UTF8.GetString(bytes));
        return ((PlanResult.Invalid)result).Faults;
    }

    public IReadOnlyList<DocumentFault> Faults() => FaultsOf(ToBytes());
}
