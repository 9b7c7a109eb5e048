namespace Federated.Data.Tests;

/// <summary>The four real files, each read through the mapping that the repository ships for it.</summary>
internal static class RealHospital
{
    public static readonly string[] Names = ["cleveland", "hungarian", "switzerland", "va"];

    public static CohortResult.Read Read(string name)
    {
        var mapping = Mapping(name);
        using var csv = Repository.OpenShared("data", "uci-heart", mapping.File);
        var result = CohortReader.Read(csv, mapping.File, mapping);
        Assert.IsInstanceOfType<CohortResult.Read>(result, result is CohortResult.Rejected rejected ? rejected.Faults.ToString() : "");
        return (CohortResult.Read)result;
    }

    public static Mapping Mapping(string name)
    {
        using var yaml = Repository.Open("mappings", "uci-heart", $"{name}.yaml");
        var result = MappingReader.Read(yaml, $"{name}.yaml");
        Assert.IsInstanceOfType<MappingResult.Read>(result, result is MappingResult.Rejected rejected ? rejected.Faults.ToString() : "");
        return ((MappingResult.Read)result).Mapping;
    }
}
