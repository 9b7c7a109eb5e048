using System.Text;
using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.Fixtures;
using Federated.Hosting;
using Federated.Identity;
using Federated.SecureAggregation.Rounds;
using Federated.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Federated.Coordinator.Tests.Hosting;

/// <summary>The researcher's side, and a whole study over the wire.</summary>
[TestClass]
public sealed class StudyCallTests
{
    public required TestContext TestContext { get; init; }

    private CancellationToken Stop => TestContext.CancellationToken;

    [TestMethod]
    public async Task A_plan_that_is_wrong_is_refused_with_all_its_faults()
    {
        await using var coordinator = await RunningCoordinator.StartAsync(Stop);
        var plan = Encoding
            .UTF8.GetString(SamplePlan.For("alpha", "zeta").ToBytes())
            .Replace("\"rounds\":2", "\"rounds\":0")
            .Replace("\"mode\":\"fedavg\"", "\"mode\":\"fedavgg\"");

        var wrong = await SubmitAsync(coordinator, Encoding.UTF8.GetBytes(plan));
        var garbage = await SubmitAsync(coordinator, [0xFF, 0x00, 0x7B]);
        var nothing = await SubmitAsync(coordinator, []);

        Assert.AreEqual(StatusCode.InvalidArgument, wrong.StatusCode);
        Assert.Contains("training.rounds: 0 is outside 1 to 1000000.", wrong.Detail);
        Assert.Contains("training.mode: 'fedavgg' is not one of fedavg, fedsgd; did you mean 'fedavg'?", wrong.Detail);
        Assert.AreEqual(StatusCode.InvalidArgument, garbage.StatusCode);
        Assert.Contains("This is no JSON", garbage.Detail);
        Assert.AreEqual(StatusCode.InvalidArgument, nothing.StatusCode);
    }

    [TestMethod]
    public async Task A_plan_counts_only_with_the_signature_of_a_researcher_of_this_consortium()
    {
        await using var coordinator = await RunningCoordinator.StartAsync(Stop);
        using var others = new Consortium();
        using var stranger = others.Identity(Role.Researcher, "researcher");
        using var site = coordinator.Consortium.Identity(Role.Site, "alpha");
        using var revoked = coordinator.Consortium.Identity(Role.Researcher, "former");
        coordinator.Consortium.Revoke(revoked);
        using var colleague = coordinator.Consortium.Identity(Role.Researcher, "colleague");
        var plan = SamplePlan.For("alpha", "zeta").ToBytes();
        var good = coordinator.Signed(plan);

        SubmitStudyRequest With(TlsIdentity by) =>
            new()
            {
                Plan = good.Plan,
                Certificate = ByteString.CopyFrom(by.Certificate.RawData),
                Signature = ByteString.CopyFrom(PlanSignature.Sign(plan, by)),
            };
        var altered = good.Clone();
        altered.Plan = ByteString.CopyFrom(SamplePlan.For("beta", "zeta").ToBytes());
        var unsigned = good.Clone();
        unsigned.Signature = ByteString.Empty;
        var bare = good.Clone();
        bare.Certificate = ByteString.Empty;
        var swapped = With(stranger);
        swapped.Certificate = good.Certificate;

        foreach (
            var (request, words) in new[]
            {
                (altered, "its signature is not by the certificate that came with it."),
                (unsigned, "its signature is not by the certificate that came with it."),
                (swapped, "its signature is not by the certificate that came with it."),
                (bare, "its certificate or signature is damaged."),
                (With(stranger), "was not issued by this consortium's root"),
                (With(site), "the certificate of site 'alpha' cannot act as a researcher"),
                (With(revoked), "was revoked; ask the consortium for a new one."),
                (With(colleague), "The plan was signed with another certificate (of 'colleague') than the one you connected with"),
            }
        )
        {
            var status = await RunningCoordinator.StatusOfAsync(async () => await coordinator.Researcher().SubmitStudyAsync(request));
            Assert.AreEqual(StatusCode.PermissionDenied, status.StatusCode, words);
            Assert.Contains(words, status.Detail);
        }

        Assert.IsEmpty((await coordinator.Researcher().ListStudiesAsync(new ListStudiesRequest())).Studies);
    }

    [TestMethod]
    [DataRow(DeclineCode.AwaitingApproval, "its operator has not decided on the plan yet (there: fed-node plans list).")]
    [DataRow(DeclineCode.OutsideHours, "it is outside its hours, and goes on by itself when they begin.")]
    [DataRow(
        DeclineCode.Paused,
        "its operator paused local work (there: fed-node resume), or its policy has ended or cannot be read (there: fed-node doctor)."
    )]
    public async Task A_researcher_sees_what_a_study_is_and_where_its_sites_stand(DeclineCode code, string reason)
    {
        await using var coordinator = await RunningCoordinator.StartAsync(Stop);
        var plan = SamplePlan.For("alpha", "beta");
        var researcher = coordinator.Researcher();
        var request = coordinator.Signed(plan.ToBytes());
        var hash = (await researcher.SubmitStudyAsync(request)).PlanHash;
        using var node = coordinator.WireNode("beta");
        await node.HelloAsync();
        await node.NextAsync(m => m.Welcome, Stop);
        await node.NextAsync(m => m.StudyOffer, Stop);
        await node.SayAsync(
            new NodeMessage
            {
                StudyAnswer = new StudyAnswer { PlanHash = hash, Code = code },
            }
        );
        using var watch = researcher.WatchStudy(new WatchStudyRequest { PlanHash = hash });
        Assert.IsTrue(await watch.ResponseStream.MoveNext(Stop));
        Assert.AreEqual("beta", watch.ResponseStream.Current.SiteWaiting.Site);

        var study = (await researcher.ListStudiesAsync(new ListStudiesRequest())).Studies.Single();
        var fetched = await researcher.FetchStudyPlanAsync(new FetchStudyPlanRequest { PlanHash = hash });

        Assert.AreEqual(
            ("a study", "running", 0u, 2u, "researcher"),
            (study.Name, study.Phase, study.Round, study.Rounds, study.SubmittedBy)
        );
        CollectionAssert.AreEqual(
            new[] { "alpha:away:", $"beta:waiting:{reason}" },
            study.Sites.Select(site => $"{site.Site}:{site.Standing}:{site.Reason}").ToArray()
        );
        Assert.AreEqual((request.Plan, request.Certificate, request.Signature), (fetched.Plan, fetched.Certificate, fetched.Signature));
    }

    [TestMethod]
    public async Task Only_who_signed_a_study_cancels_or_resumes_it()
    {
        await using var coordinator = await RunningCoordinator.StartAsync(Stop);
        var hash = (
            await coordinator.Researcher().SubmitStudyAsync(coordinator.Signed(SamplePlan.For("alpha", "zeta").ToBytes()))
        ).PlanHash;
        var colleague = new StudyService.StudyServiceClient(coordinator.Member(Role.Researcher, "colleague"));

        Status[] statuses =
        [
            await RunningCoordinator.StatusOfAsync(async () =>
                await colleague.CancelStudyAsync(new CancelStudyRequest { PlanHash = hash })
            ),
            await RunningCoordinator.StatusOfAsync(async () =>
                await colleague.ResumeStudyAsync(new ResumeStudyRequest { PlanHash = hash })
            ),
        ];

        foreach (var status in statuses)
        {
            Assert.AreEqual(
                (
                    StatusCode.PermissionDenied,
                    "The study was submitted by 'researcher', who alone can cancel or resume it; you are 'colleague'."
                ),
                (status.StatusCode, status.Detail)
            );
        }
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task A_watcher_who_is_revoked_is_shown_no_more()
    {
        await using var coordinator = await RunningCoordinator.StartAsync(Stop);
        var hash = (
            await coordinator.Researcher().SubmitStudyAsync(coordinator.Signed(SamplePlan.For("alpha", "zeta").ToBytes()))
        ).PlanHash;
        using var auditor = coordinator.Consortium.Identity(Role.Auditor, "cour");
        using var channel = new ConsortiumChannel(coordinator.Address, auditor);
        using var watch = new StudyService.StudyServiceClient(channel.Channel).WatchStudy(new WatchStudyRequest { PlanHash = hash });
        var next = watch.ResponseStream.MoveNext(Stop);

        coordinator.Consortium.Revoke(auditor);

        var status = await RunningCoordinator.StatusOfAsync(() => next);
        Assert.AreEqual(StatusCode.Unauthenticated, status.StatusCode);
        Assert.Contains("was revoked", status.Detail);
    }

    [TestMethod]
    public async Task A_cancelled_study_cannot_be_resumed_or_cancelled_again()
    {
        await using var coordinator = await RunningCoordinator.StartAsync(Stop);
        var researcher = coordinator.Researcher();
        var hash = (await researcher.SubmitStudyAsync(coordinator.Signed(SamplePlan.For("alpha", "zeta").ToBytes()))).PlanHash;

        Assert.AreEqual("cancelled", (await researcher.CancelStudyAsync(new CancelStudyRequest { PlanHash = hash })).Phase);
        var resumed = await RunningCoordinator.StatusOfAsync(async () =>
            await researcher.ResumeStudyAsync(new ResumeStudyRequest { PlanHash = hash })
        );

        Assert.AreEqual((StatusCode.FailedPrecondition, "The study is cancelled; that is final."), (resumed.StatusCode, resumed.Detail));
        Assert.AreEqual(
            "cancelled",
            (await researcher.CancelStudyAsync(new CancelStudyRequest { PlanHash = hash })).Phase,
            "the same answer again"
        );
    }

    [TestMethod]
    [DataRow(32, DisplayName = "a hash that no study has")]
    [DataRow(31, DisplayName = "a hash cut short")]
    [DataRow(0, DisplayName = "no hash")]
    public async Task An_unknown_plan_is_not_found(int length)
    {
        await using var coordinator = await RunningCoordinator.StartAsync(Stop);
        var hash = ByteString.CopyFrom(new byte[length]);
        var researcher = coordinator.Researcher();
        using var watch = researcher.WatchStudy(new WatchStudyRequest { PlanHash = hash });
        using var fetch = researcher.FetchModel(new FetchModelRequest { PlanHash = hash });

        Status[] statuses =
        [
            await RunningCoordinator.StatusOfAsync(() => watch.ResponseStream.MoveNext(Stop)),
            await RunningCoordinator.StatusOfAsync(() => fetch.ResponseStream.MoveNext(Stop)),
            await RunningCoordinator.StatusOfAsync(async () =>
                await coordinator.Node("alpha").FetchPlanAsync(new FetchPlanRequest { PlanHash = hash })
            ),
        ];

        foreach (var status in statuses)
        {
            Assert.AreEqual(StatusCode.NotFound, status.StatusCode);
            Assert.Contains("compare it with what the submission answered", status.Detail);
        }
    }

    [TestMethod]
    public async Task Two_sites_run_a_study_that_two_researchers_watch()
    {
        await using var coordinator = await RunningCoordinator.StartAsync(Stop);
        var plan = SamplePlan.For("alpha", "beta");
        var hash = WireNode.Bytes(plan.Hash());
        var researcher = coordinator.Researcher();
        await researcher.SubmitStudyAsync(coordinator.Signed(plan.ToBytes()));
        var watching = new[] { WatchAsync(researcher, hash), WatchAsync(coordinator.Researcher(), hash) };

        var models = await Task.WhenAll(RunSiteAsync(coordinator, plan, "alpha", 100), RunSiteAsync(coordinator, plan, "beta", -7));
        var events = await Task.WhenAll(watching);

        Assert.AreEqual(models[0].Hash, models[1].Hash);
        var model = await FetchModelAsync(researcher, hash);
        Assert.AreEqual(models[0].Hash, model.Hash);
        CollectionAssert.AreEqual(events[0], events[1]);
        CollectionAssert.AreEqual(
            Enumerable.Range(0, events[0].Count).Select(i => (ulong)i).ToList(),
            events[0].Select(e => e.Sequence).ToList()
        );
        var done = events[0][^1].StudyDone;
        Assert.IsTrue(done.Completed);
        Assert.AreEqual(model.Hash, new Digest(done.ModelHash.Span));
        Assert.HasCount(2, events[0].Where(e => e.RoundDone is not null));
        CollectionAssert.AreEqual(events[0], await WatchAsync(researcher, hash), "a watcher who comes after the end sees it all");
    }

    [TestMethod]
    [DataRow(0u, DisplayName = "the initial model has no sum")]
    [DataRow(1u, DisplayName = "a round under way")]
    [DataRow(uint.MaxValue, DisplayName = "beyond all rounds")]
    public async Task A_sum_that_is_not_committed_is_not_found(uint round)
    {
        await using var coordinator = await RunningCoordinator.StartAsync(Stop);
        var plan = SamplePlan.For("alpha", "zeta");
        await coordinator.Researcher().SubmitStudyAsync(coordinator.Signed(plan.ToBytes()));
        using var call = coordinator.Node("alpha").FetchSum(new FetchSumRequest { PlanHash = WireNode.Bytes(plan.Hash()), Round = round });

        var status = await RunningCoordinator.StatusOfAsync(() => call.ResponseStream.MoveNext(Stop));

        Assert.AreEqual(
            (StatusCode.NotFound, $"Round {round} is not committed; wait for its announcement."),
            (status.StatusCode, status.Detail)
        );
    }

    [TestMethod]
    public async Task A_coordinator_that_goes_down_tells_nodes_and_researchers_to_come_back()
    {
        await using var coordinator = await RunningCoordinator.StartAsync(Stop);
        var plan = SamplePlan.For("alpha", "beta");
        await coordinator.Researcher().SubmitStudyAsync(coordinator.Signed(plan.ToBytes()));
        using var node = coordinator.WireNode("alpha");
        await node.HelloAsync();
        await node.NextAsync(m => m.StudyOffer ?? (object?)m.Welcome, Stop);
        using var watch = coordinator.Researcher().WatchStudy(new WatchStudyRequest { PlanHash = WireNode.Bytes(plan.Hash()) });
        await node.AcceptAsync(plan);
        Assert.IsTrue(await watch.ResponseStream.MoveNext(Stop));

        var stopping = coordinator.StopAsync(Stop);
        var watched = await RunningCoordinator.StatusOfAsync(() => watch.ResponseStream.MoveNext(Stop));
        var session = await node.EndAsync(Stop);
        await stopping;

        Assert.AreEqual(StatusCode.Unavailable, watched.StatusCode, watched.Detail);
        Assert.Contains("try again later", watched.Detail);
        // The server's farewell and the closing of its connection race; either is an end in good order, after which a node comes back.
        var closed = session is { StatusCode: StatusCode.Internal } && session.Detail.Contains("'NO_ERROR'");
        Assert.IsTrue(session.StatusCode is StatusCode.Unavailable or StatusCode.OK || closed, $"{session}");
    }

    private static Task<Status> SubmitAsync(RunningCoordinator coordinator, byte[] plan) =>
        RunningCoordinator.StatusOfAsync(async () => await coordinator.Researcher().SubmitStudyAsync(coordinator.Signed(plan)));

    private async Task<List<StudyEvent>> WatchAsync(StudyService.StudyServiceClient researcher, ByteString planHash)
    {
        using var call = researcher.WatchStudy(new WatchStudyRequest { PlanHash = planHash }, cancellationToken: Stop);
        var events = new List<StudyEvent>();
        while (await call.ResponseStream.MoveNext(Stop))
        {
            events.Add(call.ResponseStream.Current);
        }

        return events;
    }

    /// <summary>A site that always sends the same lanes and computes the model itself, as a node must.</summary>
    private async Task<ModelState> RunSiteAsync(RunningCoordinator coordinator, StudyPlan plan, string site, int lane)
    {
        using var wire = new WireSite(coordinator, plan, site);
        await wire.JoinAsync(Stop);
        for (uint round = 1; round <= plan.Training.Rounds; round++)
        {
            var input = await wire.InputAsync(Stop, lane, 1, 2, 3);
            var answers = await WireNode.SubmitAsync(wire.Node.Client, wire.Messages(input));
            Assert.AreEqual(MaskedInputProgress.KindOneofCase.Receipt, answers[^1].KindCase);
            var committed = await wire.CommittedAsync(Stop);
            await StepAsync(wire, plan, committed);
            Assert.AreEqual(wire.Model.Hash, new Digest(committed.NextModelHash.Span));
            await wire.Node.ReportAsync(plan, wire.Model);
        }

        await wire.Node.NextAsync(m => m.StudyEnded, Stop);
        return wire.Model;
    }

    /// <summary>Fetches a round's sum, verifies its proof, and takes the step.</summary>
    private async Task StepAsync(WireSite wire, StudyPlan plan, RoundCommitted committed)
    {
        using var call = wire.Node.Client.FetchSum(new FetchSumRequest { PlanHash = WireNode.Bytes(plan.Hash()), Round = committed.Round });
        Assert.IsTrue(await call.ResponseStream.MoveNext(Stop));
        Assert.AreEqual(committed, call.ResponseStream.Current.Header);
        Assert.IsTrue(await call.ResponseStream.MoveNext(Stop));
        var proof = RoundProof.Parse(call.ResponseStream.Current.Proof.Memory)!;
        using var bytes = new MemoryStream();
        while (await call.ResponseStream.MoveNext(Stop))
        {
            call.ResponseStream.Current.Chunk.Data.WriteTo(bytes);
        }

        Assert.AreEqual(Digest.Of(bytes.ToArray()), new Digest(committed.SumHash.Span));
        var terms = PlanTerms.Of(plan, plan.Hash(), new RoundNumber(committed.Round));
        var proven = proof.Verify(terms, new RoundNumber(committed.Round), wire.Model.Hash, wire.PreviousResult, wire.Check, out var fault);
        Assert.IsNotNull(proven, fault);
        SiteName[] survivors = [.. committed.Survivors.Select(SiteName.Parse)];
        CollectionAssert.AreEqual(survivors, proven.Survivors.ToArray());
        wire.Model = Federation.Steps.ServerStep.Next(
            wire.Model,
            Lanes.SumFrom(bytes.ToArray()),
            plan.DivisorOf(survivors),
            plan.Grid,
            plan.Server
        )!;
        wire.PreviousResult = Transcript.H4(proven.H3, proven.SumHash, wire.Model.Hash);
        Assert.AreEqual(proven.Result, wire.PreviousResult);
    }

    private async Task<ModelState> FetchModelAsync(StudyService.StudyServiceClient researcher, ByteString planHash)
    {
        using var call = researcher.FetchModel(new FetchModelRequest { PlanHash = planHash });
        Assert.IsTrue(await call.ResponseStream.MoveNext(Stop));
        var header = call.ResponseStream.Current.Header;
        using var bytes = new MemoryStream();
        while (await call.ResponseStream.MoveNext(Stop))
        {
            call.ResponseStream.Current.Chunk.Data.WriteTo(bytes);
        }

        var model = ModelState.From(bytes.ToArray(), out _)!;
        Assert.AreEqual((header.Length, header.Round), ((ulong)bytes.Length, model.Round.Value));
        Assert.AreEqual(model.Hash, new Digest(header.ModelHash.Span));
        return model;
    }
}
