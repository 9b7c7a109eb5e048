using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        // To another device or element type. As in TorchSharp, a tensor that changes is replaced by a new one.
        public partial class Module
        {
            /// <summary>Gives a parameter or buffer of this module (not of one within) another tensor.</summary>
            /// <remarks>Built-in layers hold their tensors in fields too, and override this.</remarks>
            internal virtual void Replace(string name, Tensor tensor)
            {
                var at = _parameters.FindIndex(entry => entry.name == name);
                if (at >= 0)
                {
                    ReplaceField(_parameters[at].parameter, tensor);
                    _parameters[at] = (name, (Parameter)tensor);
                    return;
                }

                at = _buffers.FindIndex(entry => entry.name == name);
                ReplaceField(_buffers[at].buffer, tensor);
                _buffers[at] = (name, tensor, _buffers[at].persistent);
            }

            /// <exception cref="ArgumentException"><paramref name="dtype"/> is not a floating-point type.</exception>
            internal virtual Module _to(ScalarType? dtype, Device? device)
            {
                if (dtype is { } type && !is_floating_point(type))
                {
                    throw new ArgumentException($"A module's element type can only be a floating-point one; got {dtype}.", nameof(dtype));
                }

                foreach (var (_, module) in _modules)
                {
                    module._to(dtype, device);
                }

                using var unrecorded = no_grad();
                foreach (var (name, parameter) in _parameters.ToArray())
                {
                    if (Moved(parameter, dtype, device) is { } moved)
                    {
                        var replacement = new Parameter(moved, parameter.requires_grad);
                        using var gradient = parameter.grad?.DetachFromDisposeScope();
                        using var movedGradient = gradient is null ? null : Moved(gradient, dtype, device);
                        replacement.grad = movedGradient ?? gradient;
                        Replace(name, replacement);
                        parameter.Dispose();
                    }
                }

                foreach (var (name, buffer, _) in _buffers.ToArray())
                {
                    if (Moved(buffer, is_floating_point(buffer.dtype) ? dtype : null, device) is { } moved)
                    {
                        Replace(name, moved);
                        buffer.Dispose();
                    }
                }

                return this;
            }

            private static Tensor? Moved(Tensor tensor, ScalarType? dtype, Device? device)
            {
                var sameType = dtype is null || dtype == tensor.dtype;
                var samePlace =
                    device is null
                    || (device.type == tensor.device_type && (device.type == DeviceType.CPU || device.index == tensor.device_index));
                return sameType && samePlace ? null : tensor.to(dtype ?? tensor.dtype, device ?? tensor.device).DetachFromDisposeScope();
            }

            private void ReplaceField(Tensor before, Tensor after)
            {
                foreach (var field in Fields(GetType()))
                {
                    if (ReferenceEquals(field.GetValue(this), before))
                    {
                        field.SetValue(this, after);
                    }
                }
            }
        }
    }
}
