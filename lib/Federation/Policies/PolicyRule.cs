namespace Federated.Federation.Policies;

/// <summary>How a plan's value has to stand to the policy's.</summary>
public enum PolicyRelation
{
    /// <summary>It is the policy's, or smaller.</summary>
    AtMost,

    /// <summary>It is the policy's, or larger.</summary>
    AtLeast,

    /// <summary>It is one of the policy's.</summary>
    OneOf,

    /// <summary>All of it is among the policy's.</summary>
    Among,

    /// <summary>A day: the policy's, or before.</summary>
    Until,

    /// <summary>The plan promises privacy, unless the policy takes plans that do not.</summary>
    Promise,
}

/// <summary>One rule of a site's policy, held against one plan.</summary>
/// <param name="Key">Its key in the policy's file: <c>privacy.study.epsilon</c>.</param>
/// <param name="Relation">What is asked.</param>
/// <param name="Value">What the plan has (the day, for a rule on the day); of lists that are not allowed, what is too much; null where nobody can tell.</param>
/// <param name="Allowed">What the policy says.</param>
/// <param name="IsMet">True if the plan keeps the rule.</param>
public sealed record PolicyRule(string Key, PolicyRelation Relation, string? Value, string Allowed, bool IsMet)
{
    /// <summary>As a person reads it: <c>privacy.study.epsilon: the plan has 4; the policy allows at most 2.</c></summary>
    public override string ToString() =>
        Relation == PolicyRelation.Until ? $"{Key}: today is {Value}; the policy holds until {Allowed}."
        : Relation == PolicyRelation.Promise ? $"{Key}: the plan says privacy: {Value}; the policy says {Allowed}."
        : $"{Key}: the plan has {Value ?? "a value that nobody can tell here"}; the policy allows {Relation switch
            {
                PolicyRelation.AtMost => "at most ",
                PolicyRelation.AtLeast => "at least ",
                _ => "",
            }}{Allowed}.";
}
