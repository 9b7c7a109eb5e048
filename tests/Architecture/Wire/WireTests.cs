namespace Federated.Architecture.Tests.Wire;

/// <summary>
/// What the wire can say. No field may carry a row, a label, a count or a metric of one site; a site's numbers travel in chunks of a vector
/// and nowhere else.
/// </summary>
[TestClass]
public sealed class WireTests
{
    /// <summary>Parts of a name that would speak of patients or of how well a model does on them.</summary>
    private static readonly string[] Patients =
    [
        "row",
        "record",
        "patient",
        "person",
        "label",
        "outcome",
        "feature",
        "value",
        "count",
        "rows",
        "size",
        "samples",
        "examples",
        "weight",
        "auroc",
        "auc",
        "accuracy",
        "loss",
        "brier",
        "metric",
        "score",
        "prevalence",
        "mean",
        "variance",
        "histogram",
        "gradient",
        "update",
        "age",
        "sex",
    ];

    /// <summary>
    /// Every field that is not itself a message: its one or two types, and what it says. A number, a text or bytes that are not here could carry
    /// what must not leave a site; a new one needs a line here, and a reviewer.
    /// </summary>
    private static readonly Dictionary<string, (string Types, string Meaning)> Known = new()
    {
        ["plan_hash"] = ("bytes", "SHA-256 of the plan"),
        ["model_hash"] = ("bytes", "SHA-256 of a model that everybody computes"),
        ["next_model_hash"] = ("bytes", "likewise"),
        ["sum_hash"] = ("bytes", "SHA-256 of the released sum"),
        ["digest"] = ("bytes", "SHA-256 of a vector"),
        ["instance_id"] = ("bytes", "16 random bytes of a process"),
        ["plan"] = ("bytes", "the plan, which everybody reads"),
        ["data"] = ("bytes", "a piece of a vector, a sum or a model: the one way for numbers"),
        ["offset"] = ("uint64", "where that piece belongs"),
        ["length"] = ("uint32 uint64", "of a vector or snapshot, which the plan's model fixes"),
        ["round"] = ("uint32", "of the study"),
        ["attempt"] = ("uint32", "of the round"),
        ["timeout_ms"] = ("uint32", "of the plan"),
        ["elapsed_us"] = ("uint32", "of a whole round, by the coordinator's clock"),
        ["survivors"] = ("string uint32", "the sites in a sum, or how many they are"),
        ["sequence"] = ("uint64", "of an event"),
        ["time_unix_ms"] = ("int64", "of an event, or of the coordinator's clock"),
        ["protocol_version"] = ("uint32", "of the conversation"),
        ["software_version"] = ("string", "of a node"),
        ["site"] = ("string", "its name"),
        ["code"] = ("DeclineCode", "one of a closed set, why a node declines"),
        ["reason"] = ("string", "a sentence of the coordinator for people"),
        ["sites"] = ("string", "names of sites"),
        ["certificate"] = ("bytes", "of the researcher who signed a plan"),
        ["signature"] = ("bytes", "a researcher's, over a plan"),
        ["last_round"] = ("uint32", "of the last vector that came from a site"),
        ["last_attempt"] = ("uint32", "likewise"),
        ["name"] = ("string", "of a study"),
        ["phase"] = ("string", "of a study"),
        ["standing"] = ("string", "of a site in a study"),
        ["rounds"] = ("uint32", "of the plan"),
        ["submitted_by"] = ("string", "the researcher who signed"),
        ["by"] = ("string", "the researcher who decided"),
        ["accepted"] = ("bool", "whether a site takes part"),
        ["completed"] = ("bool", "whether a study did all its rounds"),
    };

    /// <summary>Names that say all, wherever they stand. Any other field explains itself on its line.</summary>
    private static readonly string[] NeedNoComment =
    [
        "plan_hash",
        "model_hash",
        "next_model_hash",
        "round",
        "attempt",
        "site",
        "reason",
        "code",
        "sites",
        "accepted",
        "completed",
        "offset",
        "data",
        "survivors",
    ];

    private static IEnumerable<ProtoField> Fields => ProtoFile.All.SelectMany(file => file.Fields);

    [TestMethod]
    public void No_field_speaks_of_patients_or_of_a_sites_figures()
    {
        var found = Fields.Where(field => field.Name.Split('_').Intersect(Patients).Any());

        Assert.IsEmpty(found, string.Join('\n', found));
    }

    [TestMethod]
    public void No_field_is_a_fraction_and_only_names_are_lists()
    {
        var fractions = Fields.Where(field => field.Type is "float" or "double" || field.Type.StartsWith("map", StringComparison.Ordinal));
        var lists = Fields.Where(field => field.IsRepeated).Select(field => $"{field.Message}.{field.Name}");

        Assert.IsEmpty(fractions, string.Join('\n', fractions));
        CollectionAssert.AreEqual(
            new[] { "RoundCommitted.survivors", "ListStudiesResponse.studies", "StudyState.sites" },
            lists.ToArray(),
            "a list of numbers would be a second way for vectors"
        );
    }

    [TestMethod]
    public void Every_field_is_known_with_its_type_and_only_chunks_carry_numbers_of_a_site()
    {
        var messages = ProtoFile.All.SelectMany(file => file.Messages).ToHashSet();

        var unknown = Fields.Where(field => !messages.Contains(field.Type) && !IsKnown(field));

        Assert.IsEmpty(unknown, string.Join('\n', unknown));
        Assert.AreEqual("Chunk.data (bytes = 2)", string.Join(", ", Fields.Where(field => field.Name == "data")));
        Assert.IsEmpty(Known.Keys.Except(Fields.Select(field => field.Name)), "what the wire no longer says goes from the list");
    }

    [TestMethod]
    public void A_node_sends_chunks_in_SubmitVector_only()
    {
        var withChunks = Fields.Where(field => field.Type == "Chunk").Select(field => field.Message).ToHashSet();
        var sent = Fields.Where(field => field.Message == "NodeMessage").Select(field => field.Type);

        CollectionAssert.AreEquivalent(new[] { "VectorMessage", "SumMessage", "ModelMessage" }, withChunks.ToList());
        Assert.IsEmpty(sent.Intersect(withChunks), "the session's own stream carries no numbers");
        var upwards = ProtoFile
            .All.SelectMany(file => file.Calls)
            .Where(call => withChunks.Any(message => call.Split("returns")[0].Contains(message)));
        CollectionAssert.AreEqual(new[] { "rpc SubmitVector(stream VectorMessage) returns (VectorReceipt);" }, upwards.ToArray());
    }

    [TestMethod]
    public void A_node_has_no_field_for_free_text_but_its_release_number()
    {
        var file = ProtoFile.All.Single(file => file.Messages.Contains("NodeMessage"));
        var said = file.Fields.Where(field => field.Message == "NodeMessage").Select(field => field.Type).Append("VectorHeader").ToList();

        var texts = file.Fields.Where(field => said.Contains(field.Message) && field.Type == "string").Select(field => field.ToString());

        CollectionAssert.AreEqual(new[] { "Hello.software_version (string = 2)" }, texts.ToArray());
    }

    [TestMethod]
    public void Every_field_explains_itself()
    {
        var messages = ProtoFile.All.SelectMany(file => file.Messages).ToHashSet();

        // A choice between messages says nothing but their names.
        var found = Fields.Where(field =>
            field.Comment.Length == 0 && !messages.Contains(field.Type) && !NeedNoComment.Contains(field.Name)
        );

        Assert.IsEmpty(found, string.Join('\n', found));
    }

    [TestMethod]
    public void Field_numbers_of_a_message_differ_and_message_names_too()
    {
        var files = ProtoFile.All;

        Assert.IsNotEmpty(files);
        CollectionAssert.AllItemsAreUnique(Fields.Select(field => (field.Message, field.Number)).ToList());
        CollectionAssert.AllItemsAreUnique(Fields.Select(field => (field.Message, field.Name)).ToList());
        CollectionAssert.AllItemsAreUnique(files.SelectMany(file => file.Messages).ToList());
    }

    [TestMethod]
    public void The_reader_refuses_what_it_cannot_check()
    {
        var file = ProtoFile.Read(["message A {", "  oneof kind {", "    B b = 1;  // why", "  }", "  repeated string names = 2;", "}"]);

        string[] expected = ["A.b (B = 1)", "A.names (string = 2)"];
        CollectionAssert.AreEqual(expected, file.Fields.Select(field => field.ToString()).ToArray());
        Assert.AreEqual("why", file.Fields[0].Comment);
        Assert.ThrowsExactly<FormatException>(() => ProtoFile.Read(["message A {", "  map<string, double> means = 1;", "}"]));
        Assert.ThrowsExactly<FormatException>(() => ProtoFile.Read(["message A {", "  int32 a = 1; int32 b = 2;", "}"]));
    }

    private static bool IsKnown(ProtoField field) =>
        Known.TryGetValue(field.Name, out var known) && known.Types.Split(' ').Contains(field.Type);
}
