namespace Federated.Hosting;

/// <summary>What a certificate lets its holder do. Written in lower case in the certificate's subject.</summary>
public enum Role
{
    /// <summary>Runs rounds and adds sums.</summary>
    Coordinator,

    /// <summary>A hospital's node.</summary>
    Site,

    /// <summary>Submits and watches studies.</summary>
    Researcher,
}
