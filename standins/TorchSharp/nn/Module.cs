using System.Reflection;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>A part of a model: parameters, buffers and modules within it, under names.</summary>
        /// <remarks>
        /// A derived class calls <see cref="RegisterComponents"/> at the end of its constructor, which takes in its fields by their names.
        /// Disposing of a module disposes of all in it.
        /// </remarks>
        public partial class Module : IDisposable
        {
            private readonly List<(string name, Parameter parameter)> _parameters = [];
            private readonly List<(string name, Tensor buffer, bool persistent)> _buffers = [];
            private readonly List<(string name, Module module)> _modules = [];
            private readonly string _name;
            private bool _registered;

            protected Module(string name) => _name = name;

            /// <summary>Whether layers that differ in training (dropout) behave as in training.</summary>
            public virtual bool training { get; private set; } = true;

            public virtual string GetName() => _name;

            public virtual void register_buffer(string name, Tensor tensor, bool persistent = true)
            {
                ArgumentNullException.ThrowIfNull(tensor);
                RefuseTaken(name);
                _buffers.Add((name, tensor, persistent));
            }

            public virtual void register_parameter(string name, Parameter param)
            {
                ArgumentNullException.ThrowIfNull(param);
                RefuseTaken(name);
                _parameters.Add((name, param));
            }

            public virtual void register_module(string name, Module submodule)
            {
                ArgumentNullException.ThrowIfNull(submodule);
                if (string.IsNullOrEmpty(name) || name.Contains('.', StringComparison.Ordinal))
                {
                    throw new ArgumentException($"A module's name may be neither empty nor contain a dot; got \"{name}\".", nameof(name));
                }

                RefuseTaken(name);
                submodule.RegisterComponents();
                _modules.Add((name, submodule));
            }

            public void add_module(string name, Module module) => register_module(name, module);

            /// <summary>Runs <paramref name="fn"/> on every module within, then on this one.</summary>
            public virtual Module apply(Action<Module> fn)
            {
                foreach (var (_, module) in _modules)
                {
                    module.apply(fn);
                }

                fn(this);
                return this;
            }

            public virtual void train(bool train = true)
            {
                training = train;
                foreach (var (_, module) in _modules)
                {
                    module.train(train);
                }
            }

            public virtual void eval() => train(false);

            public virtual void zero_grad(bool set_to_none = true)
            {
                foreach (var (_, parameter) in named_parameters())
                {
                    using var gradient = parameter.grad?.DetachFromDisposeScope();
                    if (gradient is null)
                    {
                        continue;
                    }

                    if (set_to_none)
                    {
                        parameter.grad = null;
                    }
                    else
                    {
                        gradient.zero_();
                    }
                }
            }

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                if (!disposing)
                {
                    return;
                }

                _parameters.ForEach(entry => entry.parameter.Dispose());
                _buffers.ForEach(entry => entry.buffer.Dispose());
                _modules.ForEach(entry => entry.module.Dispose());
            }

            /// <summary>Registers every field that holds a module, a parameter or (as a buffer) a tensor, under the field's name.</summary>
            protected virtual void RegisterComponents()
            {
                if (_registered)
                {
                    return;
                }

                _registered = true;
                foreach (var field in Fields(GetType()))
                {
                    if (IsTaken(field.Name))
                    {
                        continue;
                    }

                    switch (field.GetValue(this))
                    {
                        case Module module:
                            register_module(field.Name, module);
                            break;
                        case Parameter parameter: // before Tensor, which it is too
                            register_parameter(field.Name, parameter);
                            break;
                        case Tensor tensor:
                            register_buffer(field.Name, tensor);
                            break;
                    }
                }
            }

            // From the most derived class down to this one, whose own fields hold what is registered already.
            private static IEnumerable<FieldInfo> Fields(Type? type)
            {
                const BindingFlags Own = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly;
                for (; type is not null && type != typeof(Module); type = type.BaseType)
                {
                    foreach (var field in type.GetFields(Own))
                    {
                        yield return field;
                    }
                }
            }

            private bool IsTaken(string name) =>
                _parameters.Exists(entry => entry.name == name)
                || _buffers.Exists(entry => entry.name == name)
                || _modules.Exists(entry => entry.name == name);

            private void RefuseTaken(string name)
            {
                if (IsTaken(name))
                {
                    throw new InvalidOperationException($"{name} is already registered.");
                }
            }
        }
    }
}
