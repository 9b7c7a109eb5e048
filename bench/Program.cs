using System.CommandLine;
using Federated.Bench.FlambyHeart;
using Federated.Bench.GpuTraining;
using Federated.Bench.Micro;
using Federated.Bench.Privacy;
using Federated.Bench.PrivacyUtility;
using Federated.Bench.PrivateStep;
using Federated.Bench.Rounds;
using Federated.Bench.SecureAggregation;
using Federated.Bench.Start;
using Federated.Bench.TransparencyLog;
using Federated.Bench.Tuning;
using Federated.Hosting;

var root = new RootCommand(
    "Measurements that claims of accuracy and speed rest on. bench/RESULTS.md holds the figures and the command of each."
)
{
    FlambyHeartCommand.Create(),
    TuneDefaultCommand.Create(),
    MicroCommand.Create(),
    RoundsCommand.Create(),
    StartCommand.Create(),
    SecAggCommand.Create(),
    LogCommand.Create(),
    GpuTrainingCommand.Create(),
    PrivacySpeedCommand.Create(),
    PrivacyUtilityCommand.Create(),
    TunePrivacyCommand.Create(),
    ClippingCommand.Create(),
};
var parsed = root.Parse(args);

// Our own frame turns faults into messages; the library's would print stack traces.
return await Entry.RunAsync(() => parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }));
