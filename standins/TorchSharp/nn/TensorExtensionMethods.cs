namespace TorchSharp;

/// <summary>Conversions between tensors and parameters.</summary>
public static class TensorExtensionMethods
{
    public static Modules.Parameter AsParameter(this torch.Tensor tensor) => new(tensor);
}
