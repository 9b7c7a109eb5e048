using System.Text;
using System.Text.Json.Nodes;
using Federated.Sbom;

const string usage = """
    ./fed sbom [--out FILE] [--json]

    Writes a software bill of materials (CycloneDX 1.6, JSON) of what is shipped: our programs, every package that was restored for them with its
    version, hash and licence, and the native libraries. The same checkout, restored from the same packages, gives the same bytes.

      --out FILE   write it there, instead of printing it
      --json       with --out: say what was written as JSON
    """;

string? output = null;
var isJson = false;
for (var i = 0; i < args.Length; i++)
{
    if (args[i] is "--help" or "-h")
    {
        Console.WriteLine(usage);
        return 0;
    }

    if (args[i] == "--json")
    {
        isJson = true;
    }
    else if (args[i] == "--out" && i + 1 < args.Length)
    {
        output = args[++i];
    }
    else
    {
        return Fail($"'{args[i]}' is not known, or has no value.", "./fed sbom --help");
    }
}

try
{
    var bill = BillOfMaterials.Of(Checkout.Above(AppContext.BaseDirectory));
    var text = bill.ToJsonString(BillOfMaterials.Readable) + "\n";
    if (output is null)
    {
        Console.Write(text);
        return 0;
    }

    File.WriteAllText(output, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
    var components = bill["components"]!.AsArray().Count;
    Console.WriteLine(
        isJson
            ? new JsonObject { ["written"] = Path.GetFullPath(output), ["components"] = components }.ToJsonString()
            : $"{output}: {components} components"
    );
    return 0;
}
catch (UnusableException e)
{
    return Fail(e.Message, e.Hint);
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException)
{
    return Fail(e.Message, "check the path, its owner and mode");
}

static int Fail(string message, string hint)
{
    Console.Error.WriteLine($"error: {message}");
    Console.Error.WriteLine($"hint: {hint}");
    return 2;
}
