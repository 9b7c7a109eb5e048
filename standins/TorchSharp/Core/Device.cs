namespace TorchSharp;

public static partial class torch
{
    public static readonly Device CPU = new(DeviceType.CPU);

    /// <exception cref="InvalidOperationException">No CUDA device.</exception>
    public static Device CUDA => InitializeDevice(new Device(DeviceType.CUDA));

    /// <param name="description">"cpu", "cuda" or "cuda:1".</param>
    public static Device device(string description) => InitializeDevice(new Device(description));

    public static Device device(string deviceType, int index = -1) => InitializeDevice(new Device(deviceType, index));

    public static Device device(DeviceType deviceType, int index = -1) => InitializeDevice(new Device(deviceType, index));

    public static Device device(int index) => InitializeDevice(new Device(index));

    /// <summary>Returns the device, or the CPU for none.</summary>
    /// <exception cref="InvalidOperationException">The device is not on this machine.</exception>
    public static Device InitializeDevice(Device? device)
    {
        device ??= CPU;
        if (device.type == DeviceType.CUDA && !cuda.is_available())
        {
            throw new InvalidOperationException("CUDA is not available on this machine, or this libtorch was built without it.");
        }

        return device;
    }

    /// <summary>Where a tensor's elements are.</summary>
    public class Device
    {
        public Device(string description)
        {
            var parts = description.Split(':');
            type = Parse(parts[0]);
            index = parts.Length > 1 ? int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture) : -1;
        }

        public Device(string deviceType, int index = -1)
        {
            type = Parse(deviceType);
            this.index = index;
        }

        public Device(DeviceType deviceType, int index = -1)
        {
            type = deviceType;
            this.index = index;
        }

        public Device(int index)
            : this(DeviceType.CUDA, index) { }

        public DeviceType type { get; }

        /// <summary>Number of the device among its kind; −1 for the CPU, and for a kind's current device.</summary>
        public int index { get; }

        public static implicit operator Device(string description) => new(description);

        public override string ToString()
        {
            var name = type.ToString().ToLowerInvariant();
            return type == DeviceType.CPU || index < 0 ? name : $"{name}:{index}";
        }

        private static DeviceType Parse(string name) => Enum.Parse<DeviceType>(name, ignoreCase: true);
    }
}
