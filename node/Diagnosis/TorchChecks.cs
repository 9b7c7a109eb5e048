using System.Runtime.InteropServices;
using Federated.Learning.Models;
using TorchSharp;

namespace Federated.Node.Diagnosis;

/// <summary>The library that trains, and the device it is to train on.</summary>
internal static class TorchChecks
{
    internal static IEnumerable<Finding> Examine(string device)
    {
        var library = Library();
        yield return library;
        if (library.Severity == Severity.Ok)
        {
            yield return Device(device);
        }
    }

    private static Finding Library()
    {
        try
        {
            using var one = torch.ones(1);
            return one.sum().item<float>() == 1
                ? Finding.Ok("libtorch", $"version {torch.__version__} computes")
                : Finding.Fail("libtorch", "it loads and adds wrongly", "install it anew: ./fed setup");
        }
        // However a library is missing or does not fit, depending on who loads it.
        catch (Exception e)
            when (e
                    is DllNotFoundException
                        or EntryPointNotFoundException
                        or BadImageFormatException
                        or TypeInitializationException
                        or NotSupportedException
                        or ExternalException
            )
        {
            return Finding.Fail(
                "libtorch",
                $"it cannot be loaded: {e.Message}",
                "install it: ./fed setup, or the packages that docs/packages.md names"
            );
        }
    }

    private static Finding Device(string device)
    {
        try
        {
            var chosen = Devices.Of(device);
            return Finding.Ok("device", device == "auto" ? $"auto: {WhatAutoTakes(chosen)}" : $"{chosen}");
        }
        catch (Exception e) when (e is InvalidOperationException or ExternalException)
        {
            return Finding.Fail("device", e.Message, "check nvidia-smi; or set node.device to cpu");
        }
    }

    private static string WhatAutoTakes(torch.Device best) =>
        best.type == DeviceType.CPU ? $"{best}" : $"{best} for steps that are large enough to gain by it, cpu for the others";
}
