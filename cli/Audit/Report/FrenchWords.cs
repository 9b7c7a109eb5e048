using System.Globalization;

namespace Federated.Cli.Audit.Report;

/// <summary>The report in French. The blanks before ; : and inside « » are U+202F, so that no line begins with one of them.</summary>
internal static class FrenchWords
{
    internal static ReportWords All { get; } =
        new()
        {
            Language = LanguageOption.InFrench,
            Point = ',',
            Title = "Rapport d’audit",
            Eyebrow = "Federated · pour l’auditeur et le délégué à la protection des données",
            VerifiedWord = "Vérifié",
            FailedWord = "ÉCHEC",
            Recomputed = (again, others) =>
                others == 0
                    ? $"{Count(again, "somme a été recalculée", "sommes ont été recalculées")} à partir des entrées masquées signées par les sites : toutes."
                : again == 0
                    ? "Aucune somme n’a été recalculée : les entrées masquées ne sont pas dans le dossier, et les sommes reposent sur la parole du coordinateur."
                : $"{Count(again, "somme a été recalculée", "sommes ont été recalculées")} à partir des entrées masquées signées par les sites ; {Count(others, "autre repose", "autres reposent")} sur la parole du coordinateur.",
            Verified = c =>
                $"{Count(c.Entries, "entrée", "entrées")}, {Count(c.Studies, "étude", "études")}, {Count(c.Sites, "site", "sites")}, {Count(c.Rounds, "tour", "tours")}, {Count(c.Charges, "dépense", "dépenses")} : tout concorde ; {Count(c.Cosigned, "site a cosigné", "sites ont cosigné")}.",
            FailedAt = place => $"Le registre n’est pas vérifié. Première faute, à {place} :",
            FailedMeans =
                "Rien dans ce rapport n’est digne de foi. Ce qui suit est seulement ce que le registre dit avant cet endroit, pour comprendre ce qui s’est passé.",
            NothingRead = "Aucune entrée n’a pu être lue avant cet endroit.",
            Anomalies = a =>
                $"À lire par une personne : {ReportWords.Listed(
                    (a.Aborted, Count(a.Aborted, "tentative échouée", "tentatives échouées")),
                    (a.Refusals, Count(a.Refusals, "refus d’un site", "refus de sites")),
                    (a.Misbehaviour, Count(a.Misbehaviour, "preuve de mauvaise conduite", "preuves de mauvaise conduite")),
                    (a.Disputed, Count(a.Disputed, "tentative où des sites ont payé pour des groupes différents", "tentatives où des sites ont payé pour des groupes différents"))
                )}. Cela ne rend pas le registre faux.",
            Unregistered = u =>
                $"Non couvert : {Count(u.Lines, "ligne", "lignes")} de {Count(u.Plans.Count, "étude", "études")} que ce registre n’a jamais enregistrées, dans les fichiers des sites ({string.Join(", ", u.Plans.Select(plan => plan.Abbreviated))}). Demandez au site : elles datent d’avant ce registre ou viennent d’un autre consortium, ou lui ont été cachées.",
            Unverified = "non vérifié",
            Root = "Empreinte de la racine (SHA-256)",
            RootGiven = "Cette racine a été fournie par la personne qui a lancé l’audit.",
            RootOwn = "Cette racine accompagnait le registre : comparez son empreinte à celle que le consortium a publiée.",
            Log = "Registre",
            Checkpoint = "Point de contrôle",
            CheckpointOf = (size, root) => $"{size} entrées, racine {root}",
            CosignedBy = "Cosigné par",
            LastEntry = "Dernière entrée",
            ByAuthorsClock = "selon l’horloge de son auteur ; l’ordre est celui du registre",
            Given = "Comparé à",
            NoneGiven =
                "rien : aucun journal ni livre de comptes d’un site n’a été fourni, seuls les fichiers du registre ont été vérifiés",
            Glance = "Qui a approuvé, et combien a été dépensé",
            GlanceMeans =
                "Une ligne par étude et par site. La barre est la part de la promesse de l’étude que les patients du site ont dépensée, telle que le site l’a dite dans le registre avant que rien ne sorte.",
            Site = "Site",
            Approval = "Approbation",
            BudgetUsed = "Confidentialité dépensée, sur la promesse de l’étude",
            SumsWith = "Sommes avec lui",
            NoDecision = "n’a rien dit",
            NoPrivacy = "aucune promesse : les sommes ne portent pas de bruit",
            NothingCharged = "aucune dépense",
            NoStudies = "Aucune étude n’a été enregistrée.",
            SpentOf = (spent, promise, percent) => $"ε {spent} sur {promise}{(percent.Length > 0 ? $" ({percent} %)" : "")}",
            Training = "apprentissage",
            Evaluation = "évaluation",
            Study = "Étude",
            Purpose = "Finalité",
            Researcher = "Chercheur",
            Registered = "Enregistrée",
            PlanHash = "Plan (SHA-256)",
            Sites = "Sites",
            AtLeast = (least, all) => $"{least} sur {all} au moins dans chaque somme",
            Promise = "Promesse",
            PromiseOf = (unit, epsilon, delta) =>
                $"{(unit == "site" ? "à chaque site" : "à chaque patient")} : ε {epsilon}, δ {delta}, pour tout ce que l’étude publie",
            Noise = "Bruit",
            NoiseOf = n =>
                $"{(n.Kind == "local" ? "chaque site l’ajoute en entier" : "partagé entre les sites")} ; multiplicateur {n.Multiplier}, part propre d’au moins {n.Floor} ; taux d’échantillonnage {n.SamplingRate}",
            Progress = "Tours",
            ProgressOf = (done, planned, failed) =>
                $"{done} sur {planned} validés ; {Count(failed, "tentative échouée", "tentatives échouées")}",
            Between = (first, last) => $"du {first} au {last}",
            InitialModel = "Modèle avant le premier tour",
            LastModel = "Modèle après le dernier tour",
            Code = "Code qui le calcule",
            ChartTitle = "Confidentialité dépensée par chaque site, sur la promesse de l’étude",
            PromiseMark = "promesse",
            Charges = "Ce qui est sorti de chaque site, et à quel prix",
            ChargesMean =
                "Une ligne par série de sorties semblables. Ce qui est dépensé n’est jamais rendu, même si la tentative a échoué. L’apprentissage et l’évaluation coûtent à des patients différents, chacun dans la limite de la promesse.",
            What = "Sortie",
            RoundsColumn = "Tours",
            Releases = "Sorties",
            InFailed = lost => $"{lost} dans des tentatives échouées",
            Mechanism = "Mécanisme",
            MechanismOf = (sigma, shares, sampling) =>
                $"σ {sigma} par site, {Count(shares, "part honnête", "parts honnêtes")}, échantillonnage ≤ {sampling}",
            Spent = "ε dépensé",
            Floor = "ε si tous les autres s’allient",
            When = "Quand (UTC)",
            LedgerColumn = "Livre du site",
            LedgerLines = (first, last) => first == last ? $"ligne {first}" : $"lignes {first} à {last}",
            Entry = "Entrée",
            Entries = (first, last) => first == last ? $"entrée {first}" : $"entrées {first} à {last}",
            Decisions = "Qui a décidé",
            DecisionsMean =
                "Signé par le site. Les noms des personnes restent à l’hôpital : l’empreinte de la décision est le SHA-256 de son fichier plans/EMPREINTE/decision.json, que l’hôpital peut montrer.",
            Decision = "Décision",
            Approved = "approuvé",
            Rejected = "refusé",
            Withdrawn = "retiré",
            Reason = "Raison",
            PolicyHash = "Politique du site (SHA-256)",
            DecisionHash = "Fichier de décision (SHA-256)",
            ReasonOf = code =>
                code switch
                {
                    "reviewed" => "une personne a lu le plan et l’accepte",
                    "ethics-approval" => "un comité d’éthique ou un délégué à la protection des données l’accepte",
                    "within-policy" => "personne n’a été interrogé : la politique du site approuve d’elle-même",
                    "unspecified" => "sans raison donnée",
                    "purpose" => "la finalité n’est pas souhaitée",
                    "privacy" => "il promet trop peu, ou coûte trop",
                    "data" => "les données du site ne doivent pas y servir",
                    "legal" => "un fondement juridique a disparu",
                    "incident" => "un fait doit d’abord être éclairci",
                    "policy" => "il contredit la politique du site",
                    _ => null,
                },
            Released = "Ce que l’étude a publié",
            NothingReleased = "Rien à ce jour.",
            ReleasedModel = "modèle",
            ReleasedEvaluation = "évaluation",
            ReleasedInputs = "entrées masquées d’un tour, pour en recalculer la somme",
            ArtefactHash = "Objet (SHA-256)",
            Recipients = "Destinataires",
            Unusual = "Tentatives échouées, refus, mauvaise conduite",
            NothingUnusual = "Rien.",
            Event = "Fait",
            Attempt = (round, attempt) => $"tour {round}, tentative {attempt}",
            AbortedOf = (stage, code) => $"tentative échouée, étape « {stage} » : {code}",
            Nobody = "personne",
            Blamed = "Mis en cause, ou auteur",
            RefusalOf = code => $"refus : {code}",
            MisbehaviourOf = code => $"preuve de mauvaise conduite : {code}",
            AndMore = (more, command) => $"et {more} de plus : {command}",
            DataSets = "Budgets des jeux de données",
            DataSetsMean =
                "D’après les livres de comptes fournis. Ce que plusieurs études coûtent ensemble est moins que la somme de leurs barres ; la commande fed-node ledger show de l’hôpital dit combien.",
            NoLedgers =
                "Aucun livre de comptes n’a été fourni. Le plafond d’un jeu de données, toutes études comprises, figure dans le livre de l’hôpital, pas dans le registre : demandez-le-lui, et relancez cette commande avec --ledgers.",
            CapOf = (name, epsilon, delta) => $"{name} : plafond ε {epsilon} pour δ {delta}",
            CapMark = "plafond",
            UnusedLedger = "aucune dépense dans ce registre",
            Keys = "Clés",
            Member = "Membre",
            Entity = "Entité juridique",
            CredentialHash = "Attestation (SHA-256)",
            Status = "État",
            Counts = "valable",
            Replaced = entry => $"remplacée par l’entrée {entry}",
            Revoked = entry => $"révoquée par l’entrée {entry}",
            RoleOf = role =>
                role switch
                {
                    "coordinator" => "coordinateur",
                    "researcher" => "chercheur",
                    _ => role,
                },
            Changes = "Démarrages, politiques, révocations",
            StartedWith = software => $"démarrage du coordinateur : {software}",
            PolicyChanged = "nouvelle politique du site",
            RevocationList = number => $"liste de révocation {number}",
            ConfigurationHash = "Empreinte",
            Covered = "Ce qui a été vérifié",
            CoveredList =
            [
                "Le point de contrôle est signé par le registre et, dès qu’il y a une étude, cosigné par un quorum de ses sites : aucune autre histoire n’a été montrée à d’autres.",
                "Chaque octet de chaque fichier du dossier : l’arbre de toutes les entrées, les plans, les preuves des tours, les sommes.",
                "Chaque entrée est signée par une clé que la racine atteste et n’avait pas révoquée à cet endroit.",
                "Chaque plan est signé par un chercheur de ce consortium, et chaque participant à un tour l’avait approuvé auparavant.",
                "Chaque tour : les signatures des participants, l’empreinte de la somme, et le modèle suivant, recalculé à partir de la somme.",
                "Chaque dépense : ses chiffres découlent du plan, elle précède la somme qu’elle paie, et aucun site ne dépasse la promesse.",
                "Chaque modèle ou évaluation publié est celui que les tours donnent.",
            ],
            NotCovered = "Ce qu’aucun registre ne peut montrer",
            NotCoveredList =
            [
                "Si un site a calculé avec les bons patients, ou avec la version du logiciel qu’il annonce.",
                "Qui sont les personnes derrière une décision : seul le fichier de décision de l’hôpital le dit.",
                "Des tours dont un site se souvient et que le registre cache : fournissez son journal avec --journals.",
            ],
            Yourself = "Comment le vérifier sans nous",
            YourselfList =
            [
                (
                    "Calculez l’empreinte de la racine, et comparez-la à celle que le consortium a publiée.",
                    "openssl x509 -in root.crt -outform DER | sha256sum"
                ),
                (
                    "Vérifiez tout de nouveau, avec votre propre copie de la racine et les fichiers des hôpitaux.",
                    "fed audit verify DIR --root root.crt --journals 'sites/*/journal.jsonl' --ledgers 'sites/*/ledger/*.jsonl'"
                ),
                ("La même chose par un petit programme sans réseau, que vous pouvez compiler vous-même.", "fed-verify DIR --root root.crt"),
                (
                    "Signatures, arbre, tours et modèles encore une fois, par un programme dans un autre langage qui ne partage aucun code avec le nôtre (tests/Audit/Python).",
                    "python3 folder.py DIR"
                ),
                ("Lisez les entrées dont ce rapport donne le numéro.", "fed audit show DIR --type privacy.charged --site NOM"),
            ],
            Footer = "Cette page ne porte pas de date propre : le même dossier donne les mêmes octets.",
        };

    private static string Count(long number, string one, string more) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {(number < 2 ? one : more)}");
}
