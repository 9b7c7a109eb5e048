// Most tests start the program; several at once would only fight for the processor.
[assembly: DoNotParallelize]

// File modes are Unix's.
[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
