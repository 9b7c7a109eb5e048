using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>A number as native/shim.h's <c>scalar</c> lays it out.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct ScalarValue(long bits, long kind)
{
    internal readonly long Bits = bits;

    /// <summary>0 integer, 1 floating, 2 boolean.</summary>
    internal readonly long Kind = kind;

    internal static ScalarValue One => new(1, 0);

    internal double AsDouble => Kind == 1 ? BitConverter.Int64BitsToDouble(Bits) : Bits;

    internal long AsInt64 => Kind == 1 ? checked((long)BitConverter.Int64BitsToDouble(Bits)) : Bits;

    internal static ScalarValue Of(double value) => new(BitConverter.DoubleToInt64Bits(value), 1);

    internal static ScalarValue Of(long value) => new(value, 0);

    internal static ScalarValue Of(bool value) => new(value ? 1 : 0, 2);
}

/// <summary>Where and as what a tensor is created: native/shim.h's <c>placement</c>. −1 leaves a choice to libtorch.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct Placement
{
    internal readonly int DType;
    internal readonly int DeviceType;
    internal readonly int DeviceIndex;
    internal readonly int RequiresGrad;

    internal Placement(torch.ScalarType? dtype, torch.Device? device, bool requiresGrad = false)
    {
        DType = dtype is { } type ? (int)type : -1;
        DeviceType = (int)(device?.type ?? TorchSharp.DeviceType.CPU);
        DeviceIndex = device?.index ?? -1;
        RequiresGrad = requiresGrad ? 1 : 0;
    }

    internal Placement(int dtype, int deviceType, int deviceIndex)
    {
        DType = dtype;
        DeviceType = deviceType;
        DeviceIndex = deviceIndex;
    }
}

/// <summary>One part of an index expression: native/shape.cpp's <c>index_part</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct IndexPart
{
    internal long Kind;
    internal long Start;
    internal long Stop;
    internal long Step;
    internal long Given;
    internal nint Tensor;
}
