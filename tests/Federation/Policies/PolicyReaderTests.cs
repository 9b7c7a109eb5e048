using System.Text;
using Federated.Federation.Documents;
using Federated.Federation.Policies;

namespace Federated.Federation.Tests.Policies;

/// <summary>What a policy's document may say, and that its hash is of what it says and of nothing else.</summary>
[TestClass]
public sealed class PolicyReaderTests
{
    private const string Whole = """
        {
          "format": "federated-policy/1", "approval": "two-humans", "approval_expires_after": "90d", "expires": "2031-12-31",
          "purposes": ["b", "a"], "researchers": ["lab"], "features": ["sex", "age"],
          "models": { "kinds": ["logistic"], "most_parameters": 10 },
          "privacy": {
            "without": "refuse", "units": ["patient"], "noise": ["shared", "local"], "noise_floor": 0.5,
            "study": { "epsilon": 2, "delta": 1e-5 }, "total": { "epsilon": 8, "delta": 1e-5 }
          },
          "cohort": { "minimum_sites": 3, "expected_patients": 100 },
          "windows": { "time_zone": "+01:00", "open": [{ "days": ["mon", "sun"], "from": "20:00", "to": "06:00" }] }
        }
        """;

    [TestMethod]
    public void Every_key_is_read()
    {
        var policy = Valid(Whole);

        Assert.AreEqual(
            (ApprovalMode.TwoHumans, 90, new DateOnly(2031, 12, 31), 10, 0.5, 3, 100),
            (
                policy.Approval,
                policy.ApprovalDays,
                policy.Expires,
                policy.MostParameters,
                policy.NoiseFloor,
                policy.MinimumSites,
                policy.ExpectedPatients
            )
        );
        Assert.AreEqual((new PolicyLimit(2, 1e-5), new PolicyLimit(8, 1e-5)), (policy.Study, policy.Total));
        Assert.AreEqual("a b|lab|age sex|logistic|patient|local shared", string.Join('|', Lists(policy)));
        Assert.AreEqual("mon sun 20:00-06:00 +01:00", policy.Windows!.ToString());
    }

    [TestMethod]
    public void A_format_alone_asks_a_person_for_everything()
    {
        var policy = Valid("""{ "format": "federated-policy/1" }""");

        Assert.AreEqual((ApprovalMode.Human, false), (policy.Approval, policy.WithoutPrivacy));
        Assert.AreEqual(new SitePolicy().Hash, policy.Hash);
    }

    /// <summary>The bytes were written down by hand from docs/site-policy.md.</summary>
    [TestMethod]
    public void The_hash_is_of_canonical_bytes()
    {
        const string bytes =
            """{"approval":"automatic","cohort":{"minimum_sites":3},"features":["age","sex"],"format":"federated-policy/1","models":{},"privacy":{"study":{"delta":"1E-05","epsilon":"2"},"without":"refuse"}}""";

        var policy = Valid(
            """
            { "privacy": { "study": { "delta": 0.00001, "epsilon": 2.0 } }, "features": ["sex", "age", "sex"],
              "cohort": { "minimum_sites": 3 }, "approval": "automatic", "format": "federated-policy/1" }
            """
        );

        Assert.AreEqual(bytes, Encoding.UTF8.GetString(policy.ToBytes()));
        Assert.AreEqual(Digest.Of(Encoding.UTF8.GetBytes(bytes)), policy.Hash);
    }

    [TestMethod]
    [DataRow("\"two-humans\"", "\"human\"")]
    [DataRow("\"90d\"", "\"91d\"")]
    [DataRow("2031-12-31", "2032-01-01")]
    [DataRow("\"b\"", "\"c\"")]
    [DataRow("[\"lab\"]", "[\"lab\", \"other\"]")]
    [DataRow("\"sex\", \"age\"", "\"sex\"")]
    [DataRow("[\"logistic\"]", "[\"logistic\", \"mlp\"]")]
    [DataRow("\"most_parameters\": 10", "\"most_parameters\": 11")]
    [DataRow("\"refuse\"", "\"allow\"")]
    [DataRow("[\"patient\"]", "[\"site\"]")]
    [DataRow("\"shared\", \"local\"", "\"local\"")]
    [DataRow("0.5", "0.6")]
    [DataRow("\"epsilon\": 2", "\"epsilon\": 3")]
    [DataRow("\"epsilon\": 8", "\"epsilon\": 9")]
    [DataRow("\"minimum_sites\": 3", "\"minimum_sites\": 4")]
    [DataRow("\"expected_patients\": 100", "\"expected_patients\": 101")]
    [DataRow("+01:00", "+02:00")]
    [DataRow("\"mon\"", "\"tue\"")]
    [DataRow("20:00", "20:01")]
    [DataRow("06:00", "06:01")]
    public void Another_value_of_any_key_is_another_policy(string part, string instead)
    {
        Assert.Contains(part, Whole);

        Assert.AreNotEqual(Valid(Whole).Hash, Valid(Whole.Replace(part, instead)).Hash);
    }

    [TestMethod]
    [DataRow("\"format\"", "\"formt\"", "formt", "unknown key; did you mean 'format'?")]
    [DataRow("federated-policy/1", "federated-policy/2", "format", "'federated-policy/2' is not known to this release")]
    [DataRow("\"approval\"", "\"aproval\"", "aproval", "unknown key; did you mean 'approval'?")]
    [DataRow("two-humans", "two-human", "approval", "did you mean 'two-humans'?")]
    [DataRow("\"90d\"", "\"90\"", "approval_expires_after", "'90' is no number of days")]
    [DataRow("\"90d\"", "\"0d\"", "approval_expires_after", "write 1d to 3650d")]
    [DataRow("2031-12-31", "2031-02-30", "expires", "'2031-02-30' is no day")]
    [DataRow("\"purposes\"", "\"purpose\"", "purpose", "did you mean 'purposes'?")]
    [DataRow("[\"b\", \"a\"]", "[]", "purposes", "an empty list allows nothing at all")]
    [DataRow("[\"lab\"]", "[\"Lab 1\"]", "researchers", "'Lab 1' is not a site name")]
    [DataRow("[\"lab\"]", "\"lab\"", "researchers", "expected a list.")]
    [DataRow("\"age\"]", "\"agee\"]", "features[2]", "did you mean 'age'?")]
    [DataRow("\"age\"]", "\"num\"]", "features[2]", "'num' is not one of")]
    [DataRow("\"kinds\"", "\"kind\"", "models.kind", "did you mean 'kinds'?")]
    [DataRow("[\"logistic\"]", "[\"logistics\"]", "models.kinds[1]", "did you mean 'logistic'?")]
    [DataRow("\"most_parameters\": 10", "\"most_parameters\": 0", "models.most_parameters", "0 is outside 1 to")]
    [DataRow("\"refuse\"", "\"refused\"", "privacy.without", "did you mean 'refuse'?")]
    [DataRow("\"units\"", "\"unit\"", "privacy.unit", "did you mean 'units'?")]
    [DataRow("0.5", "-1", "privacy.noise_floor", "-1 is no noise multiplier")]
    [DataRow("\"epsilon\": 2,", "", "privacy.study.epsilon", "this key is missing")]
    [DataRow("\"epsilon\": 2", "\"epsilon\": 0", "privacy.study.epsilon", "0 is outside 0 to 1000")]
    [DataRow("8, \"delta\": 1e-5", "8, \"delta\": 1", "privacy.total.delta", "1 is outside 0 to 1")]
    [DataRow("\"minimum_sites\"", "\"min_sites\"", "cohort.min_sites", "unknown key")]
    [DataRow("+01:00", "Europe/Pariss", "windows.time_zone", "'Europe/Pariss' is no time zone that this machine knows")]
    [DataRow("+01:00", "+15:00", "windows.time_zone", "is no time zone")]
    [DataRow("\"mon\"", "\"monday\"", "windows.open[1].days[1]", "did you mean 'mon'?")]
    [DataRow("20:00", "24:00", "windows.open[1].from", "from 00:00 to 23:59")]
    [DataRow("06:00", "24:01", "windows.open[1].to", "from 00:00 to 24:00")]
    [DataRow("06:00", "6:00", "windows.open[1].to", "'6:00' is no time of the day")]
    [DataRow("06:00", "20:00", "windows.open[1].to", "it ends when it begins")]
    public void A_mistake_is_named_with_its_key(string part, string instead, string path, string words)
    {
        Assert.Contains(part, Whole);

        var faults = Read(Whole.Replace(part, instead)) is PolicyResult.Invalid invalid ? invalid.Faults : [];

        Assert.Contains(words, faults.Single(fault => fault.Path == path).Message);
        Assert.HasCount(1, faults, string.Join('\n', faults));
    }

    private static IEnumerable<string> Lists(SitePolicy policy) =>
        new[] { policy.Purposes, policy.Researchers, policy.Features, policy.Kinds, policy.Units, policy.Noise }.Select(list =>
            string.Join(' ', list!.Value)
        );

    private static SitePolicy Valid(string json) =>
        Read(json) switch
        {
            PolicyResult.Valid valid => valid.Policy,
            PolicyResult.Invalid invalid => throw new AssertFailedException(string.Join('\n', invalid.Faults)),
            _ => throw new InvalidOperationException(),
        };

    private static PolicyResult Read(string json) =>
        PolicyReader.Read(
            CanonicalJson.Parse(Encoding.UTF8.GetBytes(json), out var fault) ?? throw new AssertFailedException(fault!),
            _ => null
        );
}
