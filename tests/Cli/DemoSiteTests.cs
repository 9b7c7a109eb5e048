using Federated.Cli.Data;
using Federated.Cli.Demo;
using Federated.Fixtures;
using Federated.Fixtures.Processes;
using Federated.Hosting;

namespace Federated.Cli.Tests;

/// <summary>How a demonstration finds the hospitals of a folder.</summary>
[TestClass]
public sealed class DemoSiteTests
{
    [TestMethod]
    public void Hospitals_are_named_by_their_mappings_and_come_in_order()
    {
        using var scratch = new TestFolder();
        GenerateCommand.Write(scratch.Root, seed: 1, [20, 30]);

        var sites = DemoSite.In(scratch.Root);

        CollectionAssert.AreEqual(new[] { "nord", "sud" }, sites.Select(site => site.Name.Value).ToArray());
        CollectionAssert.AreEqual(new[] { 20, 30 }, sites.Select(site => site.Table.Rows).ToArray());
    }

    [TestMethod]
    public void The_known_mappings_serve_the_real_files_where_they_lie()
    {
        var sites = DemoSite.In(Checkout.Shared("data", "uci-heart"));

        string[] names = ["cleveland", "hungarian", "switzerland", "va"];
        CollectionAssert.AreEqual(names, sites.Select(site => site.Name.Value).ToArray());
        CollectionAssert.AreEqual(new[] { 303, 294, 123, 200 }, sites.Select(site => site.Table.Rows).ToArray());
    }

    [TestMethod]
    public void A_mapping_whose_name_is_no_sites_name_is_refused_with_what_to_do()
    {
        using var scratch = new TestFolder();
        GenerateCommand.Write(scratch.Root, seed: 1, [20]);
        File.Move(scratch["synthetic-nord.yaml"], scratch["CHU Nord.yaml"]);

        var refused = Assert.ThrowsExactly<OperatorException>(() => DemoSite.In(scratch.Root));

        Assert.Contains("CHU Nord.yaml: its name is to be a site's name.", refused.Message);
        Assert.AreEqual("rename the mapping file", refused.Hint);
    }

    [TestMethod]
    public void Half_of_a_known_data_set_is_not_taken_for_the_whole()
    {
        using var scratch = new TestFolder();
        scratch.Write("processed.cleveland.data", "63.0,1.0,1.0,145.0,233.0,1.0,2.0,150.0,0.0,2.3,3.0,0.0,6.0,0\n");

        var refused = Assert.ThrowsExactly<OperatorException>(() => DemoSite.In(scratch.Root));

        Assert.Contains("has no mapping (*.yaml), and its files are not those of a known data set (uci-heart).", refused.Message);
    }

    [TestMethod]
    public void A_folder_that_does_not_exist_is_named()
    {
        using var scratch = new TestFolder();

        var refused = Assert.ThrowsExactly<OperatorException>(() => DemoSite.In(scratch["nowhere"]));

        Assert.AreEqual($"Data folder {scratch["nowhere"]} does not exist.", refused.Message);
    }
}
