using Federated.Fixtures;
using Federated.Identity;
using Federated.TransparencyLog.Checkpoints;
using Federated.TransparencyLog.Tiles;
using Federated.TransparencyLog.Verification;
using Federated.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Federated.Coordinator.Tests.Hosting;

/// <summary>What auditors call.</summary>
[TestClass]
public sealed class AuditCallTests
{
    public required TestContext TestContext { get; init; }

    private CancellationToken Stop => TestContext.CancellationToken;

    [TestMethod]
    [DataRow(Role.Auditor, StatusCode.OK)]
    [DataRow(Role.Researcher, StatusCode.OK)]
    [DataRow(Role.Site, StatusCode.PermissionDenied)]
    [DataRow(Role.Coordinator, StatusCode.PermissionDenied)]
    public async Task Auditors_and_researchers_read_and_nobody_else(Role role, StatusCode expected)
    {
        await using var coordinator = await RunningCoordinator.StartAsync(Stop);
        var plan = await SubmitAsync(coordinator);
        var client = new AuditService.AuditServiceClient(coordinator.Member(role, "somebody"));
        Func<Task>[] calls =
        [
            async () => await client.FetchCheckpointsAsync(new FetchCheckpointsRequest(), cancellationToken: Stop),
            async () => await FilesAsync(client.FetchLogFiles(new FetchLogFilesRequest { Until = 2 }, cancellationToken: Stop)),
            async () => await FilesAsync(client.FetchDisclosures(DisclosuresOf(plan), cancellationToken: Stop)),
        ];

        foreach (var call in calls)
        {
            if (expected == StatusCode.OK)
            {
                await call();
                continue;
            }

            var status = await RunningCoordinator.StatusOfAsync(call);
            Assert.AreEqual(expected, status.StatusCode);
            Assert.Contains("only a researcher or auditor may call", status.Detail);
        }
    }

    [TestMethod]
    public async Task The_log_of_every_checkpoint_is_the_tree_that_it_names_also_after_it_has_grown()
    {
        await using var coordinator = await RunningCoordinator.StartAsync(Stop);
        var client = new AuditService.AuditServiceClient(coordinator.Member(Role.Auditor, "control"));
        var first = await NewestAsync(client);
        await SubmitAsync(coordinator);
        var second = await NewestAsync(client, least: first.Checkpoint.Head.Size.Value + 1);

        foreach (var head in new[] { first.Checkpoint.Head, second.Checkpoint.Head })
        {
            var request = new FetchLogFilesRequest { Until = (ulong)head.Size.Value };
            var files = await FilesAsync(client.FetchLogFiles(request, cancellationToken: Stop));
            CollectionAssert.AreEqual(
                Tiling.FilesOf(head.Size).Select(path => path.ToString()).ToArray(),
                files.Select(file => file.Path).ToArray()
            );
            var byName = files.ToDictionary(file => file.Path, file => file.Bytes);
            Assert.IsNull(LogVerifier.VerifyTree(head, path => byName.GetValueOrDefault(path.ToString())));
        }
    }

    [TestMethod]
    public async Task What_is_disclosed_of_a_plan_are_the_bytes_that_were_signed()
    {
        await using var coordinator = await RunningCoordinator.StartAsync(Stop);
        var client = new AuditService.AuditServiceClient(coordinator.Member(Role.Auditor, "control"));
        var signed = coordinator.Signed(SamplePlan.For("alpha", "zeta").ToBytes());
        var plan = (await coordinator.Researcher().SubmitStudyAsync(signed, cancellationToken: Stop)).PlanHash;

        var files = await FilesAsync(client.FetchDisclosures(DisclosuresOf(plan), cancellationToken: Stop));

        var folder = $"plans/{Convert.ToHexStringLower(plan.Span)}";
        string[] names = [$"{folder}/plan.json", $"{folder}/researcher.crt", $"{folder}/signature"];
        CollectionAssert.AreEqual(names, files.Select(file => file.Path).ToArray());
        ByteString[] bytes = [signed.Plan, signed.Certificate, signed.Signature];
        CollectionAssert.AreEqual(bytes, files.Select(file => ByteString.CopyFrom(file.Bytes)).ToArray());
    }

    [TestMethod]
    public async Task A_checkpoint_over_a_study_that_no_quorum_has_cosigned_is_shown_and_not_offered()
    {
        await using var coordinator = await RunningCoordinator.StartAsync(Stop);
        var client = new AuditService.AuditServiceClient(coordinator.Member(Role.Auditor, "control"));
        var before = await NewestAsync(client);
        await SubmitAsync(coordinator);
        await NewestAsync(client, least: before.Checkpoint.Head.Size.Value + 1);

        var answer = await client.FetchCheckpointsAsync(new FetchCheckpointsRequest(), cancellationToken: Stop);

        Assert.IsTrue(SignedCheckpoint.TryParse(answer.Cosigned.Memory, out var offered, out var fault), fault);
        Assert.AreEqual(before.Checkpoint.Head, offered.Checkpoint.Head, "before the first study the log's own signature is enough");
    }

    [TestMethod]
    public async Task What_the_log_does_not_have_is_refused_with_what_it_has()
    {
        await using var coordinator = await RunningCoordinator.StartAsync(Stop);
        var client = new AuditService.AuditServiceClient(coordinator.Member(Role.Auditor, "control"));
        var plan = await SubmitAsync(coordinator);

        Task<Status> Log(ulong seen, ulong until) =>
            RunningCoordinator.StatusOfAsync(() =>
                FilesAsync(client.FetchLogFiles(new FetchLogFilesRequest { Seen = seen, Until = until }, cancellationToken: Stop))
            );
        Task<Status> Disclosed(FetchDisclosuresRequest request) =>
            RunningCoordinator.StatusOfAsync(() => FilesAsync(client.FetchDisclosures(request, cancellationToken: Stop)));
        var beyond = await Log(0, ulong.MaxValue);
        var backwards = await Log(2, 1);
        var unknown = await Disclosed(DisclosuresOf(ByteString.CopyFrom(new byte[32])));
        var early = await Disclosed(
            new FetchDisclosuresRequest
            {
                PlanHash = plan,
                Round = 1,
                LastRound = 1,
            }
        );
        var zero = await Disclosed(new FetchDisclosuresRequest { PlanHash = plan });

        Assert.AreEqual(StatusCode.InvalidArgument, beyond.StatusCode);
        Assert.MatchesRegex("the log has [1-9][0-9]*[.]$", beyond.Detail);
        Assert.AreEqual(StatusCode.InvalidArgument, backwards.StatusCode);
        Assert.AreEqual(StatusCode.NotFound, unknown.StatusCode);
        Assert.AreEqual(StatusCode.NotFound, early.StatusCode);
        Assert.Contains("Round 1 is not committed", early.Detail);
        Assert.AreEqual(StatusCode.InvalidArgument, zero.StatusCode);
    }

    [TestMethod]
    public async Task A_caller_who_does_not_read_keeps_one_place_and_no_other_auditor_out()
    {
        await using var coordinator = await RunningCoordinator.StartAsync(Stop);
        using var node = coordinator.WireNode("alpha");
        await node.HelloAsync();
        for (var i = 0; i < 10; i++)
        {
            await node.AccuseAsync($"{i}"); // more of the log than is on its way to somebody who reads nothing
        }

        var control = new AuditService.AuditServiceClient(coordinator.Member(Role.Auditor, "control"));
        var size = (await NewestAsync(control, least: 14)).Checkpoint.Head.Size.Value;
        var request = new FetchLogFilesRequest { Until = (ulong)size };
        using var slow = control.FetchLogFiles(request, cancellationToken: Stop);
        Assert.IsTrue(await slow.ResponseStream.MoveNext(Stop), "it is being served");

        var second = await RunningCoordinator.StatusOfAsync(() => FilesAsync(control.FetchLogFiles(request, cancellationToken: Stop)));
        for (var i = 0; i < 8; i++)
        {
            var other = new AuditService.AuditServiceClient(coordinator.Member(Role.Auditor, $"other-{i}"));
            Assert.IsNotEmpty(await FilesAsync(other.FetchLogFiles(request, cancellationToken: Stop)));
        }

        Assert.AreEqual(StatusCode.ResourceExhausted, second.StatusCode);
        Assert.Contains("'control' is fetching already", second.Detail);
        while (await slow.ResponseStream.MoveNext(Stop))
        {
            // It goes on after all, and its place is free again.
        }

        Assert.IsNotEmpty(await FilesAsync(control.FetchLogFiles(request, cancellationToken: Stop)));
    }

    private static FetchDisclosuresRequest DisclosuresOf(ByteString plan) => new() { PlanHash = plan, Round = 1 };

    private async Task<ByteString> SubmitAsync(RunningCoordinator coordinator)
    {
        var signed = coordinator.Signed(SamplePlan.For("alpha", "zeta").ToBytes());
        return (await coordinator.Researcher().SubmitStudyAsync(signed, cancellationToken: Stop)).PlanHash;
    }

    /// <summary>The newest checkpoint, once it has so many entries.</summary>
    private async Task<SignedCheckpoint> NewestAsync(AuditService.AuditServiceClient client, long least = 0)
    {
        while (true)
        {
            var answer = await client.FetchCheckpointsAsync(new FetchCheckpointsRequest(), cancellationToken: Stop);
            Assert.IsTrue(SignedCheckpoint.TryParse(answer.Newest.Memory, out var newest, out var fault), fault);
            if (newest.Checkpoint.Head.Size.Value >= least)
            {
                return newest;
            }

            await Task.Delay(20, Stop);
        }
    }

    private async Task<List<(string Path, byte[] Bytes)>> FilesAsync(AsyncServerStreamingCall<AuditMessage> call)
    {
        var files = new List<(string Path, byte[] Bytes)>();
        while (await call.ResponseStream.MoveNext(Stop))
        {
            switch (call.ResponseStream.Current)
            {
                case { Header: { } header }:
                    files.Add((header.Path, new byte[header.Length]));
                    break;
                case { Chunk: { } chunk }:
                    chunk.Data.CopyTo(files[^1].Bytes, (int)chunk.Offset);
                    break;
            }
        }

        call.Dispose();
        return files;
    }
}
