// The programs run wherever .NET does; these tests read /proc, send signals and mount.
[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]

// Each test starts up to a dozen processes of its own; several at once would only fight for the processor.
[assembly: DoNotParallelize]
