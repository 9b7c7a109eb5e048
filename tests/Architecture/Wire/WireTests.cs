using Federated.SecureAggregation.Messages;

namespace Federated.Architecture.Tests.Wire;

/// <summary>
/// What the wire can say. No field may carry a row, a label, a count, a metric or an update of one site; a site's numbers travel masked, in chunks of
/// <c>SubmitMaskedInput</c>, and nowhere else.
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
        ["instance_id"] = ("bytes", "16 random bytes of a process"),
        ["plan"] = ("bytes", "the plan, which everybody reads"),
        ["data"] = ("bytes", "a piece of a masked input, a sum or a model: the one way for numbers"),
        ["type"] = ("uint32", "kind of a message of secure aggregation"),
        ["body"] = ("bytes", "of such a message: keys, hashes, bitmaps, shares; its form is fixed and its size limited"),
        ["attachment"] = ("bytes", "encrypted shares, which a body commits to; likewise"),
        ["received"] = ("uint64", "bytes of a masked input that arrived"),
        ["proof"] = ("bytes", "a round's public messages"),
        ["credential"] = ("bytes", "the root's word on the coordinator's identity, or on a site's"),
        ["credentials"] = ("bytes", "the root's word on witnesses of the log, or on the coordinator that keeps it"),
        ["entry"] = (
            "bytes",
            "a statement of the log: a form of hashes, names, words of closed lists and the plan's own figures, which its readers refuse in any other"
        ),
        ["entry_hash"] = ("bytes", "SHA-256 of such a statement"),
        ["request"] = ("bytes", "a checkpoint of the log, and hashes that show how it grew"),
        ["path"] = ("bytes string", "hashes of the log's tree; or the name of a file in an auditor's folder"),
        ["index"] = ("uint64", "an entry's place in the log"),
        ["line"] = ("bytes", "a witness's signature over a checkpoint"),
        ["log_seen"] = ("uint64", "how far a site has seen the log, which is public"),
        ["seen"] = ("uint64", "likewise"),
        ["until"] = ("uint64", "how far an auditor fetches it"),
        ["root"] = ("bytes", "the consortium's root certificate"),
        ["newest"] = ("bytes", "a checkpoint of the log: size, hash and signatures"),
        ["cosigned"] = ("bytes", "likewise"),
        ["offset"] = ("uint64", "where that piece belongs"),
        ["length"] = ("uint64", "of a snapshot, which the plan's model fixes; or of a file that everybody who audits gets"),
        ["round"] = ("uint32", "of the study"),
        ["attempt"] = ("uint32", "of the round"),
        ["elapsed_us"] = ("uint32", "of a whole round, by the coordinator's clock"),
        ["survivors"] = ("string uint32", "the sites in a sum, or how many they are"),
        ["sequence"] = ("uint64", "of an event"),
        ["time_unix_ms"] = ("int64", "of an event, or of the coordinator's clock"),
        ["protocol_version"] = ("uint32", "of the conversation"),
        ["software_version"] = ("string", "of a node"),
        ["site"] = ("string", "its name"),
        ["code"] = ("DeclineCode uint32", "one of a closed set, why a node declines, or why a witness does not cosign"),
        ["reason"] = ("string", "a sentence of the coordinator for people"),
        ["sites"] = ("string", "names of sites"),
        ["certificate"] = ("bytes", "of the researcher who signed a plan"),
        ["signature"] = ("bytes", "a researcher's over a plan, a party's over a message"),
        ["last_round"] = ("uint32", "of the last masked input that came from a site; or the last that an auditor fetches"),
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
            new[]
            {
                "CheckpointsResponse.credentials",
                "LogGrowth.own",
                "EntryPlace.path",
                "LogShown.credentials",
                "ShownEntry.path",
                "RoundCommitted.survivors",
                "ListStudiesResponse.studies",
                "StudyState.sites",
            },
            lists.ToArray(),
            "a list of numbers would be a second way for vectors; hashes of the log come down, and none goes up"
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
    public void A_node_sends_chunks_in_SubmitMaskedInput_only()
    {
        var withChunks = Fields.Where(field => field.Type == "Chunk").Select(field => field.Message).ToHashSet();
        var sent = Fields.Where(field => field.Message == "NodeMessage").Select(field => field.Type);

        CollectionAssert.AreEquivalent(new[] { "MaskedInputMessage", "SumMessage", "ModelMessage", "AuditMessage" }, withChunks.ToList());
        Assert.IsEmpty(sent.Intersect(withChunks), "the session's own stream carries no numbers");
        var upwards = ProtoFile
            .All.SelectMany(file => file.Calls)
            .Where(call => withChunks.Any(message => call.Split("returns")[0].Contains(message)));
        CollectionAssert.AreEqual(
            new[] { "rpc SubmitMaskedInput(stream MaskedInputMessage) returns (stream MaskedInputProgress);" },
            upwards.ToArray()
        );
    }

    /// <summary>
    /// What a node says outside chunks are messages of a fixed form. The fields that are bytes are known by name above; here, that the only ones of them with room for
    /// numbers belong to secure aggregation, whose parsers refuse all but its own forms, or are statements of the log, whose bodies (lib/TransparencyLog/Entries/Bodies) have no list of numbers,
    /// and that the former have no lane of a vector in them.
    /// </summary>
    [TestMethod]
    public void No_field_that_a_node_fills_can_carry_an_unmasked_vector()
    {
        var messages = ProtoFile.All.SelectMany(file => file.Messages).ToHashSet();
        var said = new HashSet<string> { "NodeMessage", "MaskedInputMessage" };
        while (
            Fields.FirstOrDefault(field => said.Contains(field.Message) && messages.Contains(field.Type) && said.Add(field.Type))
                is not null
        )
        {
            // Everything that is inside of what it says.
        }

        var bytes = Fields
            .Where(field => said.Contains(field.Message) && field.Type == "bytes")
            .Select(field => $"{field.Message}.{field.Name}");

        CollectionAssert.AreEquivalent(
            new[]
            {
                "Hello.instance_id",
                "Hello.credential",
                "LogEntry.entry",
                "Cosignature.line",
                "StudyAnswer.plan_hash",
                "StudyAnswer.model_hash",
                "ModelReport.plan_hash",
                "ModelReport.model_hash",
                "AttemptRefusal.plan_hash",
                "ProtocolMessage.plan_hash",
                "ProtocolMessage.body",
                "ProtocolMessage.signature",
                "ProtocolMessage.attachment",
                "Chunk.data",
            },
            bytes.ToArray()
        );
        foreach (var type in Enum.GetValues<MessageType>().Where(type => type is not (MessageType.CohortKeys or MessageType.ShareSet)))
        {
            Assert.IsLessThanOrEqualTo(Protocol.MaxCohortBodyBytes, Protocol.MaxBodyBytes(type), $"{type}");
        }

        Assert.AreEqual(
            Protocol.MaxSiteBodyBytes,
            new[]
            {
                MessageType.KeyAdvertisement,
                MessageType.ShareKeys,
                MessageType.MaskedInput,
                MessageType.Acknowledgement,
                MessageType.UnmaskingShares,
            }
                .Select(Protocol.MaxBodyBytes)
                .Max(),
            "what a site says has a form of a few kilobytes"
        );
    }

    [TestMethod]
    public void A_node_has_no_field_for_free_text_but_its_release_number()
    {
        var file = ProtoFile.All.Single(file => file.Messages.Contains("NodeMessage"));
        var said = file
            .Fields.Where(field => field.Message == "NodeMessage")
            .Select(field => field.Type)
            .Append("MaskedInputMessage")
            .ToList();

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
