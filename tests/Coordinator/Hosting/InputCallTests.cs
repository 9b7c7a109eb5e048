using Federated.Federation;
using Federated.Federation.Plans;
using Federated.Fixtures;
using Federated.Identity;
using Federated.SecureAggregation.Rounds;
using Federated.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Federated.Coordinator.Tests.Hosting;

/// <summary>Auditors ask for masked inputs, and nobody else gets them.</summary>
[TestClass]
public sealed class InputCallTests
{
    private static readonly StudyPlan s_plan = SamplePlan.For("alpha", "beta");

    private static readonly string[] s_anyDisk = ["--coordinator:inputs:spareMegabytes", "0"];

    public required TestContext TestContext { get; init; }

    private CancellationToken Stop => TestContext.CancellationToken;

    [TestMethod]
    public async Task An_auditor_takes_the_inputs_of_a_round_and_computes_its_sum_again_and_the_log_says_that_it_took_them()
    {
        await using var coordinator = await RunningCoordinator.StartAsync(Stop, s_anyDisk);
        var client = new AuditService.AuditServiceClient(coordinator.Member(Role.Auditor, "control"));
        var (sites, committed) = await RoundAsync(coordinator);

        var kept = await client.KeepInputsAsync(new KeepInputsRequest { PlanHash = Plan }, cancellationToken: Stop);
        var files = await FilesAsync(client, round: 1);

        Assert.AreEqual((1U, 1U, 0U), (kept.Round, kept.Rounds, kept.LastRound));
        var folder = $"inputs/{s_plan.Hash()}/00001";
        CollectionAssert.AreEqual(new[] { $"{folder}/opening", $"{folder}/alpha.input", $"{folder}/beta.input" }, files.Keys.ToArray());
        var terms = PlanTerms.Of(s_plan, s_plan.Hash(), new RoundNumber(1));
        var proof = await ProofAsync(client);
        var proven = proof.Verify(terms, new RoundNumber(1), sites[0].Model.Hash, default, sites[0].Check, out var fault);
        Assert.IsNotNull(proven, fault);
        var sum = new SumRecomputation(terms, proof, proven).Sum(
            RoundOpening.Parse(files[$"{folder}/opening"])!,
            site => files[$"{folder}/{site}.input"],
            parallelism: 1,
            out var reason
        );
        Assert.IsNotNull(sum, $"{reason}");
        Assert.AreEqual(committed, Digest.Of(Federation.Aggregation.Lanes.ToBytes(sum)));
    }

    [TestMethod]
    public async Task Of_an_attempt_that_failed_no_input_stays_on_disk()
    {
        await using var coordinator = await RunningCoordinator.StartAsync(Stop, s_anyDisk);
        await coordinator.Researcher().SubmitStudyAsync(coordinator.Signed(s_plan.ToBytes()));
        WireSite[] sites = [.. new[] { "alpha", "beta" }.Select(site => coordinator.Keep(new WireSite(coordinator, s_plan, site)))];
        await Task.WhenAll(sites.Select(site => site.JoinAsync(Stop)));
        var inputs = await Task.WhenAll(sites.Select(site => site.InputAsync(Stop, new int[s_plan.Shape.ParameterCount])));
        await WireNode.SubmitAsync(sites[0].Node.Client, sites[0].Messages(inputs[0]));
        var during = coordinator.Files("state/inputs");

        await sites[1]
            .Node.SayAsync(
                new NodeMessage
                {
                    StudyAnswer = new StudyAnswer { PlanHash = Plan, Code = DeclineCode.Paused },
                }
            );
        while (coordinator.Files("state/inputs").Length > 0)
        {
            await Task.Delay(10, Stop); // until the attempt has failed
        }

        Assert.HasCount(1, during);
        Assert.Contains("alpha.input", during[0]);
    }

    [TestMethod]
    [DataRow(Role.Researcher)]
    [DataRow(Role.Site)]
    [DataRow(Role.Coordinator)]
    public async Task Nobody_but_an_auditor_gets_them(Role role)
    {
        await using var coordinator = await RunningCoordinator.StartAsync(Stop, s_anyDisk);
        await RoundAsync(coordinator);
        var client = new AuditService.AuditServiceClient(coordinator.Member(role, "somebody"));

        foreach (
            var call in new Func<Task>[]
            {
                async () => await client.KeepInputsAsync(new KeepInputsRequest { PlanHash = Plan }, cancellationToken: Stop),
                () => FilesAsync(client, round: 1),
            }
        )
        {
            var status = await RunningCoordinator.StatusOfAsync(call);
            Assert.AreEqual(StatusCode.PermissionDenied, status.StatusCode);
            Assert.Contains("only an auditor may call", status.Detail);
        }
    }

    [TestMethod]
    public async Task What_is_not_kept_or_may_not_be_asked_for_is_refused_with_what_to_do()
    {
        await using var coordinator = await RunningCoordinator.StartAsync(Stop, [.. s_anyDisk, "--coordinator:inputs:heldRounds", "5"]);
        await using var none = await RunningCoordinator.StartAsync(Stop, "--coordinator:inputs:rounds", "0");
        var client = new AuditService.AuditServiceClient(coordinator.Member(Role.Auditor, "control"));
        await RoundAsync(coordinator);
        await RoundAsync(none);

        var unknown = await RunningCoordinator.StatusOfAsync(async () =>
            await client.KeepInputsAsync(new KeepInputsRequest { PlanHash = ByteString.CopyFrom(new byte[32]) }, cancellationToken: Stop)
        );
        var many = await RunningCoordinator.StatusOfAsync(async () =>
            await client.KeepInputsAsync(new KeepInputsRequest { PlanHash = Plan, Rounds = 6 }, cancellationToken: Stop)
        );
        var held = await client.KeepInputsAsync(new KeepInputsRequest { PlanHash = Plan, Rounds = 5 }, cancellationToken: Stop);
        var early = await RunningCoordinator.StatusOfAsync(() => FilesAsync(client, round: 2));
        var notKept = await RunningCoordinator.StatusOfAsync(() =>
            FilesAsync(new AuditService.AuditServiceClient(none.Member(Role.Auditor, "control")), round: 1)
        );

        Assert.AreEqual(StatusCode.NotFound, unknown.StatusCode);
        Assert.AreEqual(StatusCode.InvalidArgument, many.StatusCode);
        Assert.Contains("keeps those of at most 5 to come (coordinator.inputs.heldRounds)", many.Detail);
        Assert.AreEqual((uint)s_plan.Rounds, held.LastRound, "the plan has no more rounds");
        Assert.AreEqual(StatusCode.NotFound, early.StatusCode);
        Assert.AreEqual(StatusCode.NotFound, notKept.StatusCode);
        Assert.Contains("(fed audit hold)", notKept.Detail);
    }

    private static ByteString Plan => ByteString.CopyFrom(s_plan.Hash().ToArray());

    /// <summary>One round of alpha and beta.</summary>
    private async Task<(WireSite[] Sites, Digest Sum)> RoundAsync(RunningCoordinator coordinator)
    {
        await coordinator.Researcher().SubmitStudyAsync(coordinator.Signed(s_plan.ToBytes()));
        WireSite[] sites = [.. new[] { "alpha", "beta" }.Select(site => coordinator.Keep(new WireSite(coordinator, s_plan, site)))];
        await Task.WhenAll(sites.Select(site => site.JoinAsync(Stop)));
        var inputs = await Task.WhenAll(
            sites.Select((site, i) => site.InputAsync(Stop, [.. Enumerable.Range(0, s_plan.Shape.ParameterCount).Select(lane => lane - i)]))
        );
        foreach (var (site, input) in sites.Zip(inputs))
        {
            await WireNode.SubmitAsync(site.Node.Client, site.Messages(input));
        }

        var committed = await Task.WhenAll(sites.Select(site => site.CommittedAsync(Stop)));
        return (sites, new Digest(committed[0].SumHash.Span));
    }

    private async Task<RoundProof> ProofAsync(AuditService.AuditServiceClient client)
    {
        var request = new FetchDisclosuresRequest
        {
            PlanHash = Plan,
            Round = 1,
            LastRound = 1,
        };
        var files = await ReadAsync(client.FetchDisclosures(request, cancellationToken: Stop));
        return RoundProof.Parse(files.Single(file => file.Key.EndsWith(".proof", StringComparison.Ordinal)).Value)!;
    }

    private Task<Dictionary<string, byte[]>> FilesAsync(AuditService.AuditServiceClient client, uint round) =>
        ReadAsync(client.FetchInputs(new FetchInputsRequest { PlanHash = Plan, Round = round }, cancellationToken: Stop));

    private async Task<Dictionary<string, byte[]>> ReadAsync(AsyncServerStreamingCall<AuditMessage> call)
    {
        using var ended = call;
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var last = "";
        while (await call.ResponseStream.MoveNext(Stop))
        {
            if (call.ResponseStream.Current.Header is { } header)
            {
                files[last = header.Path] = [];
            }
            else
            {
                files[last] = [.. files[last], .. call.ResponseStream.Current.Chunk.Data.Span];
            }
        }

        return files;
    }
}
