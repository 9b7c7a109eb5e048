using System.Text.Json;
using Federated.Cli.Data;
using Federated.Cli.Demo;
using Federated.Fixtures;
using Federated.Hosting;
using TorchSharp;

namespace Federated.Cli.Tests;

/// <summary>Where a demonstration's nodes train.</summary>
[TestClass]
public sealed class DemoDeviceTests
{
    [TestMethod]
    public async Task A_GPU_that_is_not_there_is_refused_before_anything_is_written()
    {
        if (torch.cuda.is_available())
        {
            Assert.Inconclusive("This machine has a CUDA device.");
        }

        using var scratch = new TestFolder();
        var options = new DemoOptions
        {
            DataFolder = null,
            Sites = 2,
            Rounds = 1,
            Model = "logistic",
            Mode = "fedavg",
            Seed = 1,
            Keep = scratch["kept"],
            JsonFile = null,
            Chaos = null,
            Port = 0,
            Device = "cuda",
        };

        var refused = await Assert.ThrowsExactlyAsync<OperatorException>(() => new DemoRun(options).RunAsync(CancellationToken.None));

        Assert.StartsWith("No CUDA device can be used", refused.Message);
        Assert.AreEqual("use --device auto or --device cpu", refused.Hint);
        Assert.IsFalse(Directory.Exists(scratch["kept"]));
    }

    [TestMethod]
    [DataRow("auto")]
    [DataRow("cpu")]
    [DataRow("cuda")]
    public void A_nodes_configuration_names_the_device(string device)
    {
        using var scratch = new TestFolder();
        GenerateCommand.Write(scratch["hospitals"], seed: 1, [20]);
        var site = DemoSite.In(scratch["hospitals"]).Single();
        using var folder = DemoFolder.Kept(scratch["kept"]);

        folder.WriteNodeConfig(site, "https://localhost:7443", device, saysPhases: false, isPrivate: false);

        using var written = JsonDocument.Parse(File.ReadAllText(folder.NodeConfig(site.Name)));
        Assert.AreEqual(device, written.RootElement.GetProperty("node").GetProperty("device").GetString());
    }
}
