using System.Globalization;

namespace Federated.Cli.Audit.Report;

/// <summary>The report in English.</summary>
internal static class EnglishWords
{
    internal static ReportWords All { get; } =
        new()
        {
            Language = LanguageOption.InEnglish,
            Point = '.',
            Title = "Audit report",
            Eyebrow = "Federated · for auditors and data protection officers",
            VerifiedWord = "Verified",
            FailedWord = "FAILED",
            Recomputed = (again, others) =>
                others == 0
                    ? $"{Count(again, "sum was", "sums were")} computed again from the masked inputs that the sites signed: every one."
                : again == 0
                    ? "No sum was computed again: the masked inputs are not in the folder, and the sums rest on the coordinator's word."
                : $"{Count(again, "sum was", "sums were")} computed again from the masked inputs that the sites signed; {Count(others, "other rests", "others rest")} on the coordinator's word.",
            Verified = c =>
                $"{Count(c.Entries, "entry", "entries")}, {Count(c.Studies, "study", "studies")}, {Count(c.Sites, "site", "sites")}, {Count(c.Rounds, "round", "rounds")}, {Count(c.Charges, "charge", "charges")} hold; {Count(c.Cosigned, "site", "sites")} cosigned.",
            FailedAt = place => $"The log does not verify. It first fails at {place}:",
            FailedMeans =
                "Nothing in this report may be relied on. What follows is only what the log says before that place, for finding out what happened.",
            NothingRead = "No entry could be read before that place.",
            Anomalies = a =>
                $"To be read by a person: {ReportWords.Listed(
                    (a.Aborted, Count(a.Aborted, "failed attempt", "failed attempts")),
                    (a.Refusals, Count(a.Refusals, "refusal by a site", "refusals by sites")),
                    (a.Misbehaviour, Count(a.Misbehaviour, "piece of evidence of misbehaviour", "pieces of evidence of misbehaviour")),
                    (a.Disputed, Count(a.Disputed, "attempt in which sites were charged for different cohorts", "attempts in which sites were charged for different cohorts"))
                )}. This makes no log wrong.",
            Unregistered = u =>
                $"Not covered: {Count(u.Lines, "line", "lines")} of {Count(u.Plans.Count, "study", "studies")} that this log never registered, in the files of sites ({string.Join(", ", u.Plans.Select(plan => plan.Abbreviated))}). Ask the site: they are from before this log or from another consortium, or were hidden from it.",
            Unverified = "not verified",
            Root = "Root fingerprint (SHA-256)",
            RootGiven = "This root was given by whoever ran the audit.",
            RootOwn = "This root came with the log: compare the fingerprint with the one that the consortium published.",
            Log = "Log",
            Checkpoint = "Checkpoint",
            CheckpointOf = (size, root) => $"{size} entries, root {root}",
            CosignedBy = "Cosigned by",
            LastEntry = "Last entry",
            ByAuthorsClock = "by its author's clock; order comes from the log",
            Given = "Compared with",
            NoneGiven = "nothing: no journal or ledger of a site was given, so that only the log's own files were checked",
            Glance = "Who approved, and how much was used",
            GlanceMeans =
                "One row for each study and site. The bar is the part of the study's promise that the site's patients have spent, as the site itself said in the log before its data left.",
            Site = "Site",
            Approval = "Approval",
            BudgetUsed = "Privacy used, of the study's promise",
            SumsWith = "Sums it is in",
            NoDecision = "said nothing",
            NoPrivacy = "no promise: the sums carry no noise",
            NothingCharged = "nothing charged",
            NoStudies = "No study was registered.",
            SpentOf = (spent, promise, percent) => $"ε {spent} of {promise}{(percent.Length > 0 ? $" ({percent}%)" : "")}",
            Training = "training",
            Evaluation = "evaluation",
            Study = "Study",
            Purpose = "Purpose",
            Researcher = "Researcher",
            Registered = "Registered",
            PlanHash = "Plan (SHA-256)",
            Sites = "Sites",
            AtLeast = (least, all) => $"at least {least} of {all} in every sum",
            Promise = "Promise",
            PromiseOf = (unit, epsilon, delta) =>
                $"{(unit == "site" ? "to each site" : "to each patient")}: ε {epsilon}, δ {delta}, for all that the study releases",
            Noise = "Noise",
            NoiseOf = n =>
                $"{(n.Kind == "local" ? "each site adds all of it" : "shared among the sites")}; noise multiplier {n.Multiplier}, own part at least {n.Floor}; sampling rate {n.SamplingRate}",
            Progress = "Rounds",
            ProgressOf = (done, planned, failed) => $"{done} of {planned} committed; {Count(failed, "attempt", "attempts")} failed",
            Between = (first, last) => $"from {first} to {last}",
            InitialModel = "Model before round 1",
            LastModel = "Model after the last round",
            Code = "Code that computes it",
            ChartTitle = "Privacy spent by each site, of the study's promise",
            PromiseMark = "promise",
            Charges = "What left each site, and what it cost",
            ChargesMean =
                "One row for releases that are alike. What is charged is never given back, even where the attempt failed. Training and evaluation charge different patients, each at most once the promise.",
            What = "Release",
            RoundsColumn = "Rounds",
            Releases = "Releases",
            InFailed = lost => $"{lost} in failed attempts",
            Mechanism = "Mechanism",
            MechanismOf = (sigma, shares, sampling) =>
                $"σ {sigma} per site, {Count(shares, "honest share", "honest shares")}, sampling ≤ {sampling}",
            Spent = "ε spent",
            Floor = "ε if all others collude",
            When = "When (UTC)",
            LedgerColumn = "Site's ledger",
            LedgerLines = (first, last) => first == last ? $"line {first}" : $"lines {first} to {last}",
            Entry = "Entry",
            Entries = (first, last) => first == last ? $"entry {first}" : $"entries {first} to {last}",
            Decisions = "Who decided",
            DecisionsMean =
                "Signed by the site. People's names stay at the hospital: the decision hash is the SHA-256 of its file plans/HASH/decision.json, which the hospital can show.",
            Decision = "Decision",
            Approved = "approved",
            Rejected = "rejected",
            Withdrawn = "withdrawn",
            Reason = "Reason",
            PolicyHash = "Site policy (SHA-256)",
            DecisionHash = "Decision file (SHA-256)",
            ReasonOf = code =>
                code switch
                {
                    "reviewed" => "a person read the plan and agreed",
                    "ethics-approval" => "an ethics committee or a data protection officer agreed",
                    "within-policy" => "nobody was asked: the site's policy approves by itself",
                    "unspecified" => "no reason given",
                    "purpose" => "the purpose is not wanted",
                    "privacy" => "it promises too little, or costs too much",
                    "data" => "the site's data should not serve it",
                    "legal" => "a legal ground fell away",
                    "incident" => "something has to be looked into",
                    "policy" => "it contradicts the site's policy",
                    _ => null,
                },
            Released = "What the study released",
            NothingReleased = "Nothing so far.",
            ReleasedModel = "model",
            ReleasedEvaluation = "evaluation",
            ReleasedInputs = "masked inputs of a round, to compute its sum again",
            ArtefactHash = "Artefact (SHA-256)",
            Recipients = "Recipients",
            Unusual = "Failed attempts, refusals, misbehaviour",
            NothingUnusual = "None.",
            Event = "Event",
            Attempt = (round, attempt) => $"round {round}, attempt {attempt}",
            AbortedOf = (stage, code) => $"attempt failed in '{stage}': {code}",
            Nobody = "nobody",
            Blamed = "Blamed, or said by",
            RefusalOf = code => $"refusal: {code}",
            MisbehaviourOf = code => $"evidence of misbehaviour: {code}",
            AndMore = (more, command) => $"and {more} more: {command}",
            DataSets = "Budgets of data sets",
            DataSetsMean =
                "From the ledgers that were given. What several studies cost together is less than the sum of their bars; the hospital's own command fed-node ledger show says how much.",
            NoLedgers =
                "No ledger was given. The cap of a hospital's data set over all studies stands in its ledger, not in the log: ask the hospital for it, and run this command with --ledgers.",
            CapOf = (name, epsilon, delta) => $"{name}: cap ε {epsilon} at δ {delta}",
            CapMark = "cap",
            UnusedLedger = "no charge of this log",
            Keys = "Keys",
            Member = "Member",
            Entity = "Legal entity",
            CredentialHash = "Credential (SHA-256)",
            Status = "State",
            Counts = "counts",
            Replaced = entry => $"replaced by entry {entry}",
            Revoked = entry => $"revoked by entry {entry}",
            RoleOf = role => role,
            Changes = "Starts, policies, revocations",
            StartedWith = software => $"coordinator started: {software}",
            PolicyChanged = "site's policy changed",
            RevocationList = number => $"revocation list {number}",
            ConfigurationHash = "Hash",
            Covered = "What was verified",
            CoveredList =
            [
                "The checkpoint is signed by the log and, once there is a study, cosigned by a quorum of its sites, so that no second history was shown to others.",
                "Every byte of every file in the folder: the tree over all entries, plans, proofs of rounds, sums.",
                "Every entry is signed with a key that the root vouched for and had not revoked at that place.",
                "Every plan is signed by a researcher of this consortium, and every member of every round had approved it before.",
                "Every round: the signatures of its cohort, the sum's hash, and the next model, which was computed again from the sum.",
                "Every charge: its figures follow from the plan, it stands before the sum it pays for, and no site passes the promise.",
                "Every released model or evaluation is the one that the rounds give.",
            ],
            NotCovered = "What no log can show",
            NotCoveredList =
            [
                "Whether a site computed from the patients that it should, or ran the release that it says.",
                "Who the people behind a decision were: only the hospital's decision file says that.",
                "Rounds that a site remembers and the log hides: give its journal with --journals.",
            ],
            Yourself = "How to check this without us",
            YourselfList =
            [
                (
                    "Compute the root's fingerprint, and compare it with the one that the consortium published.",
                    "openssl x509 -in root.crt -outform DER | sha256sum"
                ),
                (
                    "Verify everything again, with your own copy of the root and the hospitals' files.",
                    "fed audit verify DIR --root root.crt --journals 'sites/*/journal.jsonl' --ledgers 'sites/*/ledger/*.jsonl'"
                ),
                ("The same by a small program without network, which you can build from source.", "fed-verify DIR --root root.crt"),
                (
                    "Signatures, tree, rounds and models once more, by a program in another language that shares no code with ours (tests/Audit/Python).",
                    "python3 folder.py DIR"
                ),
                ("Read the entries that a number in this report names.", "fed audit show DIR --type privacy.charged --site NAME"),
            ],
            Footer = "This page has no date of its own: the same folder gives the same bytes.",
        };

    private static string Count(long number, string one, string more) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {(number == 1 ? one : more)}");
}
