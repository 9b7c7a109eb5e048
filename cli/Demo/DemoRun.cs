using System.Diagnostics;
using Federated.Cli.Data;
using Federated.Cli.Models;
using Federated.Cli.Studies;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.Hosting;
using Federated.Learning.Models;
using Federated.Privacy.Evaluation;
using Federated.Privacy.Plans;
using Spectre.Console;

namespace Federated.Cli.Demo;

/// <summary>One demonstration from the first file to the last table.</summary>
internal sealed class DemoRun(DemoOptions options)
{
    /// <summary>Wide enough that no path is broken where lines go to a file or a program.</summary>
    private const int UnlimitedWidth = 4096;

    /// <summary>The fewest sites of which the plan lets one be missing.</summary>
    private const int FewestInChaos = 4;

    private static readonly TimeSpan NewsOfAnEnd = TimeSpan.FromSeconds(2);

    private readonly IAnsiConsole _console = AnsiConsole.Console;
    private readonly DemoChaos? _chaos = options.Chaos is { } seed ? new DemoChaos(seed) : null;

    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        RefuseUnwritable(options.JsonFile);
        DemoPlan.RefuseNoPromise(options);
        if (Console.IsOutputRedirected)
        {
            _console.Profile.Width = UnlimitedWidth;
        }

        RefuseTooFew(options.DataFolder is null ? options.Sites : null);
        RefuseMissingDevice(options.Device);
        var given = options.DataFolder is { } data ? Prepare(data) : null; // its faults show before anything is written
        using var folder = options.Keep is { } keep ? DemoFolder.Kept(keep) : DemoFolder.Temporary();
        var (plan, sites, split) = given ?? Synthetic(folder);
        Introduce(plan, sites);

        var (model, evaluation, timings, trainedIn) = await TrainAsync(folder, sites, plan, cancellationToken);
        folder.DropKeys();
        if (folder.LogFolder is not null)
        {
            foreach (var site in sites)
            {
                folder.GiveToAuditor(site.Name); // their nodes have ended: nothing is half-written
            }
        }

        _console.MarkupLine("Scoring: each hospital alone, federated, pooled …");
        var privacy = plan.Privacy is null
            ? null
            : DemoPrivacy.Of(plan, evaluation!, [.. sites.Select(site => (site.Name, folder.NodeLedger(site.Name)))]);
        var scores = await Task.Run(() => DemoScores.Of(plan, split, model, cancellationToken), cancellationToken);
        new ModelFolder(folder.Root).Write(plan, model);
        PrivateFiles.WriteWhole(folder.SnapshotFile, model.ToBytes());
        var report = new DemoReport(options, plan, scores, timings, privacy, _chaos, trainedIn, watch.Elapsed);
        report.Print(_console);
        _console.WriteLine();
        _console.WriteLine($"model    {folder.ModelFile}");
        _console.WriteLine($"logs     {folder.Logs}");
        if (folder.LogFolder is { } log)
        {
            _console.WriteLine($"log      {log}");
        }

        if (options.JsonFile is { } file)
        {
            PrivateFiles.WriteWhole(file, report.ToJson());
            _console.WriteLine($"figures  {file}");
        }

        if (folder.LogFolder is not null)
        {
            _console.WriteLine($"next: {DemoAudit.Command(folder.Root, folder.ModelFile, plan.Privacy is not null)}");
        }
    }

    /// <summary>Found out before the work, not after it.</summary>
    private static void RefuseUnwritable(string? jsonFile)
    {
        if (jsonFile is not null && !Directory.Exists(Path.GetDirectoryName(jsonFile)))
        {
            throw new OperatorException($"The folder of {jsonFile} does not exist.", "make it first, or choose another file for --json");
        }
    }

    /// <summary>Found out before anything is written; a folder of real files is counted once it is read.</summary>
    private void RefuseTooFew(int? sites)
    {
        if (sites < 2)
        {
            throw new OperatorException(
                "One site has nobody to hide among: its sum would be its update.",
                "use two hospitals at least, better four or more"
            );
        }

        if (sites < FewestInChaos && _chaos is not null)
        {
            throw new OperatorException(
                $"Of {sites} sites the plan lets none be missing: with --chaos every kill would stop the study until the node is back.",
                $"use {FewestInChaos} hospitals or more with --chaos"
            );
        }
    }

    /// <summary>Nodes without the device they are told to use decline the study, which then waits for them: a demonstration would never end.</summary>
    private static void RefuseMissingDevice(string device)
    {
        try
        {
            _ = Devices.Of(device);
        }
        catch (InvalidOperationException e)
        {
            throw new OperatorException(e.Message, "use --device auto or --device cpu", e);
        }
    }

    private Prepared Synthetic(DemoFolder folder)
    {
        GenerateCommand.Write(folder.DataFolder, (ulong)options.Seed, GenerateCommand.SizesOf(options.Sites, rows: null));
        return Prepare(folder.DataFolder);
    }

    private Prepared Prepare(string dataFolder)
    {
        var sites = DemoSite.In(dataFolder);
        RefuseTooFew(sites.Count);
        var plain = DemoPlan.For(options, [.. sites.Select(site => site.Name)]);
        var split = SplitSite.Of(plain, sites);
        var plan = options.Epsilon is null ? plain : DemoPlan.Private(plain, options, split.Sum(site => site.Train.Count));
        return new Prepared(plan, sites, split);
    }

    private void Introduce(StudyPlan plan, IReadOnlyList<DemoSite> sites)
    {
        var kind = sites.All(site => site.Table.Mapping.Synthetic) ? "SYNTHETIC hospitals (patients that do not exist)" : "hospitals";
        _console.WriteLine(
            $"{sites.Count} {kind}; {plan.Training.Mode}, {plan.Model.Kind}, {plan.Training.Rounds} rounds, seed {options.Seed}."
        );
        foreach (var line in Promise(plan))
        {
            _console.WriteLine(line);
        }

        if (_chaos is not null)
        {
            _console.WriteLine(
                $"CHAOS: nodes are killed, and started again; {plan.Training.LocalEpochs} local epochs, so that training takes long enough to be hit. {plan.Aggregation.MinimumSites} of {sites.Count} sites make a sum."
            );
        }

        if (PlanWords.Warning(plan) is { } warning)
        {
            _console.WriteLine(warning);
        }
    }

    private static IEnumerable<string> Promise(StudyPlan plan) =>
        plan.Privacy is null
            ? ["PRIVACY: NONE. Sums are not noised in this study; the demonstration's patients are public or synthetic."]
            : ReleaseWords.Lines(plan).Select((line, i) => i == 0 ? $"PRIVACY: {line}" : $"  {line}");

    private async Task<(ModelState Model, ReleasedEvaluation? Evaluation, DemoTimings Timings, TimeSpan Elapsed)> TrainAsync(
        DemoFolder folder,
        IReadOnlyList<DemoSite> sites,
        StudyPlan plan,
        CancellationToken cancellationToken
    )
    {
        var watch = Stopwatch.StartNew();
        folder.WriteCertificates(sites.Select(site => site.Name));
        folder.WriteCoordinatorConfig(options.Port);

        await using var daemons = new ProcessGroup();
        daemons.Start(
            "coordinator",
            "fed-coordinator",
            ["--config", folder.CoordinatorConfig],
            Path.Combine(folder.Logs, "coordinator.log")
        );
        var address = await AddressAsync(folder, daemons, cancellationToken);
        foreach (var site in sites)
        {
            folder.WriteNodeConfig(site, address.ToString(), options.Device, _chaos is not null, plan.Privacy is not null);
            if (plan.Privacy is { } privacy)
            {
                await DemoPrivacy.RegisterAsync(folder.NodeConfig(site.Name), privacy, cancellationToken);
            }

            Daemon Start(Action<string>? heard) =>
                daemons.Start(
                    $"node {site.Name}",
                    "fed-node",
                    ["run", "--config", folder.NodeConfig(site.Name)],
                    Path.Combine(folder.Logs, $"{site.Name}.log"),
                    heard
                );
            if (_chaos is null)
            {
                Start(heard: null);
            }
            else
            {
                _chaos.Start(site.Name, Start);
            }
        }

        _console.WriteLine($"Started the coordinator on {address} and {sites.Count} nodes (processes {string.Join(", ", daemons.Ids)}).");
        using var client = new StudyClient(new CoordinatorCalls(address, folder.ResearcherTls)); // and the connection with it
        var planHash = await OrExitAsync(daemons, client.SubmitAsync(plan, cancellationToken), cancellationToken);
        var progress = new DemoProgress(_console, plan, folder.Logs);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var chaos = _chaos?.RunAsync(over.Token) ?? Task.CompletedTask;
        try
        {
            await OrExitAsync(
                daemons,
                BothAsync(progress.FollowAsync(client.WatchAsync(planHash, cancellationToken)), chaos),
                cancellationToken
            );
        }
        finally
        {
            await over.CancelAsync();
            await chaos; // no daemon is between its end and its start when they are asked to stop
        }

        var model = await OrExitAsync(daemons, client.FetchModelAsync(planHash, cancellationToken), cancellationToken);
        var evaluation = plan.Privacy is null
            ? null
            : await OrExitAsync(daemons, client.FetchEvaluationAsync(plan, planHash, cancellationToken), cancellationToken);
        var elapsed = watch.Elapsed;
        if (folder.LogFolder is { } log)
        {
            using var auditor = new CoordinatorCalls(address, folder.AuditorTls);
            await OrExitAsync(daemons, DemoAudit.FetchAsync(auditor, log, planHash, cancellationToken), cancellationToken);
        }

        return (
            model,
            evaluation,
            DemoTimings.Of(progress.RoundTimes, sites.Select(site => folder.NodeMetrics(site.Name)), planHash),
            elapsed
        );
    }

    /// <summary>The study's end; or a fault of whoever kills its nodes, as soon as there is one.</summary>
    private static async Task BothAsync(Task study, Task chaos)
    {
        await await Task.WhenAny(study, chaos);
        await study;
    }

    private static async Task<Uri> AddressAsync(DemoFolder folder, ProcessGroup daemons, CancellationToken cancellationToken)
    {
        async Task WaitAsync()
        {
            while (!File.Exists(folder.AddressFile))
            {
                await Task.Delay(20, cancellationToken);
            }
        }

        await OrExitAsync(daemons, WaitAsync(), cancellationToken);
        return new Uri((await File.ReadAllTextAsync(folder.AddressFile, cancellationToken)).Trim());
    }

    private static async Task<T> OrExitAsync<T>(ProcessGroup daemons, Task<T> work, CancellationToken cancellationToken)
    {
        await OrExitAsync(daemons, (Task)work, cancellationToken);
        return await work;
    }

    /// <summary>Waits for the work, or fails with the last words of a daemon that ended before it.</summary>
    private static async Task OrExitAsync(ProcessGroup daemons, Task work, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var failure = daemons.AnyFailureAsync(over.Token);
        await Task.WhenAny(work, failure);
        if (work.IsFaulted)
        {
            // A dead daemon's connection breaks before its end is known; its own last words say more than the broken call.
            await Task.WhenAny(failure, Task.Delay(NewsOfAnEnd, cancellationToken));
        }

        if (failure.IsCompletedSuccessfully && !work.IsCompletedSuccessfully)
        {
            throw await failure;
        }

        await over.CancelAsync();
        await work;
    }

    /// <summary>A study that can be started: every file was read, and every hospital has somebody to train on.</summary>
    private sealed record Prepared(StudyPlan Plan, IReadOnlyList<DemoSite> Sites, IReadOnlyList<SplitSite> Split);
}
