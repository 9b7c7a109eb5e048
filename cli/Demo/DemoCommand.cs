using System.CommandLine;
using Federated.Federation.Plans;
using Federated.Hosting;
using Federated.Learning.Models;
using Federated.Privacy.Plans;

namespace Federated.Cli.Demo;

/// <summary><c>fed demo</c>: the whole product on one machine, real processes and real TLS.</summary>
internal static class DemoCommand
{
    /// <summary>Enough for a kill or two in every phase.</summary>
    private const int RoundsOfChaos = 100;

    internal static Command Create()
    {
        var data = new Option<DirectoryInfo?>("--data")
        {
            Description = "Folder with real hospitals' files (default: synthetic hospitals).",
        };
        var sites = WholeNumber.Option("--sites", "Synthetic hospitals, 2 to 200.", 4, 1, 200);
        var rounds = WholeNumber.Option("--rounds", "Rounds of training, 1 to 10000.", DefaultStudy.Rounds, 1, 10_000);
        var seed = WholeNumber.Option("--seed", "Seed of split, model, shuffles and synthetic patients.", 1, 0, int.MaxValue);
        var port = WholeNumber.Option("--port", "Port of the coordinator; 0 takes any free one.", 0, 0, 65_535);
        var model = new Option<string>("--model") { Description = "The model.", DefaultValueFactory = _ => "logistic" };
        var mode = new Option<string>("--mode")
        {
            Description = "fedavg (local epochs) or fedsgd (one gradient a round).",
            DefaultValueFactory = _ => "fedavg",
        };
        var chaos = new Option<int?>("--chaos")
        {
            Description =
                $"Kill nodes (SIGKILL) in phases that this seed chooses, start them again, and say how many died in which phase; four hospitals or more, {RoundsOfChaos} rounds if you give no other number.",
        };
        var epsilon = new Option<double?>("--epsilon")
        {
            Description =
                $"Promise every patient this epsilon (differential privacy): clipped gradients, exact noise, a ledger at every node; fedsgd, {DefaultPrivateStudy.Rounds} rounds if you give no other number. Without it sums carry no noise.",
        };
        var delta = new Option<double>("--delta")
        {
            Description = "Probability with which that promise may fail.",
            DefaultValueFactory = _ => 1e-5,
        };
        var device = new Option<string>("--device")
        {
            Description = "Where the nodes train: auto (a GPU where there is one and a step is large enough to gain by it), cpu or cuda.",
            DefaultValueFactory = _ => "auto",
        };
        var keep = new Option<DirectoryInfo?>("--keep")
        {
            Description = "Keep certificates, configurations, logs, model and the audit log in this folder, which must be new or empty.",
        };
        var json = new Option<FileInfo?>("--json") { Description = "Write all figures to this file as JSON." };
        model.AcceptOnlyFromAmong([.. ModelPlan.Kinds]);
        mode.AcceptOnlyFromAmong([.. TrainingPlan.Modes]);
        device.AcceptOnlyFromAmong([.. Devices.Names]);
        var command = new Command(
            "demo",
            "Start a coordinator and one node per hospital on this machine, train a model together, and compare it with each hospital alone and with pooled data."
        )
        {
            data,
            sites,
            rounds,
            model,
            mode,
            seed,
            port,
            chaos,
            epsilon,
            delta,
            device,
            keep,
            json,
        };
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                if (parsed.GetResult(sites) is { Implicit: false } && parsed.GetValue(data) is not null)
                {
                    throw new OperatorException(
                        "--sites counts synthetic hospitals; with --data the folder says how many there are.",
                        "leave one of the two out"
                    );
                }

                var isChaos = parsed.GetValue(chaos) is not null;
                var isPrivate = parsed.GetValue(epsilon) is not null;
                if (isPrivate && parsed.GetResult(mode) is { Implicit: false } && parsed.GetValue(mode) != "fedsgd")
                {
                    throw new OperatorException(
                        "With --epsilon the demonstration trains by federated DP-SGD, one noisy gradient a round.",
                        "leave --mode out; study files can promise privacy with fedavg too (docs/study.yaml)"
                    );
                }

                if (!isPrivate && parsed.GetResult(delta) is { Implicit: false })
                {
                    throw new OperatorException("--delta alone promises nothing.", "write --epsilon too, 2 for example");
                }

                var usualRounds =
                    isChaos ? RoundsOfChaos
                    : isPrivate ? DefaultPrivateStudy.Rounds
                    : parsed.GetValue(rounds);
                var options = new DemoOptions
                {
                    DataFolder = parsed.GetValue(data)?.FullName,
                    Sites = parsed.GetValue(sites),
                    Rounds = parsed.GetResult(rounds) is { Implicit: false } ? parsed.GetValue(rounds) : usualRounds,
                    Epsilon = parsed.GetValue(epsilon),
                    Delta = parsed.GetValue(delta),
                    Chaos = parsed.GetValue(chaos),
                    Model = parsed.GetValue(model)!,
                    Mode = isPrivate ? "fedsgd" : parsed.GetValue(mode)!,
                    Seed = parsed.GetValue(seed),
                    Port = parsed.GetValue(port),
                    Device = parsed.GetValue(device)!,
                    Keep = parsed.GetValue(keep)?.FullName,
                    JsonFile = parsed.GetValue(json)?.FullName,
                };
                await new DemoRun(options).RunAsync(cancellationToken);
                return 0;
            }
        );
        return command;
    }
}
