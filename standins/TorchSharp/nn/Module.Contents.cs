using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        // What a module holds, by name; names of what lies deeper are joined with dots, as in PyTorch.
        public partial class Module
        {
            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true) =>
                Distinct(Named(recurse, module => module._parameters), entry => entry.Item2);

            public virtual IEnumerable<Parameter> parameters(bool recurse = true) =>
                named_parameters(recurse).Select(entry => entry.parameter);

            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true) =>
                Distinct(Named(recurse, module => module._buffers.Select(entry => (entry.name, entry.buffer))), entry => entry.Item2);

            public virtual IEnumerable<Tensor> buffers(bool recurse = true) => named_buffers(recurse).Select(entry => entry.buffer);

            public virtual IEnumerable<(string name, Module module)> named_children() => _modules;

            public virtual IEnumerable<Module> children() => named_children().Select(entry => entry.module);

            /// <summary>All modules within, without this one; a level at a time.</summary>
            public virtual IEnumerable<(string name, Module module)> named_modules()
            {
                foreach (var child in _modules)
                {
                    yield return child;
                }

                foreach (var (name, child) in _modules)
                {
                    foreach (var (inner, module) in child.named_modules())
                    {
                        yield return ($"{name}.{inner}", module);
                    }
                }
            }

            public virtual IEnumerable<Module> modules() => named_modules().Select(entry => entry.module);

            public virtual Parameter? get_parameter(string target) =>
                named_parameters().Where(entry => entry.name == target).Select(entry => entry.parameter).FirstOrDefault();

            public virtual Tensor? get_buffer(string target) =>
                named_buffers().Where(entry => entry.name == target).Select(entry => entry.buffer).FirstOrDefault();

            /// <summary>Parameters and persistent buffers by name: the module's own tensors, not copies.</summary>
            public virtual Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
            {
                destination ??= [];
                var before = string.IsNullOrEmpty(prefix) ? "" : prefix + ".";
                foreach (var (name, parameter) in named_parameters())
                {
                    destination.TryAdd(before + name, parameter);
                }

                var persistent = Named(true, module => module._buffers.Where(entry => entry.persistent).Select(e => (e.name, e.buffer)));
                foreach (var (name, buffer) in persistent)
                {
                    destination.TryAdd(before + name, buffer);
                }

                return destination;
            }

            /// <summary>Copies values into the module's own tensors.</summary>
            /// <param name="source">Values by the names that <see cref="state_dict"/> gives.</param>
            /// <param name="strict">Refuses, before it copies anything, a name too few or too many.</param>
            /// <param name="skip">Names to leave as they are.</param>
            /// <returns>Names that <paramref name="source"/> lacks, and names that the module lacks.</returns>
            /// <exception cref="InvalidOperationException">The names differ and <paramref name="strict"/> is set.</exception>
            /// <exception cref="ArgumentException">A value has another shape than the tensor it is for.</exception>
            public virtual (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(
                Dictionary<string, Tensor> source,
                bool strict = true,
                IList<string>? skip = null
            )
            {
                var target = state_dict();
                List<string> missing = [.. target.Keys.Where(name => skip?.Contains(name) != true && !source.ContainsKey(name))];
                List<string> unexpected = [.. source.Keys.Where(name => skip?.Contains(name) != true && !target.ContainsKey(name))];
                if (strict && missing.Count + unexpected.Count > 0)
                {
                    throw new InvalidOperationException(
                        $"The state does not fit the module. Missing: {string.Join(", ", missing)}. Unexpected: {string.Join(", ", unexpected)}."
                    );
                }

                string[] common = [.. source.Keys.Where(name => skip?.Contains(name) != true && target.ContainsKey(name))];
                foreach (var name in common)
                {
                    if (!target[name].shape.AsSpan().SequenceEqual(source[name].shape))
                    {
                        throw new ArgumentException(
                            $"{name} has shape [{string.Join(", ", target[name].shape)}]; the value has [{string.Join(", ", source[name].shape)}].",
                            nameof(source)
                        );
                    }
                }

                using var unrecorded = no_grad();
                foreach (var name in common)
                {
                    target[name].copy_(source[name]);
                }

                return (missing, unexpected);
            }

            private IEnumerable<(string, T)> Named<T>(bool recurse, Func<Module, IEnumerable<(string name, T item)>> own)
            {
                foreach (var entry in own(this))
                {
                    yield return entry;
                }

                foreach (var (name, child) in recurse ? _modules : [])
                {
                    foreach (var (inner, item) in child.Named(true, own))
                    {
                        yield return ($"{name}.{inner}", item);
                    }
                }
            }

            // A tensor shared by two modules is one parameter.
            private static IEnumerable<(string, T)> Distinct<T>(IEnumerable<(string, T)> entries, Func<(string, T), Tensor> tensor)
            {
                var seen = new HashSet<nint>();
                return entries.Where(entry => seen.Add(tensor(entry).handle));
            }
        }
    }
}
