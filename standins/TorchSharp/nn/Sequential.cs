using System.Globalization;
using System.Runtime.CompilerServices;
using TorchSharp.Modules;
using Layer = TorchSharp.torch.nn.IModule<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace TorchSharp
{
    namespace Modules
    {
        /// <summary>Modules one after the other; unnamed ones are named 0, 1, ….</summary>
        /// <remarks>
        /// Disposes of what one module gave the next: a hook that wants to keep such a tensor takes an alias of it.
        /// </remarks>
        public class Sequential : torch.nn.Module<torch.Tensor, torch.Tensor>
        {
            private readonly List<Layer> _layers = [];

            internal Sequential()
                : base(nameof(Sequential)) { }

            protected Sequential(params (string name, torch.nn.Module<torch.Tensor, torch.Tensor> submodule)[] modules)
                : base(nameof(Sequential))
            {
                foreach (var (name, module) in modules)
                {
                    append(name, module);
                }
            }

            protected Sequential(params torch.nn.Module<torch.Tensor, torch.Tensor>[] modules)
                : base(nameof(Sequential))
            {
                foreach (var module in modules)
                {
                    append(module);
                }
            }

            public int Count => _layers.Count;

            [IndexerName("SequentialItems")]
            public Layer this[int index] => _layers[index];

            public Sequential append(string name, Layer module)
            {
                register_module(name, (torch.nn.Module)module);
                _layers.Add(module);
                return this;
            }

            public Sequential append(Layer module) => append(_layers.Count.ToString(CultureInfo.InvariantCulture), module);

            public override torch.Tensor forward(torch.Tensor tensor)
            {
                if (_layers.Count == 0)
                {
                    return tensor.alias();
                }

                var result = _layers[0].call(tensor);
                for (var i = 1; i < _layers.Count; i++)
                {
                    var next = _layers[i].call(result);
                    result.Dispose();
                    result = next;
                }

                return result;
            }

            // Everything is registered by append.
            protected override void RegisterComponents() { }
        }
    }

    public static partial class torch
    {
        public static partial class nn
        {
            public static Sequential Sequential() => new();

            public static Sequential Sequential(params (string name, Module<Tensor, Tensor> submodule)[] modules) =>
                Sequential((IEnumerable<(string, Module<Tensor, Tensor>)>)modules);

            public static Sequential Sequential(params Module<Tensor, Tensor>[] modules) =>
                Sequential((IEnumerable<Module<Tensor, Tensor>>)modules);

            public static Sequential Sequential(IEnumerable<(string name, Module<Tensor, Tensor> submodule)> modules)
            {
                var result = Sequential();
                foreach (var (name, module) in modules)
                {
                    result.append(name, module);
                }

                return result;
            }

            public static Sequential Sequential(IEnumerable<Module<Tensor, Tensor>> modules)
            {
                var result = Sequential();
                foreach (var module in modules)
                {
                    result.append(module);
                }

                return result;
            }
        }
    }
}
