using System.Collections.Immutable;
using Federated.Federation.Documents;

namespace Federated.Federation.Plans;

/// <summary>One field in which two plans differ.</summary>
/// <param name="Path">Its key, as in the plan's file: <c>privacy.epsilon</c>, <c>sites[nord].weight</c>.</param>
/// <param name="Old">What it was; null where it was not there.</param>
/// <param name="New">What it is; null where it is gone.</param>
public sealed record PlanChange(string Path, string? Old, string? New);

/// <summary>How two plans differ, field by field. It is read from their canonical bytes, so that no field is forgotten.</summary>
public static class PlanDifference
{
    /// <summary>Every field that differs, in the order of paths; none for the same plan.</summary>
    public static ImmutableArray<PlanChange> Between(StudyPlan old, StudyPlan @new)
    {
        ArgumentNullException.ThrowIfNull(old);
        ArgumentNullException.ThrowIfNull(@new);
        var (before, after) = (Fields(old), Fields(@new));
        return
        [
            .. before
                .Keys.Union(after.Keys)
                .Order(StringComparer.Ordinal)
                .Select(path => new PlanChange(path, before.GetValueOrDefault(path), after.GetValueOrDefault(path)))
                .Where(change => change.Old != change.New),
        ];
    }

    private static Dictionary<string, string> Fields(StudyPlan plan)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        Add(fields, "", CanonicalJson.Parse(plan.ToBytes(), out var fault) ?? throw new InvalidOperationException(fault));
        return fields;
    }

    private static void Add(Dictionary<string, string> fields, string path, DocumentNode node)
    {
        switch (node)
        {
            case DocumentNode.Scalar scalar:
                fields[path] = scalar.Text;
                break;
            case DocumentNode.Map map:
                foreach (var entry in map.Entries)
                {
                    Add(fields, path.Length == 0 ? entry.Key : $"{path}.{entry.Key}", entry.Value);
                }

                break;
            case DocumentNode.List { Items: var items } when items.All(item => item is DocumentNode.Scalar):
                fields[path] = $"[{string.Join(", ", items.Cast<DocumentNode.Scalar>().Select(item => item.Text))}]";
                break;
            case DocumentNode.List list:
                foreach (var item in list.Items.OfType<DocumentNode.Map>())
                {
                    Add(fields, $"{path}[{NameOf(item)}]", item);
                }

                // The order of what has a name may matter (features are a model's inputs) and is no field of any of them.
                fields[path] = $"[{string.Join(", ", list.Items.OfType<DocumentNode.Map>().Select(NameOf))}]";
                break;
        }
    }

    /// <summary>What people call an item: a site's name, a feature's variable.</summary>
    private static string NameOf(DocumentNode.Map item) =>
        item
            .Entries.Where(entry => entry.Key is "name" or "variable")
            .Select(entry => entry.Value)
            .OfType<DocumentNode.Scalar>()
            .First()
            .Text;
}
