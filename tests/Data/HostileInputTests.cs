using System.Text;
using Federated.Federation;

namespace Federated.Data.Tests;

/// <summary>Whatever is in a file, reading it ends in a value: a table or faults, never an exception.</summary>
[TestClass]
public sealed class HostileInputTests
{
    private const int Damages = 20_000;
    private const string Csv = "age,sex,chol,num\n54,F,240,0\n61,M,\"?\",3\n47,F,0,1\n";
    private const string Pieces = "\0\t\n\r \"'#&*!|>%@`,;:?-[]{}0123456789.eE+NaN\uFEFF\uFFFD\uD800é\u0301";

    [TestMethod]
    public void Damaged_mappings_are_read_or_refused()
    {
        var random = new KeyedRandom("test/damaged-mappings");
        var refused = 0;
        for (var i = 0; i < Damages; i++)
        {
            refused += MappingReader.Read(new StringReader(Damage(Sample.MappingText, random)), "a.yaml") is MappingResult.Rejected ? 1 : 0;
        }

        Assert.IsTrue(
            refused is > Damages / 3 and < Damages,
            $"{refused} of {Damages} were refused: the damage should neither be harmless nor always fatal"
        );
    }

    [TestMethod]
    public void Damaged_files_are_read_or_refused()
    {
        var random = new KeyedRandom("test/damaged-files");
        var mapping = Sample.Mapping(Sample.MappingText);
        var refused = 0;
        for (var i = 0; i < Damages; i++)
        {
            refused += CohortReader.Read(new StringReader(Damage(Csv, random)), "a.csv", mapping) is CohortResult.Rejected ? 1 : 0;
        }

        Assert.IsTrue(
            refused is > Damages / 3 and < Damages,
            $"{refused} of {Damages} were refused: the damage should neither be harmless nor always fatal"
        );
    }

    [TestMethod]
    public void An_endless_line_is_refused_without_being_kept_whole()
    {
        var csv = "age,sex,chol,num\n54,F,240," + new string('0', 5_000_000) + "\n";

        Assert.AreEqual("a.csv: a line is longer than 1048576 bytes; this is not a table of patients", Sample.Faults(csv));
    }

    [TestMethod]
    [DataRow("a: &x [*x, *x]\n", DisplayName = "a list that holds itself")]
    [DataRow("? {a: b}\n: c\n", DisplayName = "a key that is a section")]
    [DataRow("!!binary a: b\n", DisplayName = "a tag")]
    [DataRow("schema: [heart-disease-v1]\nvariables: {? [x] : {column: 1}}\n", DisplayName = "lists where values belong")]
    public void Unusual_YAML_is_refused(string yaml)
    {
        Assert.IsInstanceOfType<MappingResult.Rejected>(MappingReader.Read(new StringReader(yaml), "a.yaml"));
    }

    [TestMethod]
    [DataRow("[")]
    [DataRow("{a: ")]
    [DataRow("- ")]
    public void Deeply_nested_YAML_is_refused_before_it_can_overflow_the_stack(string level)
    {
        var faults = Sample.MappingFaults("a: " + (level == "- " ? "\n" : "") + string.Concat(Enumerable.Repeat(level, 100_000)));

        Assert.AreEqual($"a.yaml:{(level == "- " ? 2 : 1)}: nested more than 16 levels deep", faults);
    }

    /// <summary>One to three pieces of the text replaced, removed or doubled.</summary>
    private static string Damage(string text, KeyedRandom random)
    {
        var damaged = new StringBuilder(text);
        for (var hits = 1 + random.NextInt32(3); hits > 0; hits--)
        {
            var at = random.NextInt32(damaged.Length);
            var length = Math.Min(random.NextInt32(6), damaged.Length - at);
            switch (random.NextInt32(3))
            {
                case 0:
                    damaged.Remove(at, length).Insert(at, Pieces[random.NextInt32(Pieces.Length)]);
                    break;
                case 1:
                    damaged.Remove(at, length);
                    break;
                default:
                    damaged.Insert(at, damaged.ToString(at, length));
                    break;
            }
        }

        return damaged.ToString();
    }
}
