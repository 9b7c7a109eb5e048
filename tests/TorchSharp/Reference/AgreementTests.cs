using static TorchSharp.torch;

namespace Federated.TorchSharp.Tests.Reference;

/// <summary>Every operation of the stand-in gives the values and gradients that Python's torch gives.</summary>
[TestClass]
public class AgreementTests
{
    private static readonly Case[] s_cases =
    [
        .. PointwiseCases.All,
        .. ReductionCases.All,
        .. ShapeCases.All,
        .. ProductCases.All,
        .. FactoryCases.All,
        .. LayerCases.All,
        .. TrainingCases.All,
    ];

    // One process answers the whole table: starting Python and importing torch costs more than all the rows.
    private static readonly Lazy<Dictionary<string, Comparison[]>> s_comparisons = new(Compare);

    public static IEnumerable<object[]> Names => s_cases.Select(one => new object[] { one.Name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Values_and_gradients_agree_with_python(string name)
    {
        if (Python.Missing is { } reason)
        {
            Assert.Inconclusive($"The reference is missing: {reason}.");
        }

        foreach (var comparison in s_comparisons.Value[name])
        {
            comparison.Check();
        }
    }

    [TestMethod]
    public void No_two_rows_have_the_same_name()
    {
        CollectionAssert.AllItemsAreUnique(s_cases.Select(one => one.Name).ToArray());
    }

    private static Dictionary<string, Comparison[]> Compare()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(20240229);
        var rows = s_cases
            .SelectMany(one => new[] { float32, float64 }.Select(dtype => (one, dtype)))
            .Select(row =>
                (row.one, row.dtype, inputs: row.one.Inputs.Select(input => Wire.Of(input.Make(generator, row.dtype))).ToArray())
            )
            .ToArray();
        var answers = Python.Ask([.. rows.Select(row => new Question(ForDtype(row.one.Python, row.dtype), row.one.Gradients, row.inputs))]);
        return rows.Zip(answers, (row, answer) => new Comparison(row.one, row.dtype, row.inputs, answer))
            .GroupBy(comparison => comparison.Case.Name)
            .ToDictionary(group => group.Key, group => group.ToArray());
    }

    // Expressions without an input to take the dtype from name it DTYPE.
    private static string ForDtype(string python, ScalarType dtype) =>
        python.Replace("DTYPE", dtype == float32 ? "torch.float32" : "torch.float64", StringComparison.Ordinal);
}
