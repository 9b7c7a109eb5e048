// File modes are Unix's.
[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
